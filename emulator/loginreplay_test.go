package emulator

import (
	"net/http"
	"strings"
	"testing"

	fixtures "github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// TestRecordedLoginsComeFirst replays a login that was recorded by way of "Continue with the real WorkOS". Where nothing was recorded, the
// first user is signed in, unless the request asks for somebody whom nobody here knows.
func TestRecordedLoginsComeFirst(t *testing.T) {
	t.Parallel()
	const path = "/user_management/authorize?"
	const query = "client_id=client_1&redirect_uri=http%3A%2F%2Flocalhost%2Fcb&response_type=code&provider=authkit&state="
	dir := t.TempDir()
	f := newServer(t)
	recording := recordedBy(t, f, dir, fixtures.Record, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Context().Err() != nil:
			panic(http.ErrAbortHandler) // a probe
		case realkey.GrantOf(r.Context()).Allowed(r) || strings.Contains(r.URL.RawQuery, "_emulate"):
			t.Errorf("it is sent as %s", r.URL)
		}
		w.Header().Set("Location", "https://real.authkit.app/login")
		w.WriteHeader(http.StatusFound)
	}))
	for address, title := range map[string]string{path + query + "s": "Sign in", path + "_emulate=upstream&" + query + "s": ""} {
		r := f.send("GET", address, "", anonymous)
		if isPage := strings.Contains(r.Body.String(), "<h1>"+title+"</h1>"); isPage != (title != "") || !isPage && r.Code != 302 {
			t.Errorf("%s: %d %s", address, r.Code, r.Body)
		}
	}
	recording.Close()

	recordedBy(t, f, dir, fixtures.Replay, nil)
	for address, want := range map[string]string{
		path + query + "another":                                           "https://real.authkit.app/login",
		path + query + "s&prompt=login":                                    "http://localhost/cb?code=",
		path + query + "s&login_hint=alice%40acme.example":                 "http://localhost/cb?code=",
		path + query + "s&login_hint=real%40acme.example":                  "",
		path + "_emulate=upstream&" + query + "s":                          "https://real.authkit.app/login",
		path + "_emulate=upstream&" + query + "s&prompt=login":             "",
		path + strings.Replace(query, "localhost", "elsewhere.example", 1): "",
	} {
		r := f.send("GET", address, "", anonymous)
		location, from := r.Header().Get("Location"), r.Header().Get(source.Header)
		switch {
		case want == "" && (r.Code != 501 || !strings.Contains(r.Body.String(), "fixture_not_found")),
			want != "" && (r.Code != 302 || !strings.HasPrefix(location, want) || (from == source.Fixture) != strings.Contains(want, "real")):
			t.Errorf("%s: %d to %s, from %s: %s", address, r.Code, location, from, r.Body)
		}
	}
}
