package integration

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// documentedCaddyfiles are those that the pages show, and the files of the project that a person may run, by where they
// are.
func documentedCaddyfiles(t *testing.T) map[string]string {
	t.Helper()
	shown := map[string]string{}
	for _, page := range documentation(t) {
		for i, block := range page.code {
			if block.language == "caddyfile" && block.said(inside) == "" {
				shown[fmt.Sprintf("%s, block %d", page.path, i+1)] = block.text
			}
		}
	}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "testdata" || entry.Name() == ".git"):
			return fs.SkipDir
		case !entry.IsDir() && strings.HasPrefix(entry.Name(), "Caddyfile"):
			text, err := os.ReadFile(path)
			shown[strings.TrimPrefix(filepath.ToSlash(path), "../")] = string(text)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return shown
}

// adapted is Caddy's configuration, as far as it says who reaches a site and by which names.
type adapted struct {
	Apps struct {
		HTTP struct {
			Servers map[string]struct {
				Listen []string
				Routes []json.RawMessage
			}
		}
	}
}

// adapt turns a Caddyfile into JSON.
func adapt(t *testing.T, caddyfile string, env ...string) (config adapted) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "Caddyfile")
	write(t, path, caddyfile)
	stdout, stderr, err := run(t, env, "", "adapt", "--config", path, "--adapter", "caddyfile")
	if err == nil {
		err = json.Unmarshal([]byte(stdout), &config)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	return config
}

// listens are the addresses of all servers.
func (c adapted) listens() (all []string) {
	for _, server := range c.Apps.HTTP.Servers {
		all = append(all, server.Listen...)
	}
	slices.Sort(all)
	return all
}

// beyondLoopback says what keeps a configuration from being on the loopback addresses, on all of them and nowhere else,
// or from answering under each of their names.
func (c adapted) beyondLoopback() error {
	if len(c.Apps.HTTP.Servers) == 0 {
		return errors.New("there is no server")
	}
	for name, server := range c.Apps.HTTP.Servers {
		var v4, v6 bool
		for _, address := range server.Listen {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !at.Addr().IsLoopback() {
				return fmt.Errorf("%s listens on %s", name, address)
			}
			v4, v6 = v4 || at.Addr().Is4(), v6 || at.Addr().Is6()
		}
		if !v4 || !v6 {
			return fmt.Errorf("%s listens on %v, which is not both families", name, server.Listen)
		}
		for _, route := range server.Routes {
			if strings.Contains(string(route), `"host":`) {
				return fmt.Errorf("%s answers some names only: %s", name, route)
			}
		}
	}
	return nil
}

// TestDocumentedCaddyfilesListenOnLoopback adapts each.
func TestDocumentedCaddyfilesListenOnLoopback(t *testing.T) {
	t.Parallel()
	shown := documentedCaddyfiles(t)
	for _, wanted := range []string{"Caddyfile.example", "examples/node/Caddyfile"} {
		if shown[wanted] == "" {
			t.Errorf("%s was not found", wanted)
		}
	}
	if len(shown) < 9 {
		t.Errorf("only %d were found", len(shown))
	}
	for where, text := range shown {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			if err := adapt(t, text).beyondLoopback(); err != nil {
				t.Errorf("%v\n%s", err, text)
			}
		})
	}
}

// TestTheContainerListensOnAllInterfaces, for its loopback addresses are reached by nothing outside of it. It is the only
// exception, and the Dockerfile makes it.
func TestTheContainerListensOnAllInterfaces(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../examples/node/Caddyfile")
	if err != nil {
		t.Fatal(err)
	}
	if got := adapt(t, string(text), containerEnvironment).listens(); !slices.Equal(got, []string{"0.0.0.0:4100"}) {
		t.Errorf("it listens on %v", got)
	}
}

// TestWhatIsBeyondLoopback shows what the test of the documentation finds.
func TestWhatIsBeyondLoopback(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"http://:4100 {\n\tbind 127.0.0.1 [::1]\n":                                  "",
		"http://:4100 {\n":                                                          "listens on :4100",
		"http://localhost:4100 {\n":                                                 "listens on :4100",
		"http://localhost:4100, http://127.0.0.1:4100 {\n":                          "listens on :4100",
		"http://:4100 {\n\tbind localhost\n":                                        "listens on localhost:4100",
		"http://:4100 {\n\tbind 127.0.0.1\n":                                        "not both families",
		"http://localhost:4100 {\n\tbind 127.0.0.1 [::1]\n":                         "some names only",
		"http://:4100 {\n\tbind 127.0.0.1 [::1] 0.0.0.0\n":                          "listens on 0.0.0.0:4100",
		"http://:4101 {\n}\nhttp://:4100 {\n\tbind 127.0.0.1 [::1]\n":               "listens on :4101",
		"http://:4100 {\n\tbind 127.0.0.1 [::1]\n\t@a host localhost\n\tabort @a\n": "some names only",
	} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			err := adapt(t, address+"\tworkos\n}\n").beyondLoopback()
			if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
				t.Errorf("it is %v, want %q", err, want)
			}
		})
	}
}

// TestExampleAnswersEachLoopbackName runs Caddyfile.example and asks it at both addresses, under each name that leads
// there.
func TestExampleAnswersEachLoopbackName(t *testing.T) {
	t.Parallel()
	p := startExample(t)
	answersLoopback(t, strings.TrimPrefix(p.URL, "http://localhost:"), "sk_test_local")
}

// answersLoopback fails the test unless a port answers at 127.0.0.1 and [::1], whatever the Host, and nowhere else.
func answersLoopback(t *testing.T, port, key string) {
	t.Helper()
	for _, address := range []string{"localhost", "127.0.0.1", "[::1]"} {
		for _, name := range []string{"localhost", "127.0.0.1", "[::1]", "host.docker.internal"} {
			for _, host := range []string{name, name + ":" + port} {
				request := newRequest(t, http.MethodGet, "http://"+address+":"+port+"/organizations", key, "")
				request.Host = host
				answer, err := tryToReceive(http.DefaultClient, request)
				if err != nil {
					t.Errorf("%s as %s: %v", address, host, err)
					continue
				}
				var list struct{ Data []json.RawMessage }
				err = json.Unmarshal([]byte(answer.body), &list)
				if err != nil || list.Data == nil || answer.status != http.StatusOK || answer.source() != "emulator" {
					t.Errorf("%s as %s: %d from %q, %v", address, host, answer.status, answer.source(), err)
				}
			}
		}
	}
	for _, other := range otherAddresses(t) {
		if connection, err := net.DialTimeout("tcp", net.JoinHostPort(other, port), 2*time.Second); err == nil {
			connection.Close()
			t.Errorf("it is reached at %s", other)
		}
	}
}

// otherAddresses are this machine's, but for the loopback ones.
func otherAddresses(t *testing.T) (others []string) {
	t.Helper()
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range all {
		if network, ok := address.(*net.IPNet); ok && network.IP.IsGlobalUnicast() {
			others = append(others, network.IP.String())
		}
	}
	return others
}
