package integration

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

const attackProxy = "reverse_proxy UPSTREAM {\n\ttransport workos {\n\t\tapi_key {env.WORKOS_API_KEY}\n\t}\n}\n"

// TestHostileArrangements: where an emulator stands before the transport, the configuration loads; where none does, it does not.
func TestHostileArrangements(t *testing.T) {
	t.Parallel()
	proxy := strings.ReplaceAll(attackProxy, "UPSTREAM", "https://api.workos.com")
	port := fmt.Sprint(freePort(t))
	for name, test := range map[string]struct {
		config string
		fails  bool
	}{
		"handle":                       {"http://:PORT {\nworkos_emulator\nhandle /a* {\n" + proxy + "}\nhandle {\n" + proxy + "}\n}\n", false},
		"route in handle":              {"http://:PORT {\nhandle {\nroute {\nworkos_emulator\nroute {\n" + proxy + "}\n}\n}\n}\n", false},
		"named proxy":                  {"&(real) {\n" + proxy + "}\nhttp://:PORT {\nroute {\nworkos_emulator\ninvoke real\n}\n}\n", false},
		"named emulator in a subroute": {"&(mixed) {\nhandle {\nworkos_emulator\n}\n}\nhttp://:PORT {\nroute {\ninvoke mixed\n" + proxy + "}\n}\n", false},
		"named of named":               {"&(b) {\n" + proxy + "}\n&(a) {\nworkos_emulator\ninvoke b\n}\nhttp://:PORT {\ninvoke a\n}\n", false},
		"handle_errors":                {"http://:PORT {\nroute {\nworkos_emulator\nerror 503\n}\nhandle_errors {\n" + proxy + "}\n}\n", false},
		"in handle_response":           {"http://:PORT {\nworkos_emulator\nreverse_proxy 127.0.0.1:1 {\nhandle_response {\n" + proxy + "}\n}\n}\n", false},
		"emulator in handle_response":  {"http://:PORT {\nreverse_proxy 127.0.0.1:1 {\nhandle_response {\nroute {\nworkos_emulator\n" + proxy + "}\n}\n}\n}\n", false},
		"intercept":                    {"http://:PORT {\nworkos_emulator\nintercept {\nhandle_response {\n" + proxy + "}\n}\nrespond x\n}\n", false},
		"unused named emulator":        {"&(mixed) {\nworkos_emulator\n}\nhttp://:PORT {\n" + proxy + "}\n", true},
		"named route with the proxy":   {"&(real) {\n" + proxy + "}\nhttp://:PORT {\ninvoke real\n}\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "Caddyfile")
			write(t, path, "{\n\tadmin off\n}\n"+strings.ReplaceAll(test.config, "PORT", port))
			stdout, stderr, err := run(t, []string{"WORKOS_API_KEY=" + realKey}, "", "validate", "--config", path)
			if (err != nil) != test.fails {
				said := stdout + stderr
				t.Errorf("fails: %t; want %t: %s", err != nil, test.fails, said[max(len(said)-400, 0):])
			}
		})
	}
}

// TestHostileDocumentsOfTwoUpstreams: two composed sites of one instance, each with its own upstream, have one JWKS.
func TestHostileDocumentsOfTwoUpstreams(t *testing.T) {
	t.Parallel()
	jwks := func(kid string) *wire {
		w := newWire(t)
		w.answer = func(conn net.Conn, r *http.Request, in *bufio.Reader) bool {
			if r.URL.Path != "/oauth2/jwks" {
				return false
			}
			body := `{"keys":[{"kid":"` + kid + `","kty":"RSA","alg":"RS256","use":"sig","n":"AQAB","e":"AQAB"}]}`
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
			return true
		}
		return w
	}
	a, b := jwks("of_a"), jwks("of_b")
	other := freePort(t)
	p := startConfig(t, fmt.Sprintf("http://:{$PORT} {\n\tbind 127.0.0.1\n\tworkos_emulator\n\treverse_proxy %s\n}\nhttp://:%d {\n\tbind 127.0.0.1\n\tworkos_emulator\n\treverse_proxy %s\n}\n", a.URL, other, b.URL))
	_, _, first := ask(t, "GET", p.URL+"/oauth2/jwks", "", "", "")
	_, _, second := ask(t, "GET", fmt.Sprintf("http://localhost:%d/oauth2/jwks", other), "", "", "")
	if strings.Contains(first, "of_b") || strings.Contains(second, "of_a") || !strings.Contains(second, "of_b") {
		t.Errorf("a: %s; b: %s", first, second)
	}
}
