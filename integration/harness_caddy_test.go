package integration

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the custom Caddy, built once for all tests as the example's container builds it, and scratch the folder where it
// lies.
var binary, scratch string

// buildScript is the build of the container, below the top folder.
const buildScript = "examples/docker/build.sh"

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "caddy-workos-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(folder)
		scratch = folder
		binary = filepath.Join(folder, "caddy")
		build := exec.Command("sh", buildScript, binary)
		build.Dir, build.Stdout, build.Stderr = "..", os.Stderr, os.Stderr
		if err := build.Run(); err != nil {
			fmt.Fprintln(os.Stderr, "build the binary:", err)
			return 1
		}
		shareWaiting()
		return m.Run()
	}())
}

// shareWaiting runs more tests at a time than there are processors, unless the command line says how many: most of them wait for
// processes and for time limits.
func shareWaiting() {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		_ = flag.Set("test.parallel", fmt.Sprint(2*runtime.GOMAXPROCS(0)))
	}
}

// maxWait is how long a test waits for what is sure to come.
const maxWait = 30 * time.Second

// process is a running Caddy.
type process struct {
	URL   string // of the site under test
	Admin string // of the admin endpoint
	Log   *syncBuffer

	t      testing.TB
	cmd    *exec.Cmd
	exited chan struct{} // closed when the process has ended
	err    error         // of the ended process
}

// syncBuffer is a buffer that a process writes while a test reads.
type syncBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// givenPorts are the ports that freePort has returned.
var givenPorts sync.Map

// freePort returns a port that is free, and that it has not returned before: the process that it is for may not listen yet.
func freePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := listener.Addr().(*net.TCPAddr).Port
		listener.Close()
		if _, given := givenPorts.LoadOrStore(port, true); !given {
			return port
		}
	}
	t.Fatal("there is no free port that was not given away")
	return 0
}

// environment is that of a process that must leave no trace outside the test's own folder.
func environment(t testing.TB, extra ...string) []string {
	t.Helper()
	home := t.TempDir()
	env := []string{
		"HOME=" + home,
		"XDG_CONFIG_HOME=" + filepath.Join(home, "config"),
		"XDG_DATA_HOME=" + filepath.Join(home, "data"),
		"PATH=" + os.Getenv("PATH"),
	}
	return append(env, extra...)
}

// startConfig runs a Caddyfile that serves on {$PORT}, in the repository's top folder. It waits until the site answers.
func startConfig(t testing.TB, caddyfile string, env ...string) *process {
	t.Helper()
	p := launchConfig(t, caddyfile, env...)
	p.waitUntilReady()
	return p
}

// launchConfig is startConfig without the wait.
func launchConfig(t testing.TB, caddyfile string, env ...string) *process {
	t.Helper()
	path := filepath.Join(t.TempDir(), "Caddyfile")
	if err := os.WriteFile(path, []byte(caddyfile), 0o600); err != nil {
		t.Fatal(err)
	}
	port, admin := freePort(t), freePort(t)
	env = append(env, fmt.Sprintf("PORT=%d", port), fmt.Sprintf("CADDY_ADMIN=127.0.0.1:%d", admin))
	p := startCommand(t, env, "run", "--config", path, "--adapter", "caddyfile")
	p.URL, p.Admin = fmt.Sprintf("http://localhost:%d", port), fmt.Sprintf("http://127.0.0.1:%d", admin)
	return p
}

// startWorkos runs `caddy workos` on a port of its own, and waits until it answers.
func startWorkos(t testing.TB, env []string, args ...string) *process {
	t.Helper()
	port := freePort(t)
	p := startCommand(t, env, append([]string{"workos", "--listen", fmt.Sprintf("localhost:%d", port)}, args...)...)
	p.URL = fmt.Sprintf("http://localhost:%d", port)
	p.waitUntilReady()
	return p
}

