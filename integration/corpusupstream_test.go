package integration

import (
	"compress/gzip"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// corpusUpstream is what the stand-ins of the corpus answer: the same to the same request, but for times.
type corpusUpstream struct{ signer *signer }

func newCorpusUpstream(t *testing.T) corpusUpstream {
	return corpusUpstream{&signer{"sso_oidc_key_pair_THEIRS", readPEM(t, "upstream_key")}}
}

// corpusDocuments are the upstream's discovery documents.
var corpusDocuments = map[string]string{
	"/.well-known/openid-configuration":                                     `{"issuer":"https://theirs.example","authorization_endpoint":"https://theirs.example/oauth2/authorize","token_endpoint":"https://theirs.example/oauth2/token","userinfo_endpoint":"https://theirs.example/oauth2/userinfo","revocation_endpoint":"https://theirs.example/oauth2/revoke","claims_supported":["sub"]}`,
	"/.well-known/oauth-authorization-server":                               `{"issuer":"https://theirs.example","registration_endpoint":"https://theirs.example/oauth2/register","signed_metadata":"x","code_challenge_methods_supported":["S256"]}`,
	"/user_management/" + theirClient + "/.well-known/openid-configuration": `{"issuer":"https://api.workos.com/user_management/` + theirClient + `","token_endpoint":"https://theirs.example/user_management/authenticate","jwks_uri":"https://theirs.example/jwks"}`,
}

// answer tells whether it knows the request. What it does not know is answered by [standIn.serve].
func (u corpusUpstream) answer(w http.ResponseWriter, r *http.Request) bool {
	path := r.URL.Path
	if document := corpusDocuments[path]; document != "" {
		_, _ = io.WriteString(w, document)
		return true
	}
	switch {
	case path == "/oauth2/jwks", strings.HasPrefix(path, "/sso/jwks/"):
		_, _ = io.WriteString(w, u.signer.jwks())
	case path == "/user_management/authorize":
		w.Header().Set("Location", r.URL.Query().Get("redirect_uri")+"?code=code_of_carol&state="+r.URL.Query().Get("state"))
		w.WriteHeader(http.StatusFound)
	case path == "/user_management/authenticate":
		u.authenticate(w, r)
	case path == "/user_management/invitations":
		ahead := time.Now().Add(10 * time.Minute)
		_, _ = fmt.Fprintf(w, `{"object":"invitation","id":"invitation_THEIRS","token":"token-of-the-invitation","expires_at":%q,"created_at":"2026-01-15T12:00:00.000Z"}`,
			ahead.UTC().Format("2006-01-02T15:04:05.000Z"))
	case strings.HasPrefix(path, "/answers/"):
		return answerOddly(w, strings.TrimPrefix(path, "/answers/"))
	default:
		return knowsTheirs(w, r)
	}
	return true
}

// authenticate gives Carol a session for her code or her password, and another one for each refresh token.
func (u corpusUpstream) authenticate(w http.ResponseWriter, r *http.Request) {
	sent := members(r)
	refresh := map[string]string{"code_of_carol": "refresh-token-1", "correct horse": "refresh-token-1", "refresh-token-1": "refresh-token-2"}[sent["code"]+sent["password"]+sent["refresh_token"]]
	if refresh == "" {
		refuse(w, "invalid_grant")
		return
	}
	claims := sessionClaims("user_CAROL", "session_CAROL")
	claims["auth_time"] = claims["iat"]
	_, _ = fmt.Fprintf(w, `{"user":%s,"access_token":%q,"refresh_token":%q}`, theirUser("user_CAROL"), u.signer.sign(claims), refresh)
}

// answerOddly answers as a proxy and a recorder rarely meet it.
func answerOddly(w http.ResponseWriter, kind string) bool {
	h := w.Header()
	switch kind {
	case "empty":
		w.WriteHeader(http.StatusNoContent)
	case "text":
		h.Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "two\nlines\n")
	case "bytes":
		h.Set("Content-Type", "application/octet-stream")
		_, _ = w.Write([]byte{0, 1, 0xfe, 0xff})
	case "gzip":
		h.Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		_, _ = io.WriteString(packed, `{"packed":true}`)
		_ = packed.Close()
	case "headers":
		h.Set("Set-Cookie", "wos-session=THEIRS; Path=/; HttpOnly")
		h.Set("X-Request-Id", "theirs")
		h.Set("Link", `</answers/headers?page=2>; rel="next"`)
		h.Add("Vary", "Accept")
		h.Add("Vary", "Origin")
		h.Set("X-Workos-Source", "theirs")
		_, _ = io.WriteString(w, `{"headers":true}`)
	case "limited":
		h.Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"message":"Too many requests"}`)
	case "failed":
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, `{"message":"Internal server error"}`)
	case "unavailable":
		w.WriteHeader(http.StatusServiceUnavailable)
	case "unauthorized":
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"message":"Unauthorized"}`)
	case "streamed":
		for range 3 {
			_, _ = io.WriteString(w, "{\"part\":true}\n")
			_ = http.NewResponseController(w).Flush()
		}
	case "broken":
		h.Set("Content-Length", "100")
		_, _ = io.WriteString(w, "short")
		_ = http.NewResponseController(w).Flush() // else it may be asked again
		panic(http.ErrAbortHandler)
	default:
		return false
	}
	return true
}

// readPEM reads a private key of the corpus.
func readPEM(t *testing.T, name string) *rsa.PrivateKey {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(corpusFolder, name+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(*rsa.PrivateKey)
}
