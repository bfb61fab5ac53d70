package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/help"
)

const troubleshootingPage = "docs/troubleshooting.md"

// TestHelpLeadsToHeadings looks for the heading of each address that messages have.
func TestHelpLeadsToHeadings(t *testing.T) {
	t.Parallel()
	if !strings.HasSuffix(help.Page, "/"+troubleshootingPage) {
		t.Errorf("the page is %s", help.Page)
	}
	page := readPage(t, troubleshootingPage)
	for _, topic := range help.Topics() {
		if !slices.ContainsFunc(page.headings, func(title string) bool { return anchor(title) == string(topic) }) {
			t.Errorf("%s has no heading for %s", troubleshootingPage, topic)
		}
	}
}

// TestTroubleshooting gets into each trouble of the page, compares what is said with what the page quotes, and runs its commands.
func TestTroubleshooting(t *testing.T) {
	t.Parallel()
	tr := newTrouble(t)
	tr.provoke()
	quoted := 0
	for _, block := range readPage(t, troubleshootingPage).code {
		for line := range strings.Lines(block.text) {
			line = strings.TrimSpace(line)
			switch {
			case block.language == "sh":
				tr.run(line)
			case !slices.ContainsFunc(tr.said, func(said string) bool { return strings.Contains(said, line) }):
				t.Errorf("%s:%d: nothing says %s", troubleshootingPage, block.line, line)
			default:
				quoted++
			}
		}
	}
	if quoted < 10 {
		t.Errorf("%d messages are quoted", quoted)
	}
	tr.server.stop()
	if t.Failed() {
		t.Logf("said was\n%s", strings.Join(tr.said, "\n"))
	}
}

// trouble is a server with sites in which all can be seen that the page is about.
type trouble struct {
	t                               *testing.T
	server                          *process
	dir                             string
	unreachable, replay, alone, far string // URLs
	said                            []string
}

func newTrouble(t *testing.T) *trouble {
	t.Helper()
	tr := &trouble{t: t, dir: t.TempDir()}
	if _, said, err := run(t, nil, "", "workos", "init", "replay", "--dir", tr.dir); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	ports := [4]int{freePort(t), freePort(t), freePort(t), freePort(t)}
	write(t, filepath.Join(tr.dir, "Caddyfile"), fmt.Sprintf(`http://:%d {
	bind 127.0.0.1
	workos {
		instance unreachable
		seed seed.yaml
		upstream http://127.0.0.1:%d {
			api_key sk_test_real
		}
	}
}

http://:%d {
	bind 127.0.0.1
	workos {
		seed seed.yaml
		fixtures fixtures {
			mode replay
		}
	}
}

http://localhost:%d {
	workos {
		instance alone
		seed seed.yaml
	}
}
`, ports[0], ports[3], ports[1], ports[2]))
	tr.unreachable, tr.replay = fmt.Sprintf("http://127.0.0.1:%d", ports[0]), fmt.Sprintf("http://127.0.0.1:%d", ports[1])
	tr.alone, tr.far = fmt.Sprintf("http://localhost:%d", ports[2]), fmt.Sprintf("http://127.0.0.1:%d", ports[2])
	tr.server = startCommandIn(t, tr.dir, []string{fmt.Sprintf("CADDY_ADMIN=127.0.0.1:%d", freePort(t))}, "run")
	tr.server.URL = tr.replay
	tr.server.waitUntilReady()
	return tr
}

// ask keeps what is answered, which must have a status.
func (tr *trouble) ask(want int, method, url, key, contentType, body string) {
	tr.t.Helper()
	status, _, said := ask(tr.t, method, url, key, contentType, body)
	if status != want {
		tr.t.Errorf("%s %s: %d %s, want %d", method, url, status, said, want)
	}
	var problem struct{ Message string }
	_ = json.Unmarshal([]byte(said), &problem) // the empty answer is none
	tr.said = append(tr.said, said, problem.Message)
}

func (tr *trouble) provoke() {
	tr.t.Helper()
	const key, form, inJSON = "sk_test_local", "application/x-www-form-urlencoded", "application/json"
	tr.ask(401, "GET", tr.alone+"/organizations", "", "", "")
	tr.ask(401, "POST", tr.alone+"/oauth2/token", "", form, "grant_type=client_credentials&client_id=client_local_backend&client_secret=x")
	tr.ask(403, "POST", tr.unreachable+"/vault/v1/kv", key, inJSON, `{"value":"secret_local_backend"}`)
	tr.ask(404, "GET", tr.alone+"/organizations/org_01JQ8ZVXTN4M7K2DPC5W9RHEAB", key, "", "")
	tr.ask(404, "GET", tr.alone+"/_emulate/hooks", "", "", "")
	tr.ask(501, "GET", tr.alone+"/directories", key, "", "")
	tr.ask(501, "GET", tr.replay+"/directory_groups?limit=1", key, "", "")
	tr.ask(501, "GET", tr.replay+"/directories", "sk_test_lcoal", "", "")
	tr.ask(501, "GET", tr.replay+"/directories", "", "", "")
	tr.ask(501, "POST", tr.replay+"/user_management/authenticate", "", inJSON, `{"grant_type":"password","client_id":"client_example","client_secret":"sk_test_lcoal"}`)
	tr.ask(502, "GET", tr.unreachable+"/directories", key, "", "")
	tr.unreadable()
	tr.empty()
	taken, err := runToEnd(tr.t, nil, "workos", "--listen", strings.TrimPrefix(tr.replay, "http://"))
	if err == nil {
		tr.t.Error("two servers share a port")
	}
	tr.said = append(tr.said, taken)
}

// unreadable sends a body in another encoding than it says.
func (tr *trouble) unreadable() {
	tr.t.Helper()
	request := newRequest(tr.t, "POST", tr.unreachable+"/vault/v1/kv", "sk_test_local", `{"a":`)
	request.Header.Set("Content-Encoding", "br")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		tr.t.Fatal(err)
	}
	defer response.Body.Close()
	var problem struct{ Message string }
	if err := json.NewDecoder(response.Body).Decode(&problem); err != nil || response.StatusCode != http.StatusBadRequest {
		tr.t.Errorf("an unreadable body: %d, %v", response.StatusCode, err)
	}
	tr.said = append(tr.said, problem.Message)
}

// empty asks a site by another name than its address has.
func (tr *trouble) empty() {
	tr.t.Helper()
	if status, source, said := ask(tr.t, "GET", tr.far+"/organizations", "sk_test_local", "", ""); status != 200 || source != "" || said != "" {
		tr.t.Errorf("by another name, it is %d from %q: %s", status, source, said)
	}
	if status, source, said := ask(tr.t, "GET", tr.alone+"/health", "", "", ""); status != 200 || source != "emulator" || said != `{"status":"ok"}` {
		tr.t.Errorf("the health is %d from %q: %s", status, source, said)
	}
}

// run runs a command of the page.
func (tr *trouble) run(line string) {
	tr.t.Helper()
	var cmd *exec.Cmd
	if args, isOurs := strings.CutPrefix(line, "caddy "); isOurs {
		cmd = exec.Command(binary, strings.Fields(args)...)
	} else {
		cmd = exec.Command("bash", "-c", strings.ReplaceAll(line, "http://localhost:4100", tr.replay))
	}
	cmd.Dir, cmd.Env = tr.dir, environment(tr.t)
	if said, err := cmd.CombinedOutput(); err != nil {
		tr.t.Errorf("%s: %v: %s", line, err, said)
	}
}