// startCommand runs the binary until the test ends, and fails the test if it does not stop in order.
func startCommand(t testing.TB, env []string, args ...string) *process {
	t.Helper()
	return startCommandIn(t, "..", env, args...)
}

// startCommandIn is startCommand in another folder than the top one.
func startCommandIn(t testing.TB, folder string, env []string, args ...string) *process {
	t.Helper()
	log := &syncBuffer{}
	return startCommandTo(t, log, log, folder, env, args...)
}

// startCommandTo is startCommandIn with outputs of one's own.
func startCommandTo(t testing.TB, stdout, stderr io.Writer, folder string, env []string, args ...string) *process {
	t.Helper()
	p := &process{Log: &syncBuffer{}, t: t, cmd: exec.Command(binary, args...), exited: make(chan struct{})}
	if log, ok := stderr.(*syncBuffer); ok {
		p.Log = log
	}
	p.cmd.Dir = folder
	p.cmd.Env = environment(t, env...)
	p.cmd.Stdout, p.cmd.Stderr = stdout, stderr
	p.launch()
	return p
}

// launch starts the process, which is stopped at the end of the test.
func (p *process) launch() {
	p.t.Helper()
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.exited)
	}()
	p.t.Cleanup(func() {
		p.stop()
		if p.t.Failed() {
			p.t.Logf("the log of Caddy:\n%s", lastLines(p.Log.String(), 40))
		}
	})
}

// lastLines is the end of a text, for messages of failed tests.
func lastLines(text string, most int) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if left := len(lines) - most; left > 0 {
		return fmt.Sprintf("(%d lines before)\n%s", left, strings.Join(lines[left:], "\n"))
	}
	return text
}

// stop interrupts the process, as Ctrl-C does.
func (p *process) stop() {
	p.t.Helper()
	select {
	case <-p.exited:
		return
	default:
	}
	_ = p.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-p.exited:
		if p.err != nil {
			p.t.Errorf("Caddy did not stop in order: %v", p.err)
		}
	case <-time.After(maxWait):
		_ = p.cmd.Process.Kill()
		p.t.Error("Caddy did not stop when it was interrupted")
	}
}

// waitUntilReady waits until the site answers.
func (p *process) waitUntilReady() {
	p.t.Helper()
	eventually(p.t, "the site to answer", func() bool {
		select {
		case <-p.exited:
			p.t.Fatalf("Caddy ended: %v", p.err)
		default:
		}
		response, err := http.Get(p.URL + "/oauth2/jwks")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// reload replaces the configuration by a Caddyfile, and returns what the admin endpoint said of it.
func (p *process) reload(caddyfile string) error {
	adapted := exec.Command(binary, "adapt", "--config", "-", "--adapter", "caddyfile")
	adapted.Stdin = strings.NewReader(caddyfile)
	adapted.Dir, adapted.Env = p.cmd.Dir, p.cmd.Env
	config, err := adapted.Output()
	if err != nil {
		return err
	}
	// A connection that was never used, as the client may hold one in reserve, ends with the old configuration.
	defer http.DefaultClient.CloseIdleConnections()
	response, err := http.Post(p.Admin+"/load", "application/json", bytes.NewReader(config))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		var said bytes.Buffer
		_, _ = said.ReadFrom(response.Body)
		return fmt.Errorf("%s: %s", response.Status, said.String())
	}
	return nil
}

// run runs a command to its end, and returns what it said on both of its outputs.
func run(t testing.TB, env []string, stdin string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), maxWait)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Env = "..", environment(t, env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// runToEnd is run for a command that reads nothing, and returns both outputs in one.
func runToEnd(t testing.TB, env []string, args ...string) (output string, err error) {
	t.Helper()
	stdout, stderr, err := run(t, env, "", args...)
	return stdout + stderr, err
}

// eventually polls until a condition holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(maxWait)
	for pause := time.Millisecond; !holds(); pause = min(2*pause, 100*time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		<-time.After(pause)
	}
}
