package integration

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// echoSeed has a local application, in whose name somebody may want to have a token.
const echoSeed = `
apiKeys:
  ` + environmentKey + `: {environment: test}
users:
  - {id: user_LOCAL, email: local@example.com}
connectApplications:
  - {name: Machine, organization_id: org_1, client_id: client_local, client_secret: local-client-secret, scopes: [read]}
`

// looksLikeJWT finds tokens in any text, also in URLs.
var looksLikeJWT = regexp.MustCompile(`eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`)

// echoes are the answers in which an upstream sends back what it was sent, by the part of the path behind /echo/.
var echoes = map[string]func(w http.ResponseWriter, token string){
	"token": func(w http.ResponseWriter, token string) {
		_, _ = fmt.Fprintf(w, `{"access_token":%q,"token":%q,"id_token":%q}`, token, token, token)
	},
	"note": func(w http.ResponseWriter, token string) {
		_, _ = fmt.Fprintf(w, `{"name":%q,"metadata":{"x":%q},"list":[%q]}`, token, "see "+token, token)
	},
	"nested": func(w http.ResponseWriter, token string) {
		_, _ = fmt.Fprintf(w, `{"text":%q}`, fmt.Sprintf(`{"access_token":%q}`, token))
	},
	"link": func(w http.ResponseWriter, token string) {
		_, _ = fmt.Fprintf(w, `{"url":%q}`, "https://x.example/?token="+token)
	},
	"text": func(w http.ResponseWriter, token string) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "access_token: "+token)
	},
	"form": func(w http.ResponseWriter, token string) {
		w.Header().Set("Content-Type", "application/x-www-form-urlencoded")
		_, _ = io.WriteString(w, "access_token="+token)
	},
	"html": func(w http.ResponseWriter, token string) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, `<input name="access_token" value="%s">`, token)
	},
	"redirect": func(w http.ResponseWriter, token string) {
		w.Header().Set("Location", "https://app.example/#access_token="+token)
		w.WriteHeader(http.StatusFound)
	},
	"bare": func(w http.ResponseWriter, token string) { _, _ = fmt.Fprintf(w, "%q", token) },
}

// mustNotBeSigned are tokens that somebody may want to have signed by this program's key.
func mustNotBeSigned(theirs *signer, site string) map[string]string {
	of := func(change map[string]any) map[string]any {
		claims := sessionClaims("user_ALICE", "session_ALICE")
		maps.Copy(claims, change)
		return claims
	}
	machine := map[string]any{"iss": site, "sub": "client_local", "client_id": "client_local", "aud": "client_local", "scope": "read", "org_id": "org_1"}
	return map[string]string{
		"alg none":                            unsigned(of(machine)),
		"another key":                         otherSigner().sign(of(machine)),
		"another key, WorkOS's kid":           (&signer{theirs.kid, otherSigner().key}).sign(of(nil)),
		"WorkOS's key, a local client":        theirs.sign(of(map[string]any{"sub": "client_local", "client_id": "client_local"})),
		"WorkOS's key, a local user":          theirs.sign(of(map[string]any{"sub": "user_LOCAL"})),
		"WorkOS's key, this site's issuer":    theirs.sign(of(map[string]any{"iss": site})),
		"WorkOS's key, a local client_id":     theirs.sign(of(map[string]any{"client_id": "client_local"})),
		"WorkOS's key, expired":               theirs.sign(of(map[string]any{"iat": 1, "exp": 2})),
		"WorkOS's key, for a local audience":  theirs.sign(of(map[string]any{"aud": "client_local"})),
		"WorkOS's key, an ordinary session":   theirs.sign(of(nil)),
		"WorkOS's key, a life of ten years":   theirs.sign(of(map[string]any{"exp": time.Now().AddDate(10, 0, 0).Unix()})),
		"WorkOS's key, without a time at all": theirs.sign(map[string]any{"sub": "user_ALICE", "sid": "session_ALICE"}),
	}
}

