package emulator

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	fixtures "github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/oauth/tokentest"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// workOS is an upstream that logs Alice in. It fails the test when it gets a replayed token or a local key.
type workOS struct {
	t      *testing.T
	status int // of what is not about keys; 200 without one
	sent   []string
}

// upstreamKey is a signing key of the real WorkOS, for tests, under upstreamKid.
var upstreamKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

const upstreamKid = "sso_oidc_key_pair_01JQ8ZVXV3S6F0YBGQ8J4TMNKC"

func (u *workOS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if source.IsSealed(r.Context()) {
		if r.Context().Err() == nil || realkey.GrantOf(r.Context()).Allowed(r) {
			u.t.Error("a sealed request could be sent")
		}
		panic(http.ErrAbortHandler)
	}
	body, _ := io.ReadAll(r.Body)
	all := fmt.Sprint(r.URL, r.Header, string(body))
	if strings.Contains(r.URL.Path, "jwks") {
		_, _ = io.WriteString(w, `{"keys":[`+tokentest.RSAJWK(upstreamKey(), upstreamKid, "")+`]}`)
		return
	}
	u.sent = append(u.sent, r.Method+" "+r.URL.Path)
	for token := range strings.FieldsFuncSeq(all, func(c rune) bool { return strings.ContainsRune("\" []:{},&=", c) }) {
		if strings.HasPrefix(token, "sk_test_") || testKey().Replayed().Verify(token, &struct{}{}) == nil {
			u.t.Errorf("%s was sent with %s", r.URL.Path, token)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if u.status != 0 {
		w.WriteHeader(u.status)
	}
	token := tokentest.Sign(u.t, `{"alg":"RS256","kid":"`+upstreamKid+`"}`, `{"sub":"user_REMOTE","sid":"session_1","client_id":"client_1","exp":4000000000}`, upstreamKey())
	_, _ = fmt.Fprintf(w, `{"access_token":%q,"sub":"user_REMOTE"}`, token)
}

// recordedBy puts fixtures before an upstream.
func recordedBy(t *testing.T, f *server, dir string, mode fixtures.Mode, upstream http.Handler) *fixtures.Fixtures {
	t.Helper()
	library, err := fixtures.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	made, err := fixtures.New(fixtures.Options{
		Library: library, Mode: mode, Now: func() time.Time { return f.now },
		Sign: testKey().SignReplayed, Verify: oauth.VerifyUpstreamToken,
		IsReplayed: func(token string) bool { return testKey().Replayed().Verify(token, &struct{}{}) == nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(made.Close)
	f.next = made.Handler(upstream)
	return made
}

const remoteLogin = `{"grant_type":"authorization_code","client_id":"client_1","client_secret":"` + acceptedKey + `","code":"a code of the real WorkOS"}`

// remoteToken logs in, and returns the access token.
func (f *server) remoteToken() string {
	f.t.Helper()
	token, _ := f.send("POST", "/user_management/authenticate", remoteLogin, anonymous).want(200)["access_token"].(string)
	return token
}

// TestReplayedTokensAreAnsweredByFixtures sends replayed tokens, in the modes where both fixtures and upstream may answer. A fixture answers,
// or the request is refused; it is never sent.
func TestReplayedTokensAreAnsweredByFixtures(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := newServer(t)
	recording := recordedBy(t, f, dir, fixtures.Record, &workOS{t: t})
	token := f.remoteToken()
	f.send("GET", "/oauth2/userinfo", "", bearer(token)).want(200)
	f.send("POST", "/vault/v1/kv", fmt.Sprintf(`{"token":%q}`, token)).want(200)
	recording.Close()

	recordedBy(t, f, dir, fixtures.Replay, nil)
	replayed := f.remoteToken()
	if replayed == token || testKey().Replayed().Verify(replayed, &struct{}{}) != nil {
		t.Fatalf("the replay gives %s", replayed)
	}
	for _, mode := range []fixtures.Mode{fixtures.Once, fixtures.Fallback, fixtures.Record, fixtures.Verify} {
		for name, test := range map[string]struct {
			method, target, body string
			change               func(http.Header)
			recorded             bool
		}{
			"a user asks":            {"GET", "/oauth2/userinfo", "", bearer(replayed), true},
			"a user asks otherwise":  {"GET", "/oauth2/userinfo?a=1", "", bearer(replayed), false},
			"a user asks elsewhere":  {"GET", "/sso/profile", "", bearer(replayed), false},
			"in a body":              {"POST", "/vault/v1/kv", fmt.Sprintf(`{"token":%q}`, replayed), func(http.Header) {}, true},
			"in another body":        {"POST", "/vault/v1/kv", fmt.Sprintf(`{"token":%q,"a":1}`, replayed), func(http.Header) {}, false},
			"in a query":             {"GET", "/vault/v1/kv?token=" + replayed, "", func(http.Header) {}, false},
			"with an unknown key":    {"POST", "/vault/v1/kv", fmt.Sprintf(`{"token":%q}`, replayed), bearer("sk_live_unknown"), false},
			"a user where none goes": {"POST", "/vault/v1/kv", fmt.Sprintf(`{"token":%q}`, replayed), bearer(replayed), false},
		} {
			upstream := &workOS{t: t}
			made := recordedBy(t, f, dir, mode, upstream)
			r := f.send(test.method, test.target, test.body, test.change)
			isReplayed := test.recorded && (mode == fixtures.Once || mode == fixtures.Fallback)
			_ = f.logs.TakeAll()
			switch {
			case isReplayed && (r.Code != 200 || r.Header().Get(source.Header) != source.Fixture):
				t.Errorf("%s, %s: %d %s", mode, name, r.Code, r.Body)
			case !isReplayed && (r.Code != 403 || !strings.Contains(r.Body.String(), "local") && !strings.Contains(r.Body.String(), "invalid_request")):
				t.Errorf("%s, %s: %d %s", mode, name, r.Code, r.Body)
			}
			if len(upstream.sent) > 0 {
				t.Errorf("%s, %s: it was sent: %v", mode, name, upstream.sent)
			}
			made.Close()
		}
	}
}

// TestKeysThatMayNotGoOnReadNoFixtures checks that fixtures are not for customers' keys, except in mode replay, where any key is accepted.
func TestKeysThatMayNotGoOnReadNoFixtures(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := newServer(t)
	recording := recordedBy(t, f, dir, fixtures.Record, &workOS{t: t})
	f.send("GET", "/vault/v1/kv", "").want(200)
	f.remoteToken()
	recording.Close()
	login := strings.Replace(remoteLogin, acceptedKey, "sk_test_customer", 1)
	for _, mode := range []fixtures.Mode{fixtures.Once, fixtures.Fallback, fixtures.Record, fixtures.Verify, fixtures.Live, fixtures.Replay} {
		upstream := &workOS{t: t, status: 503}
		recordedBy(t, f, dir, mode, upstream)
		want := map[bool]int{true: 200, false: 401}[mode == fixtures.Replay]
		f.send("GET", "/vault/v1/kv", "", bearer("sk_test_customer")).want(want)
		f.send("GET", "/vault/v1/kv", "", bearer("sk_test_expired")).want(401)
		if r := f.send("POST", "/user_management/authenticate", login, anonymous); mode != fixtures.Replay && r.Code/100 != 4 || mode == fixtures.Replay && r.Code != 200 {
			t.Errorf("%s: a login with a customer's key: %d %s", mode, r.Code, r.Body)
		}
		if len(upstream.sent) > 0 {
			t.Errorf("%s: it was sent: %v", mode, upstream.sent)
		}
		var answer struct{ Sub string }
		if r := f.send("GET", "/vault/v1/kv", "", bearer("sk_live_unknown")); mode == fixtures.Fallback && r.Code != 503 || mode == fixtures.Once && json.Unmarshal(r.Body.Bytes(), &answer) == nil && r.Header().Get(source.Header) == source.Fixture {
			t.Errorf("%s: an unknown key: %d %s", mode, r.Code, r.Body)
		}
	}
}

// TestMatchersThatSplitProbeAndRequest has matchers that route the probe to the fixtures and the request to the upstream, or the other way
// round.
func TestMatchersThatSplitProbeAndRequest(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := newServer(t)
	recording := recordedBy(t, f, dir, fixtures.Record, &workOS{t: t})
	f.remoteToken()
	f.send("GET", "/vault/v1/kv", "").want(200)
	recording.Close()
	recordedBy(t, f, dir, fixtures.Replay, nil)
	token := f.remoteToken()
	replaying := f.next
	for _, mode := range []fixtures.Mode{fixtures.Replay, fixtures.Once, fixtures.Fallback} {
		for _, probeFirst := range []bool{true, false} {
			upstream := &workOS{t: t}
			recordedBy(t, f, dir, mode, upstream)
			recorded := f.next
			if mode == fixtures.Replay {
				recorded = replaying
			}
			f.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if source.IsProbe(r.Context()) == probeFirst {
					recorded.ServeHTTP(w, r)
				} else {
					upstream.ServeHTTP(w, r)
				}
			})
			for target, change := range map[string]func(http.Header){
				"/sso/profile":   bearer(token),
				"/vault/v1/kv":   bearer("sk_test_customer"),
				"/vault/v1/kv?a": header("X-Token", token),
			} {
				if r := f.send("GET", target, "", change); r.Code != 401 && r.Code != 403 && r.Header().Get(source.Header) != source.Fixture {
					t.Errorf("%s, %t: %s: %d %s", mode, probeFirst, target, r.Code, r.Body)
				}
			}
			if len(upstream.sent) > 0 {
				t.Errorf("%s, %t: it was sent: %v", mode, probeFirst, upstream.sent)
			}
		}
	}
}
