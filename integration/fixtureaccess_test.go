package integration

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// guardedStandIn has an organization for the real key, a profile and claims for Alice's token, and logins for everybody. It
// fails where a request says so, which is what has mode fallback look for a fixture.
func guardedStandIn(t *testing.T, alice string, keys *signer) *standIn {
	t.Helper()
	s := newStandIn(t)
	s.Knows = func(w http.ResponseWriter, r *http.Request) bool {
		bearer := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		answer, open := map[string]string{
			"GET /organizations/org_1":               `{"id":"org_1","name":"FOR THE KEY"}`,
			"GET /sso/profile":                       `{"object":"profile","id":"prof_1","first_name":"FOR ALICE"}`,
			"GET /oauth2/userinfo":                   `{"sub":"user_ALICE","name":"FOR ALICE"}`,
			"POST /user_management/authenticate":     `{"user":` + theirUser("user_ALICE") + `,"access_token":"opaque","refresh_token":"opaque"}`,
			"GET /sso/jwks/" + theirClient:           keys.jwks(),
			"GET /oauth2/jwks":                       keys.jwks(),
			"POST /user_management/authorize/device": `{"device_code":"opaque-device-code","user_code":"BCDF-GHJK"}`,
			"GET /user_management/authorize":         `{}`,
		}[r.Method+" "+r.URL.Path], withoutTheKey.MatchString(r.Method+" "+r.URL.Path)
		switch {
		case r.Header.Get("X-Fail") != "":
			w.WriteHeader(http.StatusServiceUnavailable)
			answer = `{"message":"not now"}`
		case strings.Contains(answer, "FOR ALICE") && bearer != alice, strings.Contains(answer, "FOR THE KEY") && bearer != realKey:
			w.WriteHeader(http.StatusUnauthorized)
			answer = `{"message":"Unauthorized"}`
		case answer == "" && !open:
			return false
		}
		_, _ = io.WriteString(w, answer)
		return true
	}
	return s
}

// attempt is a request by which somebody may try to fill or read fixtures.
type attempt struct {
	method, path, body string
	header             map[string]string
}

const passwordLogin = `{"client_id":"client_01THEIRS","client_secret":"","grant_type":"password","email":"alice@example.com","password":"p"}`

// unauthorizedAttempts ask for what was recorded of others.
func unauthorizedAttempts(alice map[string]any) map[string]attempt {
	login := strings.Replace(passwordLogin, `"client_secret":"",`, "", 1)
	return map[string]attempt{
		"an unknown key":                      {"GET", "/organizations/org_1", "", map[string]string{"Authorization": "Bearer sk_live_NOBODY_KNOWS_THIS"}},
		"no key":                              {"GET", "/organizations/org_1", "", nil},
		"Basic":                               {"GET", "/organizations/org_1", "", map[string]string{"Authorization": "Basic c2tfbGl2ZV94Og=="}},
		"a session's token on a REST route":   {"GET", "/organizations/org_1", "", map[string]string{"Authorization": "Bearer " + otherSigner().sign(alice)}},
		"a forged token, alg none":            {"GET", "/oauth2/userinfo", "", map[string]string{"Authorization": "Bearer " + unsigned(alice)}},
		"a forged token, another key":         {"GET", "/oauth2/userinfo", "", map[string]string{"Authorization": "Bearer " + otherSigner().sign(alice)}},
		"a forged token, WorkOS's kid":        {"GET", "/oauth2/userinfo", "", map[string]string{"Authorization": "Bearer " + (&signer{"sso_oidc_key_pair_THEIRS", otherSigner().key}).sign(alice)}},
		"a forged token for a profile":        {"GET", "/sso/profile", "", map[string]string{"Authorization": "Bearer " + unsigned(alice)}},
		"a login from another site's page":    {"POST", "/user_management/authenticate", login, map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}},
		"a login from another site, no Fetch": {"POST", "/user_management/authenticate", login, map[string]string{"Origin": "https://evil.example"}},
		"a login from a page without a site":  {"POST", "/user_management/authenticate", login, map[string]string{"Origin": "null"}},
		"a device login from another site":    {"POST", "/user_management/authorize/device", `{"client_id":"client_01THEIRS"}`, map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}},
		"an authorization by another site":    {"GET", "/user_management/authorize?client_id=client_01THEIRS", "", map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}},
		"an organization from another's page": {"GET", "/organizations/org_1", "", map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}},
		"a method with a fixture of another":  {"PUT", "/organizations/org_1", `{"name":"x"}`, nil},
		"a route without a recording, no key": {"GET", "/organizations/org_2", "", nil},
	}
}

// request sends it and returns who answered, and what.
func (a attempt) request(t *testing.T, site string, fails bool) (status int, source, body string) {
	t.Helper()
	request := newRequest(t, a.method, site+a.path, "", a.body)
	for name, value := range a.header {
		request.Header.Set(name, value)
	}
	if fails {
		request.Header.Set("X-Fail", "yes")
	}
	answer := receive(t, request)
	return answer.status, answer.source(), answer.body
}

