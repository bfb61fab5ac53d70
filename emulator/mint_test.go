package emulator

import (
	"maps"
	"testing"
)

// TestMintIsWhatTheEndpointGives compares a minted token with one of the token endpoint.
func TestMintIsWhatTheEndpointGives(t *testing.T) {
	t.Parallel()
	f := newServer(t, func(o *Options) { o.Issuer = "https://auth.example.com" })
	for _, scope := range []string{"", "posts:read", "posts:write posts:read"} {
		application, _ := f.Store.View().ApplicationByClientID("client_backend")
		minted, err := f.Mint(application, scope)
		if err != nil {
			t.Fatal(err)
		}
		form := clientForm
		if scope != "" {
			form += "&scope=" + scope
		}
		exchanged := f.form("/oauth2/token", form).want(200)["access_token"].(string)
		mintedHead, mintedClaims := claimsOf(t, f, minted)
		head, claims := claimsOf(t, f, exchanged)
		if mintedClaims["jti"] == claims["jti"] || mintedClaims["jti"] == "" {
			t.Error("the tokens have one jti")
		}
		for name, value := range claims {
			if name != "jti" && name != "scp" && mintedClaims[name] != value {
				t.Errorf("scope %q: %s is %v, want %v", scope, name, mintedClaims[name], value)
			}
		}
		if len(mintedClaims) != len(claims) || !maps.Equal(mintedHead, head) {
			t.Errorf("scope %q: the token is %v of %v, want %v of %v", scope, mintedHead, mintedClaims, head, claims)
		}
	}
}

func TestMintRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ issuer, client, scope string }{
		"no issuer":     {"", "client_backend", ""},
		"another scope": {"https://auth.example.com", "client_backend", "posts:read admin"},
		"another type":  {"https://auth.example.com", "client_portal", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t, func(o *Options) { o.Issuer = test.issuer })
			application, ok := f.Store.View().ApplicationByClientID(test.client)
			if !ok {
				t.Fatal("there is no such application")
			}
			if token, err := f.Mint(application, test.scope); err == nil || token != "" {
				t.Errorf("it minted %q", token)
			}
		})
	}
}
