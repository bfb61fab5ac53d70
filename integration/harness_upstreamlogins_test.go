package integration

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// person is one who logs in.
type person struct{ id, email, password, session string }

var (
	alice = person{"user_01ALICE", "alice@example.com", "correct horse battery staple", "session_01ALICE"}
	bob   = person{"user_01BOB", "bob@example.com", "hunter2hunter2hunter2", "session_01BOB"}
)

// grant is what a code or a refresh token of the stand-in stands for.
type grant struct {
	who              person
	challenge, nonce string
}

// logins is a WorkOS where Alice and Bob log in: by AuthKit, by SSO, and by a Connect application. Its codes and refresh
// tokens are good for one use.
type logins struct {
	*standIn
	signer *signer

	mu     sync.Mutex
	grants map[string]grant
	tokens map[string]person // the opaque access tokens of SSO, and the JWTs of Connect
	issued []string          // all secrets that were given out
}

func newLogins(t *testing.T) *logins {
	t.Helper()
	l := &logins{standIn: newStandIn(t), signer: newSigner("sso_oidc_key_pair_THEIRS"), grants: map[string]grant{}, tokens: map[string]person{}}
	l.Knows = func(w http.ResponseWriter, r *http.Request) bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.answer(w, r)
	}
	return l
}

// issue gives out a secret for a grant.
func (l *logins) issue(g grant) string {
	secret := randomText(alphanumeric, 27)
	l.grants[secret], l.issued = g, append(l.issued, secret)
	return secret
}

// redeem takes a code or a refresh token, once.
func (l *logins) redeem(secret, verifier string) (g grant, known bool) {
	g, known = l.grants[secret]
	digest := sha256.Sum256([]byte(verifier))
	if g.challenge != "" && base64.RawURLEncoding.EncodeToString(digest[:]) != g.challenge {
		return g, false
	}
	delete(l.grants, secret)
	return g, known
}

func (l *logins) answer(w http.ResponseWriter, r *http.Request) bool {
	sent := members(r)
	bearer := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch r.URL.Path {
	case "/oauth2/jwks", "/sso/jwks/" + theirClient:
		_, _ = io.WriteString(w, l.signer.jwks())
	case "/user_management/authorize", "/sso/authorize", "/oauth2/authorize":
		who := alice
		if sent["login_hint"] == bob.email {
			who = bob
		}
		code := l.issue(grant{who, sent["code_challenge"], sent["nonce"]})
		w.Header().Set("Location", sent["redirect_uri"]+"?"+url.Values{"code": {code}, "state": {sent["state"]}}.Encode())
		w.WriteHeader(http.StatusFound)
	case "/user_management/authenticate":
		l.authenticate(w, sent)
	case "/sso/token":
		g, known := l.redeem(sent["code"], sent["code_verifier"])
		if !known || sent["client_secret"] != realKey {
			refuse(w, "invalid_grant")
			break
		}
		token := randomText(alphanumeric, 27)
		l.tokens[token], l.issued = g.who, append(l.issued, token)
		tell(w, map[string]any{"token_type": "Bearer", "access_token": token, "expires_in": 600, "profile": g.who.profile()})
	case "/sso/profile", "/oauth2/userinfo":
		who, known := l.tokens[bearer]
		switch {
		case !known:
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error":"unauthorized"}`)
		case r.URL.Path == "/sso/profile":
			tell(w, who.profile())
		default:
			tell(w, map[string]any{"sub": who.id, "email": who.email, "email_verified": true})
		}
	case "/oauth2/token":
		l.connectToken(w, sent)
	default:
		return false
	}
	return true
}

// authenticate is POST /user_management/authenticate: a code, a refresh token or a password.
func (l *logins) authenticate(w http.ResponseWriter, sent map[string]string) {
	var who person
	switch sent["grant_type"] {
	case "authorization_code", "refresh_token":
		g, known := l.redeem(sent["code"]+sent["refresh_token"], sent["code_verifier"])
		if !known {
			refuse(w, "invalid_grant")
			return
		}
		who = g.who
	case "password":
		for _, one := range []person{alice, bob} {
			if sent["email"] == one.email && sent["password"] == one.password {
				who = one
			}
		}
		if who.id == "" {
			w.WriteHeader(http.StatusBadRequest)
			tell(w, map[string]any{"code": "invalid_credentials", "message": "Invalid credentials for '" + sent["email"] + "'."})
			return
		}
	}
	user := fromJSON(theirUser(who.id)).(map[string]any)
	user["email"] = who.email
	tell(w, map[string]any{
		"user": user, "organization_id": "org_01THEIRS", "authentication_method": "Password",
		"access_token": l.signer.session(who.id, who.session), "refresh_token": l.issue(grant{who: who}),
	})
}

// theirIssuer is the issuer of the tokens of Connect applications.
const theirIssuer = "https://theirs.example"

// connectToken is POST /oauth2/token of OpenID Connect.
func (l *logins) connectToken(w http.ResponseWriter, sent map[string]string) {
	g, known := l.redeem(sent["code"]+sent["refresh_token"], sent["code_verifier"])
	if !known {
		refuse(w, "invalid_grant")
		return
	}
	now := time.Now().Unix()
	claims := map[string]any{"iss": theirIssuer, "sub": g.who.id, "iat": now, "exp": now + 300}
	access := maps.Clone(claims)
	maps.Copy(access, map[string]any{"aud": theirClient, "sid": "app_consent_" + g.who.session, "jti": randomText(alphanumeric, 26)})
	token := l.signer.sign(access)
	l.tokens[token] = g.who
	half := sha256.Sum256([]byte(token))
	id := maps.Clone(claims)
	maps.Copy(id, map[string]any{"aud": connectClient, "email": g.who.email, "auth_time": now - 10, "at_hash": base64.RawURLEncoding.EncodeToString(half[:16])})
	if g.nonce != "" {
		id["nonce"] = g.nonce
	}
	tell(w, map[string]any{"token_type": "bearer", "expires_in": 300, "access_token": token, "id_token": l.signer.sign(id), "refresh_token": l.issue(grant{who: g.who})})
}

// connectClient is the client_id of their Connect application.
const connectClient = "client_01CONNECT"

func (p person) profile() map[string]any {
	return map[string]any{
		"object": "profile", "id": "prof_" + p.id, "connection_id": "conn_01", "organization_id": "org_01THEIRS", "connection_type": "OktaSAML",
		"idp_id": "idp_" + p.id, "email": p.email, "first_name": nil, "last_name": nil, "raw_attributes": map[string]any{},
	}
}

// members are the parameters of a request: of its query, its form or its JSON.
func members(r *http.Request) map[string]string {
	sent := map[string]string{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		_ = json.NewDecoder(r.Body).Decode(&sent)
	}
	_ = r.ParseForm()
	for name, values := range r.Form {
		sent[name] = values[0]
	}
	return sent
}

func tell(w http.ResponseWriter, body any) { _ = json.NewEncoder(w).Encode(body) }

func refuse(w http.ResponseWriter, code string) {
	w.WriteHeader(http.StatusBadRequest)
	tell(w, map[string]any{"error": code, "error_description": "It has expired or is invalid."})
}