// TestOnlyAuthorizedCallersFillOrReadFixtures has each unauthorized caller ask in each mode that has a network.
func TestOnlyAuthorizedCallersFillOrReadFixtures(t *testing.T) {
	t.Parallel()
	keys, claims := newSigner("sso_oidc_key_pair_THEIRS"), sessionClaims("user_ALICE", "session_ALICE")
	alice := keys.sign(claims)
	s, original := guardedStandIn(t, alice, keys), filepath.Join(t.TempDir(), "original")
	// What those record who may.
	allowed := []attempt{
		{"GET", "/organizations/org_1", "", map[string]string{"Authorization": "Bearer " + environmentKey}},
		{"GET", "/oauth2/userinfo", "", map[string]string{"Authorization": "Bearer " + alice}},
		{"GET", "/sso/profile", "", map[string]string{"Authorization": "Bearer " + alice}},
		{"POST", "/user_management/authenticate", strings.Replace(passwordLogin, `""`, `"`+environmentKey+`"`, 1), nil},
		{"POST", "/user_management/authenticate", strings.Replace(passwordLogin, `"client_secret":"",`, "", 1), nil},
		{"POST", "/user_management/authorize/device", `{"client_id":"client_01THEIRS"}`, nil},
		{"GET", "/user_management/authorize?client_id=client_01THEIRS", "", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}}, // from the page of an app
	}
	recorder := startConfig(t, fixtureSite(t, s, original, "record"), "WORKOS_API_KEY="+realKey)
	for _, one := range allowed {
		if status, source, body := one.request(t, recorder.URL, false); status != 200 || source != "upstream" {
			t.Fatalf("%s is recorded as %d from %s: %s", one.path, status, source, body)
		}
	}
	recorder.stop()
	before := folder(t, original)
	for _, file := range []string{"GET/organizations/org_1/", "GET/oauth2/userinfo/", "GET/sso/profile/", "POST/user_management/authenticate/", "POST/user_management/authorize/device/"} {
		if !strings.Contains(strings.Join(sortedKeys(before), "\n"), file) {
			t.Errorf("%s was not recorded: %v", file, sortedKeys(before))
		}
	}
	for _, mode := range []string{"record", "once", "fallback", "verify"} {
		t.Run(mode, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "fixtures")
			copyFolder(t, original, dir)
			p := startConfig(t, fixtureSite(t, s, dir, mode), "WORKOS_API_KEY="+realKey)
			for _, kid := range publishedKids(t, p.URL) { // what looks like a token of this site does not go on either
				token := (&signer{kid, otherSigner().key}).sign(claims)
				_, source, body := attempt{"GET", "/oauth2/userinfo", "", map[string]string{"Authorization": "Bearer " + token}}.request(t, p.URL, false)
				if source != "upstream" && source != "emulator" || strings.Contains(body, "FOR ") {
					t.Errorf("a forged token of the key %s is answered from %s: %s", kid, source, body)
				}
			}
			for name, attempt := range unauthorizedAttempts(claims) {
				status, source, body := attempt.request(t, p.URL, mode == "fallback")
				if source != "upstream" || mode == "fallback" && status != http.StatusServiceUnavailable || strings.Contains(body, "FOR ") {
					t.Errorf("%s is answered with %d from %s: %s", name, status, source, body)
				}
			}
			if mode != "record" { // of whom it would replace what was recorded
				for _, one := range allowed {
					status, source, body := one.request(t, p.URL, mode == "fallback")
					if want := map[string]string{"once": "fixture", "fallback": "fixture", "verify": "upstream"}[mode]; source != want || status != 200 {
						t.Errorf("%s, by one who may, is answered with %d from %s: %s", one.path, status, source, body)
					}
				}
			}
			p.stop()
			if after := folder(t, dir); !maps.Equal(before, after) {
				t.Errorf("unauthorized callers have changed the folder: %v, was %v", sortedKeys(after), sortedKeys(before))
			}
			if mode == "verify" && strings.Contains(p.Log.String(), "drift") {
				t.Errorf("what unauthorized callers were told is taken for drift: %s", p.Log)
			}
		})
	}
}

// publishedKids are the ids of the keys that a site publishes: WorkOS's, its own, and that of replayed tokens.
func publishedKids(t *testing.T, site string) (kids []string) {
	t.Helper()
	var set struct{ Keys []struct{ Kid string } }
	_, _, body := ask(t, "GET", site+"/oauth2/jwks", "", "", "")
	if err := json.Unmarshal([]byte(body), &set); err != nil {
		t.Fatal(err)
	}
	for _, key := range set.Keys {
		kids = append(kids, key.Kid)
	}
	if len(kids) != 3 {
		t.Errorf("the published keys are %v", kids)
	}
	return kids
}