// TestNothingIsSignedThatWorkOSDidNotSign has an upstream send back whatever it is sent, and looks at all tokens that a
// replay gives out.
func TestNothingIsSignedThatWorkOSDidNotSign(t *testing.T) {
	t.Parallel()
	theirs := newSigner("sso_oidc_key_pair_THEIRS")
	s := newStandIn(t)
	s.Knows = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/oauth2/jwks" || strings.HasPrefix(r.URL.Path, "/sso/jwks/") {
			_, _ = io.WriteString(w, theirs.jwks())
			return true
		}
		kind, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/echo/"), "/")
		if r.URL.Path == "/user_management/authenticate" {
			kind = "token" // where a token has its place
		}
		echo := echoes[kind]
		if echo == nil {
			return false
		}
		var sent struct{ Code string }
		_ = json.NewDecoder(r.Body).Decode(&sent)
		echo(w, sent.Code)
		return true
	}
	seed, dir := filepath.Join(t.TempDir(), "seed.yaml"), filepath.Join(t.TempDir(), "fixtures")
	write(t, seed, echoSeed)
	site := func(upstream, mode string) string {
		return fmt.Sprintf("http://localhost:{$PORT} {\n\tworkos {\n\t\tseed %s\n\t\tissuer https://local.example\n\t\t%s\n\t\tfixtures %s {\n\t\t\tmode %s\n\t\t}\n\t}\n}\n", seed, upstream, dir, mode)
	}
	recorder := startConfig(t, site(fmt.Sprintf("upstream %s {\n\t\t\tapi_key {env.WORKOS_API_KEY}\n\t\t\ttls_trust_pool file %s\n\t\t}", s.URL, s.CA), "record"), "WORKOS_API_KEY="+realKey)
	type sent struct{ name, path, body string }
	var all []sent
	for name, token := range mustNotBeSigned(theirs, "https://local.example") {
		for kind := range echoes {
			all = append(all, sent{kind + ": " + name, "/echo/" + kind + "/" + url.PathEscape(name), fmt.Sprintf(`{"code":%q}`, token)})
		}
		all = append(all, sent{"login: " + name, "/user_management/authenticate", fmt.Sprintf(`{"client_id":"client_01THEIRS","client_secret":%q,"grant_type":"authorization_code","code":%q,"ip_address":%q}`, environmentKey, token, name)})
	}
	for _, one := range all {
		if status := echoed(t, recorder.URL, one.path, one.body).status; status != 200 && status != 302 {
			t.Errorf("%s is answered with %d", one.name, status)
		}
	}
	recorder.stop()
	s.Close()
	for name, text := range folder(t, dir) {
		if token := looksLikeJWT.FindString(text); token != "" {
			t.Errorf("%s holds the token %.60s", name, token)
		}
	}
	replayer := startConfig(t, site("", "replay"))
	alive := 0
	for _, one := range all {
		answer := echoed(t, replayer.URL, one.path, one.body)
		said := fmt.Sprint(answer.header, answer.body)
		if answer.header.Get("X-Workos-Source") != "fixture" {
			t.Errorf("%s is replayed from %s: %s", one.name, answer.header.Get("X-Workos-Source"), answer.body)
		}
		for _, token := range looksLikeJWT.FindAllString(said, -1) {
			header, claims := claimsOf(token)
			lives, _ := claims["exp"].(float64)
			ordinary := strings.HasSuffix(one.name, "an ordinary session") || strings.HasSuffix(one.name, "ten years") || strings.HasSuffix(one.name, "at all") || strings.HasSuffix(one.name, "expired")
			if alive++; !ordinary || !strings.HasPrefix(one.name, "login: ") && !strings.HasPrefix(one.name, "token: ") || !strings.HasPrefix(fmt.Sprint(header["kid"]), "replayed_") || lives > float64(time.Now().Add(24*time.Hour+time.Minute).Unix()) {
				t.Errorf("%s is replayed with the token %v %.80v", one.name, header, claims)
			}
			if active := introspected(t, replayer.URL, token); active {
				t.Errorf("%s: introspection takes it for active: %v", one.name, claims)
			}
		}
	}
	if alive == 0 {
		t.Error("no token came back alive, not even an ordinary session's")
	}
	t.Logf("%d requests, %d tokens", len(all), alive)
}

// echoed sends a body and takes redirects for answers.
func echoed(t *testing.T, site, path, body string) received {
	t.Helper()
	return receiveBy(t, noRedirects, newRequest(t, http.MethodPost, site+path, environmentKey, body))
}

// introspected tells whether a site takes a token for active.
func introspected(t *testing.T, site, token string) bool {
	t.Helper()
	response, err := http.PostForm(site+"/oauth2/introspection", url.Values{"client_id": {"client_local"}, "client_secret": {"local-client-secret"}, "token": {token}})
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Active *bool }
	if said := read(t, response); json.Unmarshal([]byte(said), &answer) != nil || answer.Active == nil {
		t.Fatalf("introspection says %d %s", response.StatusCode, said)
	}
	return *answer.Active
}
