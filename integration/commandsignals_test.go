//go:build unix

package integration

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestEndsWithASignal in order, and says no more than a line of it.
func TestEndsWithASignal(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			s := startScreen(t, exampleFolder(t), nil, "--ready-file", "ready.json")
			before := strings.Count(s.Out.String(), "\n")
			for range 2 { // npm sends it twice
				if err := s.cmd.Process.Signal(signal); err != nil && !errors.Is(err, net.ErrClosed) {
					t.Log(err)
				}
			}
			s.ended(t)
			if s.err != nil || exists(filepath.Join(s.Folder, "ready.json")) {
				t.Errorf("it ends with %v", s.err)
			}
			if lines := strings.Count(s.Out.String()+s.Err.String(), "\n") - before; lines > 1 {
				t.Errorf("it says %s\n%s", s.Out, s.Err)
			}
		})
	}
}

// ended waits for the end of the process.
func (s *screened) ended(t testing.TB) {
	t.Helper()
	select {
	case <-s.exited:
	case <-time.After(maxWait):
		t.Fatal("it does not end")
	}
}

// TestASignalWhileItStarts ends it in order, at whatever moment it comes: as soon as the port is taken, and as soon as there is an
// answer.
func TestASignalWhileItStarts(t *testing.T) {
	t.Parallel()
	ready := map[string]func(p *process) bool{
		"the port is taken": func(p *process) bool {
			connection, err := net.Dial("tcp", strings.TrimPrefix(p.URL, "http://"))
			if err == nil {
				_ = connection.Close()
			}
			return err == nil
		},
		"there is an answer": func(p *process) bool {
			response, err := http.Get(p.URL + "/health")
			if err == nil {
				_ = response.Body.Close()
			}
			return err == nil
		},
	}
	for name, isReady := range ready {
		for range 5 {
			port := freePort(t)
			p := startCommand(t, nil, "workos", "--listen", fmt.Sprintf("localhost:%d", port))
			p.URL = fmt.Sprintf("http://localhost:%d", port)
			for deadline := time.Now().Add(maxWait); !isReady(p); {
				if time.Now().After(deadline) {
					t.Fatalf("%s: waited in vain", name)
				}
			}
			p.stop() // fails the test for another exit code than 0
		}
	}
}

// TestASecondSignalEndsItAtOnce, while an answer is still under way. The signals of one Ctrl-C are one.
func TestASecondSignalEndsItAtOnce(t *testing.T) {
	t.Parallel()
	upstream, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { upstream.Close() })
	asked := make(chan bool, 8)
	go func() {
		for {
			connection, err := upstream.Accept()
			if err != nil {
				return
			}
			go func() { // which is never answered
				defer connection.Close()
				line, _ := bufio.NewReader(connection).ReadString('\n')
				if strings.HasPrefix(line, "GET /things ") {
					asked <- true
				}
				<-t.Context().Done()
			}()
		}
	}()
	s := startScreen(t, exampleFolder(t), nil, "--upstream", "http://"+upstream.Addr().String(), "--ready-file", "ready.json")
	go func() {
		if response, err := http.Get(s.URL + "/things"); err == nil {
			response.Body.Close()
		}
	}()
	<-asked
	began := time.Now()
	eventually(t, "the end", func() bool { // each look sends another one, later and later
		_ = s.cmd.Process.Signal(syscall.SIGINT)
		select {
		case <-s.exited:
			return true
		default:
			return false
		}
	})
	failed := new(exec.ExitError)
	if !errors.As(s.err, &failed) || failed.ExitCode() != 2 || exists(filepath.Join(s.Folder, "ready.json")) {
		t.Errorf("it ends with %v", s.err)
	}
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("it took %s", took)
	}
}

// TestOtherSignalsEndNothing.
func TestOtherSignalsEndNothing(t *testing.T) {
	t.Parallel()
	s := startScreen(t, exampleFolder(t), nil)
	for _, signal := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGPIPE} {
		if err := s.cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if names := fmt.Sprint(s.names(t, "/organizations")); names != "[Acme Corp]" {
			t.Errorf("after %s there are %s", signal, names)
		}
	}
}

// TestPortOfAnotherProcess: the error says how it is found, and what else to do.
func TestPortOfAnotherProcess(t *testing.T) {
	t.Parallel()
	s := startScreen(t, exampleFolder(t), nil)
	said, err := runToEnd(t, nil, "workos", "--port", s.port())
	for _, want := range []string{":" + s.port() + ": address already in use", "lsof -nP -iTCP:" + s.port(), "--port", "--listen"} {
		if err == nil || !strings.Contains(said, want) {
			t.Errorf("%v, %s\nwant %q in it", err, said, want)
		}
	}
}

// TestWhatIsUnderWayIsEnded: an answer is sent, and recorded, although the process was asked to end meanwhile.
func TestWhatIsUnderWayIsEnded(t *testing.T) {
	t.Parallel()
	asked, released := make(chan bool, 8), make(chan bool)
	release := sync.OnceFunc(func() { close(released) })
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/things" {
			asked <- true
			<-released
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"object": "thing"}`)
	}))
	t.Cleanup(upstream.Close)
	t.Cleanup(release)
	s := startScreen(t, exampleFolder(t), []string{"WORKOS_API_KEY=" + realKey}, "--upstream", upstream.URL, "--fixtures", "recorded", "--mode", "record")
	answered := make(chan received, 1)
	go func() { answered <- s.do(t, http.MethodGet, "/things", "") }()
	select {
	case <-asked:
	case answer := <-answered:
		t.Fatal(answer.status, answer.body)
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eventually(t, "that it listens no more", func() bool {
		connection, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
		if err == nil {
			connection.Close()
		}
		return err != nil
	})
	release()
	if answer := <-answered; answer.status != http.StatusOK || !strings.Contains(answer.body, "thing") {
		t.Errorf("it is answered %d %s", answer.status, answer.body)
	}
	s.ended(t)
	if s.err != nil {
		t.Errorf("it ends with %v", s.err)
	}
	if files := folder(t, filepath.Join(s.Folder, "recorded")); !strings.Contains(fmt.Sprint(sortedKeys(files)), "things") {
		t.Errorf("there are %v", sortedKeys(files))
	}
}

// TestEndsWithAnOutputThatIsStuck, as that of a pager is.
func TestEndsWithAnOutputThatIsStuck(t *testing.T) {
	t.Parallel()
	ours, theirs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ours.Close(); theirs.Close() })
	port := freePort(t)
	p := startCommandTo(t, theirs, &syncBuffer{}, exampleFolder(t), nil, "workos", "-p", fmt.Sprint(port))
	p.URL = fmt.Sprintf("http://localhost:%d", port)
	p.waitUntilReady()
	for range 3000 { // more than a pipe holds
		p.get(t, "/organizations", "")
	}
	p.stop()
}
