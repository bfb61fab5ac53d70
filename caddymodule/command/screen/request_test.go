package screen

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/requestlog"
	"github.com/caddy-workos/caddy-workos/emulator"
)

// TestRequestLine freezes the line of a request.
func TestRequestLine(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 27, 14, 2, 31, 0, time.UTC)
	for want, r := range map[string]requestlog.Request{
		"14:02:31 POST /oauth2/token 200 emulator 2ms client_local_backend": {
			Method: "POST", Path: "/oauth2/token", Took: 2300 * time.Microsecond,
			Outcome: emulator.Outcome{Status: 200, Source: "emulator", ClientID: "client_local_backend"},
		},
		"14:02:31 GET /organizations/org_1 404 upstream 1ms entity_not_found": {
			Method: "GET", Path: "/organizations/org_1", Outcome: emulator.Outcome{Status: 404, Source: "upstream", Code: "entity_not_found"},
		},
		"14:02:31 GET /connections 501 fixture 12520ms fixture_not_found": {
			Method: "GET", Path: "/connections", Took: 12_520 * time.Millisecond, Miss: "No fixture.", Outcome: emulator.Outcome{Status: 501, Source: "fixture"},
		},
		"14:02:31 GET /x - - 5ms": {Method: "GET", Path: "/x", Took: 5 * time.Millisecond},
	} {
		r.Began = at
		if got := (Style{}).Request(r); got != want {
			t.Errorf("it is %q, want %q", got, want)
		}
		coloured := Style{colours: true}.Request(r)
		if !strings.Contains(coloured, "\x1b[") || strings.Count(coloured, "\x1b[")%2 != 0 {
			t.Errorf("in colours it is %q", coloured)
		}
	}
}

// TestHealthChecksAreNotShown, unless one fails.
func TestHealthChecksAreNotShown(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		path   string
		status int
		shown  bool
	}{{"/health", 200, false}, {"/health", 503, true}, {"/health/", 200, true}, {"/", 200, true}} {
		if got := IsShown(requestlog.Request{Path: test.path, Outcome: emulator.Outcome{Status: test.status}}); got != test.shown {
			t.Errorf("%s %d is shown: %t", test.path, test.status, got)
		}
	}
}

// TestColoursAreForTerminals that have them.
func TestColoursAreForTerminals(t *testing.T) {
	t.Parallel()
	terminal, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0) // a device of characters, as a terminal is
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close() })
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	environment := func(of ...string) func(string) string {
		return func(name string) string {
			for i := 0; i < len(of); i += 2 {
				if of[i] == name {
					return of[i+1]
				}
			}
			return ""
		}
	}
	xterm := environment("TERM", "xterm")
	if !StyleOf(terminal, xterm).colours {
		t.Error("a terminal has no colours")
	}
	for name, style := range map[string]Style{
		"a file": StyleOf(file, xterm), "a buffer": StyleOf(&strings.Builder{}, xterm),
		"NO_COLOR":   StyleOf(terminal, environment("TERM", "xterm", "NO_COLOR", "1")),
		"a dumb one": StyleOf(terminal, environment("TERM", "dumb")),
	} {
		if style.colours {
			t.Errorf("%s has colours", name)
		}
	}
}
