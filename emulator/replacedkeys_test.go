package emulator

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

// otherKeys are keys beside testKey.
var otherKeys = sync.OnceValue(func() (keys []*oauth.SigningKey) {
	for range 2 {
		key, err := oauth.GenerateKey()
		if err != nil {
			panic(err)
		}
		keys = append(keys, key)
	}
	return keys
})

// freshKeys returns keys that no other test signs with.
func freshKeys(t *testing.T) (one, two *oauth.SigningKey) {
	t.Helper()
	one, errOne := oauth.GenerateKey()
	two, errTwo := oauth.GenerateKey()
	if errOne != nil || errTwo != nil {
		t.Fatal(errOne, errTwo)
	}
	return one, two
}

// kids returns the ids of the keys that a JWKS endpoint serves.
func (f *server) kids() (kids []string) {
	f.t.Helper()
	for _, key := range f.send("GET", "/oauth2/jwks", "", anonymous).want(200)["keys"].([]any) {
		kids = append(kids, key.(map[string]any)["kid"].(string))
	}
	return kids
}

// tokenOf exchanges the credentials of a client.
func (f *server) tokenOf(credentials string) string {
	f.t.Helper()
	return f.form("/oauth2/token", "grant_type=client_credentials&"+credentials).want(200)["access_token"].(string)
}

func (f *server) active(token string) bool {
	f.t.Helper()
	return f.form("/oauth2/introspection", "client_id=client_backend&client_secret=secret-one&token="+token).want(200)["active"].(bool)
}

const backend, shortLived = "client_id=client_backend&client_secret=secret-one", "client_id=client_audience&client_secret=secret-audience"

// TestReplacedKeyIsGoodUntilItsLastTokenHasExpired replaces an emulator, as a reload does, by one with another key.
func TestReplacedKeyIsGoodUntilItsLastTokenHasExpired(t *testing.T) {
	t.Parallel()
	shared := &oauth.Keys{}
	before, after := freshKeys(t)
	old := newServer(t, func(o *Options) { o.Keys, o.Key, o.TokenTTL = shared, before, time.Minute })
	long, short := old.tokenOf(shortLived), old.tokenOf(backend) // 5 minutes and 1
	f := newServer(t, func(o *Options) { o.Keys, o.Key = shared, after })
	f.now = old.now
	if !f.active(long) {
		t.Error("a token is not active while both keys sign")
	}
	old.Close()

	both := []string{after.KeyID(), before.KeyID()}
	for _, step := range []struct {
		after       time.Duration
		long, short bool
		kids        []string
	}{
		{0, true, true, both},
		{time.Minute, true, false, both},
		{4*time.Minute - 1, true, false, both},
		{1, false, false, both[:1]},
	} {
		f.now = f.now.Add(step.after)
		if got := f.kids(); !slices.Equal(got, step.kids) {
			t.Errorf("%s: the keys are %v, want %v", f.now, got, step.kids)
		}
		if f.active(long) != step.long || f.active(short) != step.short {
			t.Errorf("%s: the tokens are active: %t, %t", f.now, f.active(long), f.active(short))
		}
	}
	if !f.active(f.tokenOf(backend)) {
		t.Error("a token of the new key is not active")
	}
}

// TestTokenOfAReplacedKeyStaysHere has a token sent on by a client that is not local.
func TestTokenOfAReplacedKeyStaysHere(t *testing.T) {
	t.Parallel()
	shared := &oauth.Keys{}
	old := newServer(t, func(o *Options) { o.Keys = shared })
	token := old.tokenOf(backend)
	old.Close()
	f, next := newServer(t, func(o *Options) { o.Keys, o.Key = shared, otherKeys()[0] }), &recorder{status: 200, body: "{}"}
	f.next, f.now = next, old.now
	f.form("/oauth2/introspection", "client_id=client_theirs&client_secret=theirs&token="+token)
	if asked := next.take(); len(asked) != 0 {
		t.Errorf("the next handler was asked %v", asked)
	}
}

// TestKeyOfAFailedConfigurationIsNotServed closes an emulator that has served nothing.
func TestKeyOfAFailedConfigurationIsNotServed(t *testing.T) {
	t.Parallel()
	shared := &oauth.Keys{}
	used, unused := freshKeys(t)
	f := newServer(t, func(o *Options) { o.Keys, o.Key = shared, used })
	failed := newServer(t, func(o *Options) { o.Keys, o.Key = shared, unused })
	for range 2 {
		if got := f.kids(); len(got) != 1 {
			t.Errorf("the keys are %v", got)
		}
		failed.Close()
	}
}

