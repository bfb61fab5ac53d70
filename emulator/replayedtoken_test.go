package emulator

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/oauth/tokentest"
)

// replayedLike returns a replayed token with the claims of a token that the emulator has issued.
func replayedLike(t testing.TB, key *oauth.SigningKey, token string) string {
	t.Helper()
	var claims map[string]any
	if err := key.Verify(token, &claims); err != nil {
		t.Fatal(err)
	}
	replayed, err := key.SignReplayed(claims)
	if err != nil {
		t.Fatal(err)
	}
	return replayed
}

// TestReplayedTokenIsNoneOfOurs sends a replayed token with valid claims wherever the emulator accepts a credential.
func TestReplayedTokenIsNoneOfOurs(t *testing.T) {
	t.Parallel()
	f := newServer(t, func(o *Options) { o.Replays = func() bool { return true } })
	ours := f.tokenOf(backend)
	replayed := replayedLike(t, f.Key, ours)
	if !f.active(ours) || f.active(replayed) {
		t.Errorf("active: the token %t, the replayed one %t", f.active(ours), f.active(replayed))
	}
	for name, serialized := range tokentest.Serializations(replayed) {
		if serialized != "" && f.active(url.QueryEscape(serialized)) {
			t.Errorf("%s is active", name)
		}
	}
	assertion := "&client_assertion_type=" + url.QueryEscape("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") + "&client_assertion=" + replayed
	for name, r := range map[string]response{
		"a client assertion":       f.form("/oauth2/token", "grant_type=client_credentials&client_id=client_backend"+assertion),
		"a secret":                 f.form("/oauth2/token", "grant_type=client_credentials&client_id=client_backend&client_secret="+replayed),
		"an asker's secret":        f.form("/oauth2/introspection", "client_id=client_backend&client_secret="+replayed+"&token="+ours),
		"an API key":               f.send("GET", "/organizations/org_ACME", "", func(h http.Header) { h.Set("Authorization", "Bearer "+replayed) }),
		"an asker of another kind": f.form("/oauth2/introspection", "client_id=client_theirs&client_secret=theirs&token="+replayed),
	} {
		if r.Code < 400 {
			t.Errorf("%s: %d %s", name, r.Code, r.Body)
		}
	}
	if got := f.send("POST", "/api_keys/validations", fmt.Sprintf(`{"value":%q}`, replayed)).want(200)["api_key"]; got != nil {
		t.Errorf("it is the API key %v", got)
	}
}

// TestJWKSHasTheReplayedKid asks both routes, with fixtures and without, after a key was replaced.
func TestJWKSHasTheReplayedKid(t *testing.T) {
	t.Parallel()
	old, err := oauth.ParsePublicKey(otherKeys()[0].PublicJWK())
	if err != nil {
		t.Fatal(err)
	}
	replays := false
	f := newServer(t, func(o *Options) { o.Replays = func() bool { return replays } })
	f.Keys.Keep(old, f.now.Add(time.Hour))
	own := []string{f.Key.KeyID(), old.KeyID()}
	for _, replays = range []bool{false, true, false} {
		want := own
		if replays {
			want = append(slices.Clone(own), "replayed_"+own[0], "replayed_"+own[1])
		}
		for _, path := range []string{"/oauth2/jwks", "/sso/jwks/client_x"} {
			var kids []string
			members := map[string]map[string]any{}
			for _, entry := range f.send("GET", path, "", anonymous).want(200)["keys"].([]any) {
				key := entry.(map[string]any)
				kids = append(kids, key["kid"].(string))
				members[key["kid"].(string)] = key
			}
			if !slices.Equal(kids, want) {
				t.Errorf("%s has %v, want %v", path, kids, want)
			}
			for kid, key := range members {
				for _, name := range []string{"alg", "kty", "use", "n", "e", "x5c", "x5t#S256"} {
					if fmt.Sprint(key[name]) != fmt.Sprint(members[strings.TrimPrefix(kid, "replayed_")][name]) || key[name] == nil {
						t.Errorf("%s of %s is %v", name, kid, key[name])
					}
				}
			}
		}
	}
	if again, err := oauth.ParsePublicKey(f.Key.Replayed().PublicJWK()); err != nil || again.KeyID() != f.Key.Replayed().KeyID() {
		t.Errorf("the JWK cannot be read: %v", err)
	}
}

// TestKeyOfAnothersFixturesIsServed has fixtures signed with the key of another emulator of the instance, which has given no
// token.
func TestKeyOfAnothersFixturesIsServed(t *testing.T) {
	t.Parallel()
	shared := &oauth.Keys{}
	one, two := freshKeys(t)
	f := newServer(t, func(o *Options) { o.Keys, o.Key, o.Replays = shared, one, func() bool { return true } })
	other := newServer(t, func(o *Options) { o.Keys, o.Key = shared, two })
	if got := f.kids(); len(got) != 2 {
		t.Errorf("the keys are %v", got)
	}
	if _, err := two.SignReplayed(map[string]any{"exp": f.now.Add(time.Hour).Unix()}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := f.kids(); len(got) != 4 || !slices.Contains(got, two.Replayed().KeyID()) {
			t.Errorf("the keys are %v", got)
		}
		other.Close()
	}
	f.now = f.now.Add(time.Hour)
	if got := f.kids(); len(got) != 2 {
		t.Errorf("an hour later the keys are %v", got)
	}
}

// TestReplayedTokensDoNotLeave is about tokens of a key that this process does not know.
func TestReplayedTokensDoNotLeave(t *testing.T) {
	t.Parallel()
	f, next := newServer(t), &recorder{status: 200, body: "{}"}
	f.next = next
	token, err := otherKeys()[1].SignReplayed(map[string]any{"sub": "user_1"})
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(token, ".")
	for name, text := range map[string]string{
		"the token": token, "its header": head, "in base64": base64.StdEncoding.EncodeToString([]byte(token)),
		"percent-encoded": url.QueryEscape(strings.ReplaceAll(token, ".", "%2e")), "in a JSON string": `{"a":"{\"token\":\"` + token + `\"}"}`,
	} {
		if !f.Secrets.Within(text) {
			t.Errorf("%s may leave", name)
		}
		encoded, err := json.Marshal(map[string]string{"note": text})
		if err != nil {
			t.Fatal(err)
		}
		r := f.send("POST", "/directories", string(encoded))
		if r.Code != 403 || !bytes.Contains(r.Body.Bytes(), []byte("local_secret")) || len(next.take()) != 0 {
			t.Errorf("%s: %d %s", name, r.Code, r.Body)
		}
	}
	if kid := credential.ReplayedKeyID(testKey().KeyID()); !credential.EndsInKeyID([]byte(kid)) {
		t.Errorf("%s has no mark", kid)
	}
}
