package emulator

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// serializations are spellings of a signed token that are not the one compact JWS which a JWT is.
func serializations(token string) map[string]string {
	parts := strings.Split(token, ".")
	head, payload, signature := parts[0], parts[1], parts[2]
	padded := func(part string) string { return part + strings.Repeat("=", (4-len(part)%4)%4) }
	signed := fmt.Sprintf(`{"protected":%q,"signature":%q}`, head, signature)
	return map[string]string{
		"flattened":               fmt.Sprintf(`{"payload":%q,"protected":%q,"signature":%q}`, payload, head, signature),
		"flattened, with header":  fmt.Sprintf(`{"payload":%q,"protected":%q,"header":{"typ":"JWT"},"signature":%q}`, payload, head, signature),
		"flattened, spaced":       fmt.Sprintf("\n\t {\"payload\":%q,\"protected\":%q,\"signature\":%q}\n", payload, head, signature),
		"general":                 fmt.Sprintf(`{"payload":%q,"signatures":[%s]}`, payload, signed),
		"general, two":            fmt.Sprintf(`{"payload":%q,"signatures":[%s,%s]}`, payload, signed, signed),
		"general, one of another": fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":"AAAA"},%s]}`, payload, head, signed),
		"a JSON string":           fmt.Sprintf("%q", token),
		"a JSON array":            fmt.Sprintf("[%q]", token),
		"an object":               fmt.Sprintf(`{"token":%q}`, token),
		"a space before":          " " + token,
		"a space after":           token + " ",
		"a line break after":      token + "\n",
		"a line break within":     head + ".\n" + payload + "." + signature,
		"a line break in a part":  head[:4] + "\r\n" + head[4:] + "." + payload + "." + signature,
		"a byte order mark":       "\ufeff" + token,
		"a NUL":                   token + "\x00",
		"a scheme":                "Bearer " + token,
		"four parts":              token + "." + signature,
		"a dot after":             token + ".",
		"a dot before":            "." + token,
		"five parts":              token + ".." + signature,
		"two tokens":              token + "." + token,
		"two tokens in a row":     token + " " + token,
		"detached payload":        head + ".." + signature,
		"no header":               "." + payload + "." + signature,
		"no signature":            head + "." + payload + ".",
		"two parts":               head + "." + payload,
		"one part":                head,
		"empty":                   "",
		"padding":                 padded(head) + "." + padded(payload) + "." + padded(signature),
		"padded signature":        head + "." + payload + "." + padded(signature),
		"standard base64":         strings.NewReplacer("-", "+", "_", "/").Replace(token),
		"other last bits":         head + "." + payload + "." + nextLetter(signature),
	}
}

// nextLetter changes the bits of the last letter that do not count: 256 bytes leave four of them.
func nextLetter(part string) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(letters, part[len(part)-1])
	return part[:len(part)-1] + string(letters[last^1])
}

// tokenOf mints tokens until one has each letter that standard base64 spells differently.
func tokenOf(t testing.TB, f *fixture) string {
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

// TestATokenIsOneCompactJWS asks for a token of this server in each other serialization. It is not active, and not passed
// on either where the client is not local.
func TestATokenIsOneCompactJWS(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	token := tokenOf(t, f)
	ask := func(token string) map[string]any {
		return f.form("/oauth2/introspection", "client_id=client_audience&client_secret=secret-audience&token="+url.QueryEscape(token)).want(200)
	}
	if got := ask(token); got["active"] != true {
		t.Fatalf("the token itself: %v", got)
	}
	for name, serialized := range serializations(token) {
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

// TestTokensStayHereInAnySerialization asks as a client that is not local, whose requests are passed on.
func TestTokensStayHereInAnySerialization(t *testing.T) {
	t.Parallel()
	f, next := newFixture(t), &recorder{status: 200, body: `{"active":true}`}
	token := tokenOf(t, f)
	f.next = next
	all := serializations(token)
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

// FuzzVerify holds that what is verified is byte for byte what the key signed.
func FuzzVerify(f *testing.F) {
	token, err := testKey().Sign(map[string]any{"sub": "a", "pad": "??>>~~"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token)
	for _, serialized := range serializations(token) {
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