// TestKeyChangesWhileTheEmulatorServes follows CurrentKey, there and back.
func TestKeyChangesWhileTheEmulatorServes(t *testing.T) {
	t.Parallel()
	one, two := freshKeys(t)
	var current atomic.Pointer[oauth.SigningKey]
	current.Store(one)
	f := newServer(t, func(o *Options) { o.Key, o.CurrentKey = one, current.Load })
	first := f.tokenOf(backend)
	current.Store(two)
	second := f.tokenOf(backend)
	if kidOf(t, second) != two.KeyID() || !f.active(first) || !f.active(second) {
		t.Errorf("signed by %s; active: %t, %t", kidOf(t, second), f.active(first), f.active(second))
	}
	if got := f.kids(); len(got) != 2 || got[0] != two.KeyID() {
		t.Errorf("the keys are %v", got)
	}
	current.Store(one)
	if got := f.kids(); len(got) != 2 || got[0] != one.KeyID() {
		t.Errorf("the keys are %v", got)
	}
	f.now = f.now.Add(time.Hour)
	if got := f.kids(); len(got) != 1 {
		t.Errorf("an hour later the keys are %v", got)
	}
	if signers := f.Keys.InUse(); signers != 1 {
		t.Errorf("%d keys are in use", signers)
	}
}

func kidOf(t *testing.T, token string) string {
	t.Helper()
	var header struct{ Kid string }
	encoded, _, _ := strings.Cut(token, ".")
	decoded, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || json.Unmarshal(decoded, &header) != nil {
		t.Fatalf("the header is %q", encoded)
	}
	return header.Kid
}

func TestParsePublicKey(t *testing.T) {
	t.Parallel()
	public, err := oauth.ParsePublicKey(testKey().PublicJWK())
	if err != nil {
		t.Fatal(err)
	}
	if public.KeyID() != testKey().KeyID() || !bytes.Equal(public.PublicJWK(), testKey().PublicJWK()) {
		t.Errorf("it is %s", public.PublicJWK())
	}
	token, err := testKey().Sign(map[string]any{"exp": 5})
	if err != nil {
		t.Fatal(err)
	}
	if public.Verify(token, &struct{}{}) != nil || !public.Signed(token) {
		t.Error("the token does not verify")
	}
	for name, text := range map[string]string{
		"nothing": "", "no JSON": "x", "symmetric": `{"kty":"oct","k":"AAAA","kid":"x"}`, "short": `{"kty":"RSA","kid":"x","n":"AQAB","e":"AQAB"}`,
		"no kid":  strings.Replace(string(testKey().PublicJWK()), `"kid"`, `"x"`, 1),
		"private": fmt.Sprintf(`{"kty":"RSA","kid":"x","n":"%s","e":"AQAB","d":"AQAB"}`, strings.Repeat("A", 400)),
	} {
		if _, err := oauth.ParsePublicKey([]byte(text)); err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
}

// TestReplacedKeyInAllCombinations shares keys between random emulators: what is listed verifies, and each token that was
// signed verifies until it expires.
func TestReplacedKeyInAllCombinations(t *testing.T) {
	t.Parallel()
	shared := &oauth.Keys{}
	keys := append([]*oauth.SigningKey{testKey()}, otherKeys()...)
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	tokens := map[string]time.Time{}
	var before *server
	for i := range 30 {
		f := newServer(t, func(o *Options) { o.Keys, o.Key, o.TokenTTL = shared, keys[i*i%3], 3*time.Minute })
		f.now = now
		if before != nil {
			before.now = now
			tokens[before.tokenOf(backend)] = now.Add(3 * time.Minute) // a late request
			before.Close()
		}
		for range i % 3 {
			tokens[f.tokenOf(backend)] = now.Add(3 * time.Minute)
		}
		listed := f.kids()
		for token, expires := range tokens {
			if alive := now.Before(expires); f.active(token) != alive || alive && !slices.Contains(listed, kidOf(t, token)) {
				t.Errorf("step %d: a token that expires at %s is active: %t", i, expires, !alive)
			}
		}
		before, now = f, now.Add(time.Duration(i%4)*time.Minute)
	}
}

// TestUsersTokensCountForAReplacedKey: other processes may have signed some with the key.
func TestUsersTokensCountForAReplacedKey(t *testing.T) {
	t.Parallel()
	shared := &oauth.Keys{}
	before, after := freshKeys(t)
	old := newServer(t, func(o *Options) {
		o.Keys, o.Key, o.TokenTTL, o.UserTokenTTL = shared, before, time.Minute, 10*time.Minute
	})
	old.kids()
	f := newServer(t, func(o *Options) { o.Keys, o.Key = shared, after })
	f.now = old.now
	old.Close()
	for _, step := range []struct {
		after time.Duration
		kids  int
	}{{10*time.Minute - 1, 2}, {1, 1}} {
		f.now = f.now.Add(step.after)
		if got := f.kids(); len(got) != step.kids {
			t.Errorf("%s: the keys are %v", f.now, got)
		}
	}
}
