package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"
)

// askToAuthenticate posts to authenticate, and returns the status and what is said.
func askToAuthenticate(t *testing.T, site string, request map[string]any) (status int, answer map[string]any) {
	t.Helper()
	request["client_id"], request["client_secret"] = theirClient, environmentKey
	body, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Post(site+"/user_management/authenticate", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	said := read(t, response)
	if err := json.Unmarshal([]byte(said), &answer); err != nil {
		t.Fatalf("%d %s: %v", response.StatusCode, said, err)
	}
	return response.StatusCode, answer
}

// sessionChecks are what WorkOS's SDKs of other languages check of a session, and read from it unconditionally (LOGIN.md §3, §5, §6).
var sessionChecks = map[string]func(site string, header, claims, answer map[string]any) error{
	"python": func(site string, header, claims, answer map[string]any) error {
		if err := has(claims, "sid", "sub", "exp", "iat"); err != nil {
			return err
		}
		user, _ := answer["user"].(map[string]any)
		return has(user, "object", "id", "email", "email_verified", "first_name", "last_name", "profile_picture_url", "external_id", "last_sign_in_at", "created_at", "updated_at")
	},
	"ruby": func(site string, header, claims, answer map[string]any) error {
		if header["alg"] != "RS256" {
			return fmt.Errorf("alg is %v", header["alg"])
		}
		return nil
	},
	"php": func(site string, header, claims, answer map[string]any) error {
		if header["kid"] == nil || header["typ"] != nil {
			return fmt.Errorf("the header is %v", header)
		}
		return has(claims, "sid")
	},
	"go": func(site string, header, claims, answer map[string]any) error {
		if expires, is := claims["exp"].(float64); !is || time.Unix(int64(expires), 0).Before(time.Now()) {
			return fmt.Errorf("exp is %v", claims["exp"])
		}
		return has(answer, "user", "access_token", "refresh_token", "authentication_method")
	},
	"what users check": func(site string, header, claims, answer map[string]any) error {
		if claims["iss"] != site+"/user_management/"+theirClient || claims["client_id"] != theirClient {
			return fmt.Errorf("iss is %v, client_id %v", claims["iss"], claims["client_id"])
		}
		for _, name := range []string{"aud", "nbf", "azp", "scope", "email", "name"} {
			if claims[name] != nil {
				return fmt.Errorf("%s is %v, and production has none", name, claims[name])
			}
		}
		return nil
	},
}

// has tells which member is missing. One that is null is there.
func has(members map[string]any, names ...string) error {
	for _, name := range names {
		if _, is := members[name]; !is {
			return fmt.Errorf("%s is missing in %v", name, members)
		}
	}
	return nil
}

// TestLoginHoldsForSDKsOfOtherLanguages checks a session, and the steps of a login, as the SDKs of Python, Ruby, PHP and Go do.
func TestLoginHoldsForSDKsOfOtherLanguages(t *testing.T) {
	t.Parallel()
	p := startConfig(t, loginSite(t, nil))
	for _, email := range []string{"grace@local.example", "alone@local.example"} {
		status, answer := askToAuthenticate(t, p.URL, map[string]any{"grant_type": "password", "email": email, "password": loginPassword})
		token, _ := answer["access_token"].(string)
		if status != http.StatusOK {
			t.Fatalf("%s is answered with %d %v", email, status, answer)
		}
		claims, err := verify(p.URL, token)
		if err != nil {
			t.Fatalf("%s: %v", email, err)
		}
		header, _ := claimsOf(token)
		for _, sdk := range sortedKeys(sessionChecks) {
			if err := sessionChecks[sdk](p.URL, header, claims, answer); err != nil {
				t.Errorf("%s: %s: %v", sdk, email, err)
			}
		}
	}
	for email, want := range map[string]struct {
		code   string
		has    []string
		ofUser bool // Go's SDK knows the step only by user.id
	}{
		"unverified@local.example": {"email_verification_required", []string{"email", "email_verification_id"}, false},
		"totp@local.example":       {"mfa_challenge", []string{"authentication_factors"}, true},
		"ada@local.example":        {"organization_selection_required", []string{"organizations"}, true},
	} {
		status, answer := askToAuthenticate(t, p.URL, map[string]any{"grant_type": "password", "email": email, "password": loginPassword})
		if status != http.StatusForbidden || answer["code"] != want.code { // Python's SDK knows the steps at 403 only
			t.Errorf("%s is answered with %d %v, want 403 %s", email, status, answer, want.code)
			continue
		}
		if err := has(answer, slices.Concat(want.has, []string{"message", "pending_authentication_token"})...); err != nil {
			t.Errorf("%s: %v", want.code, err)
		}
		if user, _ := answer["user"].(map[string]any); want.ofUser && user["id"] == nil {
			t.Errorf("%s has no user.id: %v", want.code, answer)
		}
	}
}
