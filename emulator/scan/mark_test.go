package scan

import (
	"crypto/rand"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
)

// TestMarks finds secrets that another process has made, which this one does not store.
func TestMarks(t *testing.T) {
	t.Parallel()
	set := NewSet(nil, true)
	key, errKey := credential.NewAPIKey(rand.Reader)
	secret, errSecret := credential.NewClientSecret(rand.Reader)
	if errKey != nil || errSecret != nil {
		t.Fatal(errKey, errSecret)
	}
	kid := credential.MarkKeyID("sso_oidc_key_pair_01JQ8ZVXV3S6F0YBGQ8J4TMNKC")
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"` + kid + `"}`))
	for name, test := range map[string]struct {
		text string
		want bool
	}{
		"API key":                     {"Bearer " + key, true},
		"client secret":               {`{"client_secret":"` + secret + `"}`, true},
		"Basic":                       {"Basic " + base64.StdEncoding.EncodeToString([]byte("client_x:"+secret)), true},
		"access token":                {"Bearer " + header + ".e30.c2lnbmF0dXJl", true},
		"percent-encoded token":       {"a=" + strings.ReplaceAll(header, "e", "%65") + ".e30.x", true},
		"the key's id, which is none": {`{"kid":"` + kid + `"}`, false},
		"a token of WorkOS's":         {base64.RawURLEncoding.EncodeToString([]byte(`{"kid":"sso_oidc_key_pair_01JQ8ZVXV3S6F0YBGQ8J4TMNKC"}`)), false},
		"the mark alone":              {credential.Mark + " " + strings.Repeat("0", 28) + credential.Mark, false},
		"another checksum":            {strings.Replace(secret, secret[20:24], "0000", 1), secret[20:24] == "0000"},
		"half of the secret":          {secret[32:], false},
	} {
		if got := holds(t, set, test.text); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !set.Knows(key) || !set.Knows(secret) || set.Knows(secret[1:]+"0") || set.Knows("sk_test_x") || set.Knows("") {
		t.Error("values are not known as what they are")
	}
	unmarked := NewSet(Of("another-secret"), false)
	if holds(t, unmarked, secret) || !holds(t, unmarked, "another-secret") {
		t.Error("marks are found without being asked for")
	}
}
