package integration

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWorkosLeavesItsSiteTheOtherDirectives proves that the proxies of `workos` stand where a reverse_proxy would, and its
// emulator before everything, wherever the directive is written.
func TestWorkosLeavesItsSiteTheOtherDirectives(t *testing.T) {
	t.Parallel()
	answers := func(name string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, name+" "+r.URL.Path) }))
		t.Cleanup(server.Close)
		return server.URL
	}
	files := t.TempDir()
	if err := os.WriteFile(filepath.Join(files, "file.txt"), []byte("file"), 0o600); err != nil {
		t.Fatal(err)
	}
	workos := fmt.Sprintf("workos {\n\t\tseed seed.example.yaml\n\t\tinstance order\n\t\tupstream %s\n\t}", answers("theirs"))
	staging := fmt.Sprintf("workos /staging/* {\n\t\tinstance staging\n\t\tupstream %s\n\t}", answers("staging"))
	plain := answers("plain")
	sites := []struct {
		name, text string
		want       map[string]string // by path; `*` for an answer of the emulator
	}{
		{"alone", workos, map[string]string{"/x": "theirs /x", "/connect/applications/client_local_backend": "*"}},
		{"handle", workos + "\n\thandle /x {\n\t\trespond mine\n\t}", map[string]string{"/x": "mine", "/y": "theirs /y", "/connect/applications/client_local_backend": "*"}},
		{"handles", workos + "\n\thandle /x {\n\t\trespond one\n\t}\n\thandle /z* {\n\t\trespond two\n\t}", map[string]string{"/x": "one", "/z/a": "two", "/y": "theirs /y"}},
		{"path", workos + "\n\thandle_path /x/* {\n\t\trespond {path}\n\t}", map[string]string{"/x/y": "/y", "/y": "theirs /y"}},
		{"respond", workos + "\n\trespond /y mine", map[string]string{"/y": "mine", "/x": "theirs /x", "/connect/applications/client_local_backend": "*"}},
		{"everything", workos + "\n\trespond mine", map[string]string{"/y": "mine", "/connect/applications/client_local_backend": "*", "/oauth2/jwks": "*"}},
		{"catch", workos + "\n\thandle {\n\t\trespond mine\n\t}", map[string]string{"/y": "mine", "/connect/applications/client_local_backend": "*"}},
		{"joined", workos + "\n\trespond mine\n\treverse_proxy " + plain, map[string]string{"/y": "mine", "/connect/applications/client_local_backend": "*"}},
		{"joinedwithmatcher", workos + "\n\trespond /y mine\n\treverse_proxy /y " + plain, map[string]string{"/y": "mine", "/x": "theirs /x"}},
		{"templates", workos + "\n\theader X-Mine mine\n\ttemplates\n\tencode", map[string]string{"/x": "theirs /x"}},
		{"redir", workos + "\n\tredir /old /new", map[string]string{"/old": "", "/x": "theirs /x"}},
		{"error", workos + "\n\terror /gone 410\n\thandle_errors {\n\t\trespond {err.status_code}\n\t}", map[string]string{"/gone": "410", "/x": "theirs /x"}},
		{"files", workos + "\n\troot " + files + "\n\tfile_server", map[string]string{"/file.txt": "theirs /file.txt", "/connect/applications/client_local_backend": "*"}},
		{"filesinhandle", workos + "\n\thandle /file.txt {\n\t\troot " + files + "\n\t\tfile_server\n\t}", map[string]string{"/file.txt": "file", "/x": "theirs /x"}},
		{"proxy", workos + "\n\treverse_proxy /plain* " + plain, map[string]string{"/plain": "plain /plain", "/x": "theirs /x"}},
		{"proxies", workos + "\n\treverse_proxy " + plain, map[string]string{"/x": "theirs /x", "/connect/applications/client_local_backend": "*"}},
		{"two", workos + "\n\t" + staging, map[string]string{"/staging/x": "staging /staging/x", "/x": "theirs /x", "/connect/applications/client_local_backend": "*"}},
		{"inhandle", "handle /in/* {\n\t" + workos + "\n\t}\n\trespond outside", map[string]string{"/in/x": "theirs /in/x", "/x": "outside"}},
		{"inpath", "handle_path /in/* {\n\t" + workos + "\n\trespond /y mine\n\t}\n\trespond outside", map[string]string{
			"/in/x": "theirs /x", "/in/y": "mine", "/x": "outside", "/in/connect/applications/client_local_backend": "*"}},
		{"inroute", "route {\n\t" + workos + "\n\trespond never\n\t}", map[string]string{"/x": "theirs /x", "/connect/applications/client_local_backend": "*"}},
		{"beforeinroute", "route {\n\trespond /x mine\n\t" + workos + "\n\t}\n\trespond never", map[string]string{"/x": "mine", "/y": "theirs /y", "/connect/applications/client_local_backend": "*"}},
		{"handleinroute", "route {\n\thandle {\n\t" + workos + "\n\trespond /x mine\n\t}\n\t}", map[string]string{"/x": "mine", "/y": "theirs /y"}},
		{"named", "invoke mixed", map[string]string{"/x": "theirs /x", "/connect/applications/client_local_backend": "*"}},
		{"namedrespond", "respond /y mine\n\tinvoke mixed", map[string]string{"/x": "theirs /x", "/y": "theirs /y", "/connect/applications/client_local_backend": "*"}},
		{"namedmore", "invoke more", map[string]string{"/x": "theirs /x", "/y": "mine", "/connect/applications/client_local_backend": "*"}},
		{"snippet", "import mixed", map[string]string{"/x": "mine", "/y": "theirs /y", "/connect/applications/client_local_backend": "*"}},
		{"matcher", strings.Replace(workos, "workos {", "workos /api/* {", 1) + "\n\trespond rest", map[string]string{"/x": "rest", "/api/x": "rest"}},
	}
	var text strings.Builder
	fmt.Fprintf(&text, "&(mixed) {\n\t%s\n}\n&(more) {\n\t%s\n\trespond /y mine\n}\n(mixed) {\n\t%s\n\thandle /x {\n\t\trespond mine\n\t}\n}\n", workos, workos, workos)
	fmt.Fprintf(&text, "http://localhost:{$PORT} {\n\tworkos\n}\n")
	for _, site := range sites {
		fmt.Fprintf(&text, "http://%s.localhost:{$PORT} {\n\t%s\n}\n", site.name, site.text)
	}
	p := startConfig(t, text.String())
	for _, site := range sites {
		for path, want := range site.want {
			request := newRequest(t, http.MethodGet, p.URL+path, "sk_test_local", "")
			request.Host = site.name + ".localhost"
			answer := receiveBy(t, noRedirects, request)
			isEmulated := answer.source() == "emulator" || answer.source() == "merged"
			if want == "*" && (!isEmulated || answer.status != http.StatusOK) || want != "*" && answer.body != want {
				t.Errorf("%s: %s is answered %d by %q: %.100s, want %q", site.name, path, answer.status, answer.source(), answer.body, want)
			}
		}
	}
}
