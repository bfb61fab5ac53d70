package integration

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// verify is what an API does with an access token, in any language: it takes the key from the JWKS, and checks the signature and
// the expiry.
func verify(site, token string) (claims map[string]any, err error) {
	header, claims := claimsOf(token)
	response, err := http.Get(site + "/sso/jwks/" + theirClient)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var set struct{ Keys []struct{ Kid, N, E string } }
	if err := json.NewDecoder(response.Body).Decode(&set); err != nil {
		return nil, err
	}
	signed, signature, _ := cutLast(token, ".")
	digest := sha256.Sum256([]byte(signed))
	for _, key := range set.Keys {
		if key.Kid != header["kid"] || header["alg"] != "RS256" {
			continue
		}
		public := &rsa.PublicKey{N: number(key.N), E: int(number(key.E).Int64())}
		decoded, err := base64.RawURLEncoding.DecodeString(signature)
		if err != nil {
			return nil, err
		}
		if expires, is := claims["exp"].(float64); !is || time.Unix(int64(expires), 0).Before(time.Now()) {
			return nil, fmt.Errorf("it has expired: %v", claims["exp"])
		}
		return claims, rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], decoded)
	}
	return nil, fmt.Errorf("no key has the id %v", header["kid"])
}

func cutLast(text, separator string) (before, after string, found bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(separator):], true
}

// number reads a number of a JWK.
func number(text string) *big.Int {
	decoded, _ := base64.RawURLEncoding.DecodeString(text)
	return new(big.Int).SetBytes(decoded)
}

// startReactApp serves the app of authkit-react: a page, and an API that verifies tokens. What the page wants of WorkOS, it asks from
// the browser.
func startReactApp(t *testing.T, folder, site string) (app string) {
	t.Helper()
	at, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	routes := http.NewServeMux()
	routes.Handle("/", http.FileServer(http.Dir(filepath.Join(folder, "app", "dist"))))
	routes.HandleFunc("/site.json", func(w http.ResponseWriter, r *http.Request) {
		tell(w, map[string]any{"clientId": theirClient, "apiHostname": at.Hostname(), "port": json.Number(at.Port()), "organizations": []string{"org_ENGINES", "org_POETS"}})
	})
	routes.HandleFunc("/me", func(w http.ResponseWriter, r *http.Request) {
		claims, err := verify(site, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			claims = map[string]any{"error": err.Error()}
		}
		tell(w, claims)
	})
	server := newServer(t, routes.ServeHTTP)
	server.Start()
	return server.URL
}

// TestLoginOfAReactApp signs in to an app of authkit-react in Chromium: by seeded users alone, and together with those of a WorkOS
// that has its own login page.
func TestLoginOfAReactApp(t *testing.T) {
	t.Parallel()
	t.Run("alone", func(t *testing.T) {
		t.Parallel()
		folder, _ := browserFolder(t)
		p := startConfig(t, loginSite(t, nil, "login page"))
		drive(t, "react.test.mjs", p.URL, startReactApp(t, folder, p.URL))
	})
	t.Run("mixed", func(t *testing.T) {
		t.Parallel()
		folder, _ := browserFolder(t)
		real := newRealLogins(t)
		p := startConfig(t, loginSite(t, real.standIn), "WORKOS_API_KEY="+realKey)
		drive(t, "react.test.mjs", p.URL, startReactApp(t, folder, p.URL), real.environment()...)
		real.sawNothingOfThisSite(t)
	})
}
