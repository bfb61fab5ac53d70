package integration

import (
	"net/http"
	"testing"

	"github.com/tidwall/gjson"
)

// TestEmailsOfAnInstance reads, by the site and by the admin endpoint, what would have been e-mailed, before and after a reset.
func TestEmailsOfAnInstance(t *testing.T) {
	t.Parallel()
	p := startConfig(t, "http://localhost:{$PORT} {\n\tworkos_emulator {\n\t\tseed seed.example.yaml\n\t\taccept_key sk_mails\n\t\ttest_api\n\t}\n}\n")
	status, _, said := ask(t, http.MethodPost, p.URL+"/user_management/magic_auth", "sk_mails", asJSON, `{"email":"new@acme.example"}`)
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, said)
	}
	code := gjson.Get(said, "code").String()
	urls := []string{p.URL + "/_emulate/emails?to=NEW@acme.example", p.Admin + "/workos/default/emails?kind=magic_auth"}
	for _, url := range urls {
		status, _, said := ask(t, http.MethodGet, url, "", "", "")
		if status != http.StatusOK || gjson.Get(said, "#").Int() != 1 || gjson.Get(said, "0.code").String() != code || code == "" {
			t.Errorf("%s: %d %s", url, status, said)
		}
	}
	if status, _, said := ask(t, http.MethodGet, p.Admin+"/workos/default/emails?kind=other", "", "", ""); status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown kind: %d %s", status, said)
	}
	if status, _, said := ask(t, http.MethodPost, p.URL+"/_emulate/reset", "", "", ""); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, said)
	}
	for _, url := range urls {
		if status, _, said := ask(t, http.MethodGet, url, "", "", ""); status != http.StatusOK || gjson.Get(said, "#").Int() != 0 {
			t.Errorf("%s, after a reset: %d %s", url, status, said)
		}
	}
}
