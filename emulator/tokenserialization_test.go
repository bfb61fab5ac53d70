package emulator

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/oauth/tokentest"
)

// tokenOf mints tokens until one has each letter that standard base64 spells differently.
func tokenOf(t testing.TB, f *server) string {
	t.Helper()
	for range 100 {
		token := f.form("/oauth2/token", clientForm).want(200)["access_token"].(string)
		if strings.Contains(token, "-") && strings.Contains(token, "_") {
			return token
		}
	}
	t.Fatal("no token has - and _ in it")
	return ""
}

// TestATokenIsOneCompactJWS introspects a token in each other serialization. It is not active, and it is not passed on either.
func TestATokenIsOneCompactJWS(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	token := tokenOf(t, f)
	ask := func(token string) map[string]any {
		return f.form("/oauth2/introspection", "client_id=client_audience&client_secret=secret-audience&token="+url.QueryEscape(token)).want(200)
	}
	if got := ask(token); got["active"] != true {
		t.Fatalf("the token itself: %v", got)
	}
	for name, serialized := range tokentest.Serializations(token) {
		var claims map[string]any
		if err := f.Key.Verify(serialized, &claims); err == nil || claims != nil {
			t.Errorf("%s is verified: %v", name, claims)
		}
		if serialized == "" {
			continue
		}
		if got := ask(serialized); len(got) != 1 || got["active"] != false {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestTokensStayHereInAnySerialization introspects tokens as a client that is not local.
func TestTokensStayHereInAnySerialization(t *testing.T) {
	t.Parallel()
	f, next := newServer(t), &recorder{status: 200, body: `{"active":true}`}
	token := tokenOf(t, f)
	f.next = next
	all := tokentest.Serializations(token)
	for _, name := range []string{"flattened", "flattened, with header", "flattened, spaced", "general", "general, two", "general, one of another", "padding", "standard base64", "a space before", "a line break after"} {
		r := f.form("/oauth2/introspection", "client_id=client_theirs&client_secret=theirs&token="+url.QueryEscape(all[name]))
		if r.Code != 401 || len(next.take()) != 0 {
			t.Errorf("%s: %d %s", name, r.Code, r.Body)
		}
	}
	if r := f.form("/oauth2/introspection", "client_id=client_theirs&client_secret=theirs&token=theirs"); r.Code != 200 || len(next.take()) != 1 {
		t.Errorf("their own: %d %s", r.Code, r.Body)
	}
}

// FuzzVerify checks that a verified token is byte for byte one that the key has signed.
func FuzzVerify(f *testing.F) {
	token, err := testKey().Sign(map[string]any{"sub": "a", "pad": "??>>~~"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token)
	for _, serialized := range tokentest.Serializations(token) {
		f.Add(serialized)
	}
	want, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var claims json.RawMessage
		if err := testKey().Verify(text, &claims); err != nil {
			return
		}
		if parts := strings.Split(text, "."); len(parts) != 3 || parts[1] != strings.Split(token, ".")[1] || !bytes.Equal(claims, want) {
			t.Errorf("%q is verified as %s", text, claims)
		}
	})
}
