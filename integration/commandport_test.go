package integration

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestWorkosCommandSharesNoPort starts it beside others that let it share their port.
func TestWorkosCommandSharesNoPort(t *testing.T) {
	t.Parallel()
	for name, addresses := range map[string][2]string{ // theirs and ours
		"beside Caddy":         {"127.0.0.1", "localhost"},
		"beside Caddy on IPv6": {"[::1]", "localhost"},
		"beside one on all":    {"", "localhost"},
		"on all":               {"127.0.0.1", ""},
		"on all, IPv6":         {"[::1]", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			port := freePort(t)
			theirs := startCommand(t, nil, "respond", "--listen", fmt.Sprintf("%s:%d", addresses[0], port), "theirs")
			host := addresses[0]
			if host == "" {
				host = "localhost"
			}
			eventually(t, "the other process", func() bool { return answers(fmt.Sprintf("http://%s:%d", host, port)) })
			said, err := runToEnd(t, nil, "workos", "--listen", fmt.Sprintf("%s:%d", addresses[1], port))
			if err == nil || !strings.Contains(said, fmt.Sprint(port)) || !strings.Contains(said, "--listen") {
				t.Errorf("it says %v, %s", err, said)
			}
			theirs.stop()
		})
	}
}

// TestWorkosCommandIsStartedOnce starts two at once, of which one is to stay.
func TestWorkosCommandIsStartedOnce(t *testing.T) {
	t.Parallel()
	listen := fmt.Sprintf("localhost:%d", freePort(t))
	ended := make(chan error, 2)
	var started [2]*exec.Cmd
	for i := range started {
		started[i] = exec.Command(binary, "workos", "--listen", listen)
		started[i].Dir, started[i].Env = "..", environment(t)
		if err := started[i].Start(); err != nil {
			t.Fatal(err)
		}
		go func() { ended <- started[i].Wait() }()
	}
	t.Cleanup(func() {
		for _, command := range started {
			_ = command.Process.Kill()
		}
	})
	select {
	case err := <-ended:
		if err == nil {
			t.Error("the second one ended without an error")
		}
	case <-time.After(maxWait):
		t.Error("both are running")
	}
	eventually(t, "the first one", func() bool { return answers("http://" + listen + "/health") })
}

// TestWorkosCommandEndsInTime asks it to end while an upstream hangs.
func TestWorkosCommandEndsInTime(t *testing.T) {
	t.Parallel()
	upstream, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { upstream.Close() })
	asked := make(chan net.Conn, 8)
	go func() {
		for {
			connection, err := upstream.Accept()
			if err != nil {
				return
			}
			asked <- connection
		}
	}()
	p := startWorkos(t, nil, "--upstream", "http://"+upstream.Addr().String())
	go func() {
		if response, err := http.Get(p.URL + "/things"); err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
	}()
	<-asked
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.exited:
		if p.err != nil {
			t.Errorf("it ended with %v", p.err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it has not ended after ten seconds")
	}
}
