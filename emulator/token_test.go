package emulator

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

const clientForm = "grant_type=client_credentials&client_id=client_backend&client_secret=secret-one"

func basic(user, password string) func(http.Header) {
	return header("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
}

// claimsOf verifies a token by the published JWKS with nothing but the standard library, and returns header and claims.
func claimsOf(t testing.TB, f *server, token string) (head, claims map[string]any) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%q is not a JWT", token)
	}
	decode := func(part string, into any) {
		raw, err := base64.RawURLEncoding.DecodeString(part)
		if err == nil {
			err = json.Unmarshal(raw, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	decode(parts[0], &head)
	decode(parts[1], &claims)
	key := publishedKey(t, f)
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	if err := rsa.VerifyPKCS1v15(key.PublicKey.(*rsa.PublicKey), crypto.SHA256, digest[:], signature); err != nil {
		t.Fatal(err)
	}
	return head, claims
}

// publishedKey returns the certificate that the JWKS holds, after checking that the rest of the key agrees with it.
func publishedKey(t testing.TB, f *server) *x509.Certificate {
	t.Helper()
	var set struct{ Keys []map[string]any }
	if err := json.Unmarshal(f.send("GET", "/oauth2/jwks", "", anonymous).Body.Bytes(), &set); err != nil || len(set.Keys) != 1 {
		t.Fatal(err, set)
	}
	key := set.Keys[0]
	if members := slices.Sorted(mapKeys(key)); !slices.Equal(members, []string{"alg", "e", "kid", "kty", "n", "use", "x5c", "x5t#S256"}) {
		t.Errorf("the key has the members %v", members)
	}
	der, err := base64.StdEncoding.DecodeString(key["x5c"].([]any)[0].(string))
	if err != nil {
		t.Fatal(err)
	}
	thumbprint := sha256.Sum256(der)
	if key["x5t#S256"] != base64.RawURLEncoding.EncodeToString(thumbprint[:]) {
		t.Error("x5t#S256 is not that of x5c")
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	if err := certificate.CheckSignature(certificate.SignatureAlgorithm, certificate.RawTBSCertificate, certificate.Signature); err != nil {
		t.Error("x5c is not self-signed:", err)
	}
	public := certificate.PublicKey.(*rsa.PublicKey)
	if key["n"] != base64.RawURLEncoding.EncodeToString(public.N.Bytes()) || key["kid"] != f.Key.KeyID() {
		t.Error("the key and its certificate differ")
	}
	return certificate
}

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func TestTokenClaims(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	r := f.form("/oauth2/token", clientForm+"&org_id=org_OTHER&aud=x&audience=x&organization_id=org_OTHER")
	body := r.want(http.StatusOK)
	if body["token_type"] != "bearer" || body["expires_in"] != 3600.0 || body["scope"] != "posts:read posts:write" || len(body) != 4 {
		t.Errorf("the answer is %v", body)
	}
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Pragma": "no-cache", "Content-Type": "application/json; charset=utf-8",
		"X-Workos-Source": "emulator", "Access-Control-Allow-Origin": "",
	} {
		if got := r.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	head, claims := claimsOf(t, f, body["access_token"].(string))
	if len(head) != 2 || head["alg"] != "RS256" || head["kid"] != f.Key.KeyID() {
		t.Errorf("the header is %v", head)
	}
	now := float64(f.now.Unix())
	jti, _ := claims["jti"].(string)
	delete(claims, "jti")
	if len(jti) != 26 || strings.Contains(jti, "_") {
		t.Errorf("jti is %q", jti)
	}
	got, _ := json.Marshal(claims)
	want, _ := json.Marshal(map[string]any{
		"iss": "http://emulator.test", "aud": "client_backend", "sub": "client_backend", "client_id": "client_backend",
		"org_id": "org_ACME", "scope": "posts:read posts:write", "scp": []string{"posts:read", "posts:write"},
		"iat": now, "exp": now + 3600,
	})
	if string(got) != string(want) {
		t.Errorf("the claims are %s, want %s", got, want)
	}
}

func TestTokenClaimsByConfiguration(t *testing.T) {
	t.Parallel()
	f := newServer(t, func(o *Options) {
		o.Issuer, o.Audience, o.ProductionClaims, o.TokenTTL = "https://auth.example", "client_CONFIGURED", true, 10*time.Minute
	})
	_, claims := claimsOf(t, f, f.form("/oauth2/token", clientForm).want(200)["access_token"].(string))
	if _, has := claims["scp"]; has || claims["iss"] != "https://auth.example" || claims["aud"] != "client_CONFIGURED" || claims["exp"].(float64)-claims["iat"].(float64) != 600 {
		t.Errorf("the claims are %v", claims)
	}
	own := f.form("/oauth2/token", "grant_type=client_credentials&client_id=client_audience&client_secret=secret-audience").want(200)
	_, claims = claimsOf(t, f, own["access_token"].(string))
	if claims["aud"] != "client_ENV" || own["expires_in"] != 300.0 || own["scope"] != "" {
		t.Errorf("the application's own are %v in %v", claims, own)
	}
}

func TestTokenRequests(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	asJSON := header("Content-Type", "application/json; charset=utf-8")
	for name, test := range map[string]struct {
		body   string
		change []func(http.Header)
		status int
		want   string // the scope, or the error
	}{
		"form":                   {clientForm, nil, 200, "posts:read posts:write"},
		"second secret":          {"grant_type=client_credentials&client_id=client_backend&client_secret=" + url.QueryEscape("secret two+100%"), nil, 200, "posts:read posts:write"},
		"JSON":                   {`{"grant_type":"client_credentials","client_id":"client_backend","client_secret":"secret-one","scope":"posts:read"}`, []func(http.Header){asJSON}, 200, "posts:read"},
		"Basic":                  {"grant_type=client_credentials", []func(http.Header){basic("client_backend", "secret-one")}, 200, "posts:read posts:write"},
		"Basic, form-encoded":    {"grant_type=client_credentials", []func(http.Header){basic("client_backend", "secret+two%2B100%25")}, 200, "posts:read posts:write"},
		"Basic, raw":             {"grant_type=client_credentials", []func(http.Header){basic("client_backend", "secret two+100%")}, 200, "posts:read posts:write"},
		"the body wins":          {clientForm, []func(http.Header){basic("client_backend", "wrong")}, 200, "posts:read posts:write"},
		"the body wins, wrongly": {"grant_type=client_credentials&client_id=client_backend&client_secret=wrong", []func(http.Header){basic("client_backend", "secret-one")}, 401, "invalid_client"},
		"the body's client wins": {"grant_type=client_credentials&client_id=nobody", []func(http.Header){basic("client_backend", "secret-one")}, 401, "invalid_client"},
		"no content type":        {clientForm, []func(http.Header){header("Content-Type", "")}, 200, "posts:read posts:write"},
		"scope, twice":           {clientForm + "&scope=posts:read+posts:read", nil, 200, "posts:read"},
		"scope, empty":           {clientForm + "&scope=", nil, 200, "posts:read posts:write"},
		"scope, unknown":         {clientForm + "&scope=posts:read+admin", nil, 400, "invalid_scope"},
		"wrong secret":           {"grant_type=client_credentials&client_id=client_backend&client_secret=no", nil, 401, "invalid_client"},
		"empty secret":           {"grant_type=client_credentials&client_id=client_backend&client_secret=", nil, 401, "invalid_client"},
		"no secret":              {"grant_type=client_credentials&client_id=client_backend", nil, 401, "invalid_client"},
		"another's secret":       {"grant_type=client_credentials&client_id=client_backend&client_secret=secret-portal", nil, 401, "invalid_client"},
		"unknown client":         {"grant_type=client_credentials&client_id=nobody&client_secret=x", nil, 401, "invalid_client"},
		"nothing":                {"", nil, 400, "invalid_request"},
		"no grant":               {"client_id=client_backend&client_secret=secret-one", nil, 400, "invalid_request"},
		"unknown grant":          {"grant_type=password&client_id=client_backend&client_secret=secret-one", nil, 400, "unsupported_grant_type"},
		"other grant":            {"grant_type=refresh_token&client_id=client_backend&client_secret=secret-one", nil, 400, "unauthorized_client"},
		"other grant, public":    {"grant_type=authorization_code&client_id=client_portal&code=x&code_verifier=y", nil, 400, "unauthorized_client"},
		"other grant, wrongly":   {"grant_type=refresh_token&client_id=client_backend&client_secret=no", nil, 401, "invalid_client"},
		"oauth application":      {"grant_type=client_credentials&client_id=client_portal&client_secret=secret-portal", nil, 400, "unauthorized_client"},
		"twice":                  {clientForm + "&client_id=client_backend", nil, 400, "invalid_request"},
		"scope, repeated":        {clientForm + "&scope=posts:read&scope=posts:write", nil, 400, "invalid_request"},
		"unknown client, twice":  {"grant_type=client_credentials&client_id=nobody&x=1&x=2", nil, 400, "invalid_request"},
		"malformed form":         {"grant_type=%zz", nil, 400, "invalid_request"},
		"malformed JSON":         {"{", []func(http.Header){asJSON}, 400, "invalid_request"},
		"wrong type":             {`{"grant_type":["client_credentials"]}`, []func(http.Header){asJSON}, 400, "invalid_request"},
		"garbage in Basic":       {"grant_type=client_credentials", []func(http.Header){header("Authorization", "Basic ***")}, 401, "invalid_client"},
		"too large":              {clientForm + "&x=" + strings.Repeat("x", limits.RequestBody), nil, 413, "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := f.form("/oauth2/token", test.body, test.change...)
			body := r.want(test.status)
			member := "error"
			if test.status == 200 {
				member = "scope"
			}
			if body[member] != test.want {
				t.Errorf("the answer is %v, want %q", body, test.want)
			}
			if test.status != 200 && (body["error_description"] == "" || body["message"] != nil || r.Header().Get("Cache-Control") != "no-store") {
				t.Errorf("the error is %v", body)
			}
			wantsChallenge := test.status == 401 && (strings.Contains(name, "Basic") || strings.HasPrefix(name, "the body"))
			if challenged := r.Header().Get("WWW-Authenticate") != ""; challenged != wantsChallenge {
				t.Errorf("challenged: %t, want %t", challenged, wantsChallenge)
			}
		})
	}
}

func TestDeletedClientIsRefusedHere(t *testing.T) {
	t.Parallel()
	f, next := newServer(t), &recorder{status: 200, body: "{}"}
	f.send("DELETE", "/connect/applications/client_backend", "").want(204)
	f.next = next
	if body := f.form("/oauth2/token", clientForm).want(401); body["error"] != "invalid_client" {
		t.Error(body)
	}
	if sent := next.take(); len(sent) != 0 {
		t.Errorf("the next handler was sent %v", sent)
	}
}

func TestIntrospection(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	token := f.form("/oauth2/token", clientForm).want(200)["access_token"].(string)
	ask := func(token string) map[string]any {
		return f.form("/oauth2/introspection", "client_id=client_audience&client_secret=secret-audience&token="+token).want(200)
	}
	got := ask(token)
	if members := slices.Sorted(mapKeys(got)); !slices.Equal(members, []string{"active", "aud", "client_id", "exp", "iat", "iss", "jti", "org_id", "sub", "token_type"}) ||
		got["active"] != true || got["token_type"] != "access_token" || got["client_id"] != "client_backend" {
		t.Errorf("it is %v", got)
	}
	inactive := func(name string, got map[string]any) {
		if len(got) != 1 || got["active"] != false {
			t.Errorf("%s: it is %v", name, got)
		}
	}
	inactive("garbage", ask("garbage"))
	inactive("tampered", ask(token[:len(token)-4]+"AAAA"))
	f.now = f.now.Add(time.Hour)
	inactive("expired", ask(token))
	f.now = f.now.Add(-time.Hour)
	f.send("DELETE", "/connect/applications/conn_app_M2M", "").want(204)
	inactive("of a deleted application", ask(token))
	if body := f.form("/oauth2/introspection", "client_id=client_audience&client_secret=no&token=x").want(401); body["error"] != "invalid_client" {
		t.Error(body)
	}
	if body := f.form("/oauth2/introspection", "client_id=client_audience&client_secret=secret-audience").want(400); body["error"] != "invalid_request" {
		t.Error(body)
	}
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	f := newServer(t, func(o *Options) { o.Issuer = "https://auth.example" })
	for path, want := range map[string]string{
		"/.well-known/openid-configuration":       "authorization_endpoint device_authorization_endpoint grant_types_supported id_token_signing_alg_values_supported introspection_endpoint issuer jwks_uri response_types_supported scopes_supported subject_types_supported token_endpoint token_endpoint_auth_methods_supported userinfo_endpoint",
		"/.well-known/oauth-authorization-server": "authorization_endpoint code_challenge_methods_supported device_authorization_endpoint grant_types_supported introspection_endpoint issuer jwks_uri response_modes_supported response_types_supported scopes_supported token_endpoint token_endpoint_auth_methods_supported",
	} {
		body := f.send("GET", path, "", anonymous).want(200)
		if members := strings.Join(slices.Sorted(mapKeys(body)), " "); members != want {
			t.Errorf("%s has %s", path, members)
		}
		if body["issuer"] != "https://auth.example" || body["token_endpoint"] != "http://emulator.test/oauth2/token" || body["jwks_uri"] != "http://emulator.test/oauth2/jwks" {
			t.Errorf("%s is %v", path, body)
		}
	}
	if a, b := f.send("GET", "/oauth2/jwks", "").Body.String(), f.send("GET", "/sso/jwks/client_ANY", "").Body.String(); a != b {
		t.Error("the two JWKS differ")
	}
}

// TestIntrospectionOfAUsersToken has a user sign in at a machine's client, with a token that the same key signs: it is not a token of the
// machine's.
func TestIntrospectionOfAUsersToken(t *testing.T) {
	t.Parallel()
	f := newServer(t).withLogins()
	const credentials = "client_id=client_backend&client_secret=secret-one"
	machines := f.form("/oauth2/token", credentials+"&grant_type=client_credentials").want(200)
	users := f.send("POST", authenticatePath, strings.Replace(passwordLogin("alice@acme.example", "secret", acceptedKey), "client_ENV", "client_backend", 1), anonymous).want(200)
	for _, test := range []struct {
		token  any
		active bool
	}{{machines["access_token"], true}, {users["access_token"], false}} {
		if got := f.form("/oauth2/introspection", credentials+"&token="+test.token.(string)).want(200); got["active"] != test.active {
			t.Errorf("the introspection is %v, want active %t", got, test.active)
		}
	}
}
