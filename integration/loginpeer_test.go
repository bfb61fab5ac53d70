package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// The code_verifier and the code_challenge of RFC 7636, appendix B.
const (
	sampleVerifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	sampleChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// logInByHint signs somebody in without a page or an API key, and returns the answer of authenticate. Without a login_hint it is the
// first user.
func logInByHint(t *testing.T, site, hint string) (answer map[string]any) {
	t.Helper()
	const callback = "http://localhost:3000/callback"
	query := url.Values{
		"client_id": {theirClient}, "redirect_uri": {callback}, "response_type": {"code"}, "provider": {"authkit"},
		"code_challenge": {sampleChallenge}, "code_challenge_method": {"S256"},
	}
	if hint != "" {
		query.Set("login_hint", hint)
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := browser.Get(site + "/user_management/authorize?" + query.Encode())
	if err != nil {
		t.Fatal(err)
	}
	said := read(t, response)
	back, err := response.Location()
	if err != nil || !strings.HasPrefix(back.String(), callback+"?") {
		t.Fatalf("authorize leads to %v: %d %s", back, response.StatusCode, said)
	}
	body := fmt.Sprintf(`{"grant_type":"authorization_code","client_id":%q,"code":%q,"code_verifier":%q}`, theirClient, back.Query().Get("code"), sampleVerifier)
	response, err = http.Post(site+"/user_management/authenticate", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if said = read(t, response); response.StatusCode != http.StatusOK || json.Unmarshal([]byte(said), &answer) != nil {
		t.Fatalf("%s is answered with %d %s", hint, response.StatusCode, said)
	}
	return answer
}

// TestLoginWithTheSeedOfTheWorkOSEmulator signs the users of its example in, as its own tests do: by login_hint, or the first one.
func TestLoginWithTheSeedOfTheWorkOSEmulator(t *testing.T) {
	t.Parallel()
	p := startConfig(t, "http://localhost:{$PORT} {\n\tworkos {\n\t\tseed emulator/seed/testdata/workos-emulate.config.yaml\n\t}\n}\n")
	for hint, want := range map[string]map[string]any{
		"": {
			"email": "carol@initech.example", "role": "admin", "roles": []any{"admin"}, "permissions": []any{"reports:read"}, "entitlements": []any{"audit-logs"}, "act": nil,
		},
		"carol@initech.example": {"email": "carol@initech.example", "role": "admin"},
		"Dave@initech.example": {
			"email": "dave@initech.example", "role": nil, "org_id": nil, "sub": "user_01JQ8ZVXV3S6F0YBGQ8J4TMNKD", "act": map[string]any{"sub": "support@initech.example"},
		},
	} {
		answer := logInByHint(t, p.URL, hint)
		claims, err := verify(p.URL, fmt.Sprint(answer["access_token"]))
		if err != nil {
			t.Errorf("%s: %v", hint, err)
		}
		claims["email"] = answer["user"].(map[string]any)["email"]
		for name, value := range want {
			if !reflect.DeepEqual(claims[name], value) {
				t.Errorf("%q: %s is %v, want %v", hint, name, claims[name], value)
			}
		}
	}
}
