package integration

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
)

var rowWhoAnswers = regexp.MustCompile("(?m)^\\| \\*\\*([a-z ]+)\\*\\* \\| (`[a-z`, ]+`) \\|")

// TestWhoAnswersAsReadmeSays sends a request or two for each row of README's table of who answers.
func TestWhoAnswersAsReadmeSays(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	says := map[string]string{}
	for _, row := range rowWhoAnswers.FindAllStringSubmatch(string(text), -1) {
		says[row[1]] = row[2]
	}
	mix, _ := mixed(t, newStandIn(t), false)
	replay := startConfig(t, `http://localhost:{$PORT} {
	workos {
		seed seed.example.yaml
		test_api on
		fixtures fixtures.example {
			mode replay
		}
	}
}
`)
	const recorded, ours = "/directories?organization_id=org_01JQ8ZVXTN4M7K2DPC5W9RHEAB", "sk_test_local"
	hook := `{"method":"GET","path":"/organizations","status":503}`
	if status, _, said := ask(t, http.MethodPost, replay.URL+"/_emulate/hooks", "", "application/json", hook); status != http.StatusCreated {
		t.Fatalf("the hook: %d %s", status, said)
	}
	for _, test := range []struct {
		row    string
		at     *process
		path   string
		key    string
		status int
	}{
		{"emulated", mix, "/connect/applications/client_local", "sk_local_trusted", 200},
		{"merged", mix, "/organizations", "sk_local_trusted", 200},
		{"merged", mix, "/oauth2/jwks", "", 200},
		{"proxied", mix, "/echo", "sk_unknown", 200},
		{"replayed", replay, recorded, ours, 200},
		{"refused", replay, "/directories", ours, 501},
		{"refused", replay, "/connect/applications", "", 401},
		{"failed on demand", replay, "/organizations", ours, 503},
	} {
		status, source, said := ask(t, http.MethodGet, test.at.URL+test.path, test.key, "", "")
		if status != test.status || source == "" || !strings.Contains(says[test.row], "`"+source+"`") {
			t.Errorf("%s: %s: %d from %q; README has %s\n%s", test.row, test.path, status, source, says[test.row], said)
		}
	}
	if len(says) != 6 {
		t.Errorf("README's table has the rows %v", sortedKeys(says))
	}
}
