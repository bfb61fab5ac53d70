package emulator

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// TestUserManagementConfiguration checks the members of production, and that the upstream is asked for the same path.
func TestUserManagementConfiguration(t *testing.T) {
	t.Parallel()
	const path = "/user_management/client_X/.well-known/openid-configuration"
	f := newServer(t)
	const base = "http://emulator.test"
	want := map[string]any{
		"issuer":                   base + "/user_management/client_X",
		"authorization_endpoint":   base + "/user_management/authorize",
		"token_endpoint":           base + "/user_management/authenticate",
		"jwks_uri":                 base + "/sso/jwks/client_X",
		"response_types_supported": []any{"code"},
	}
	body := f.send("GET", path, "", anonymous).want(200)
	for member, value := range want {
		if got := body[member]; !reflect.DeepEqual(got, value) {
			t.Errorf("%s is %v", member, got)
		}
	}
	if len(body) != len(want) {
		t.Errorf("it is %v", body)
	}

	next := &recorder{status: 200, body: `{"issuer":"https://theirs.example","token_endpoint":"https://theirs.example/t","revocation_endpoint":"https://theirs.example/r","more":1}`}
	f = newServer(t)
	f.next = next
	r := f.send("GET", path, "", anonymous)
	body = r.want(200)
	if r.Header().Get(source.Header) != source.Merged || body["more"] != 1.0 || body["revocation_endpoint"] != nil || body["issuer"] != want["issuer"] {
		t.Errorf("merged, it is %v", body)
	}
	if asked := next.take(); len(asked) != 1 || asked[0].uri != path {
		t.Errorf("the next handler was asked %v", asked)
	}
	for _, id := range []string{strings.Repeat("x", 129), "%2e%2e", "a%2Fb", "a%20b"} {
		if r := f.send("GET", "/user_management/"+id+"/.well-known/openid-configuration", "", anonymous); r.Code != 200 || r.Header().Get(source.Header) != source.Emulator {
			t.Errorf("%s: %d %s", id, r.Code, r.Body)
		}
	}
	if asked := next.take(); len(asked) != 0 {
		t.Errorf("the next handler was asked %v", asked)
	}
}

// TestPublicDocumentsMayBeCached asks again with the ETag of the first answer.
func TestPublicDocumentsMayBeCached(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]http.Handler{"alone": nil, "merged": &recorder{status: 200, body: `{"keys":[]}`}} {
		for _, path := range publicDocuments {
			f := newServer(t)
			f.next = next
			first := f.send("GET", path, "", anonymous)
			etag := first.Header().Get("Etag")
			if !strings.HasPrefix(etag, `"`) || len(etag) < 10 || !strings.HasPrefix(first.Header().Get("Cache-Control"), "public, max-age=") {
				t.Fatalf("%s, %s: %v", name, path, first.Header())
			}
			for match, status := range map[string]int{
				etag: 304, "W/" + etag: 304, `"x", ` + etag: 304, "*": 304, `"x"`: 200, strings.Trim(etag, `"`): 200, "": 200,
			} {
				for _, method := range []string{"GET", "HEAD"} {
					r := f.send(method, path, "", header("If-None-Match", match))
					if r.Code != status || r.Header().Get("Etag") != etag || r.Header().Get("Cache-Control") == "" {
						t.Errorf("%s, %s %s with %s: %d %v", name, method, path, match, r.Code, r.Header())
					}
					if bare := method == "HEAD" || status == 304; bare != (r.Body.Len() == 0) || status == 304 && r.Header().Get("Content-Type") != "" {
						t.Errorf("%s, %s %s with %s: %s", name, method, path, match, r.Body)
					}
				}
			}
			if path != "/oauth2/jwks" {
				continue
			}
			other := newServer(t, func(o *Options) { o.Key = otherKeys()[0] })
			if other.send("GET", path, "").Header().Get("Etag") == etag {
				t.Error("another set has the same ETag")
			}
		}
	}
}

// TestDiscoveryVaries checks the Vary header of discovery documents, which keeps the values that were set before.
func TestDiscoveryVaries(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	w := httptest.NewRecorder()
	w.Header().Set("Vary", "Origin")
	f.Handler(nil).ServeHTTP(w, httptest.NewRequest("GET", "/.well-known/openid-configuration", nil))
	if got := w.Header().Values("Vary"); !slices.Equal(got, []string{"Origin", "X-Forwarded-Proto, X-Forwarded-Host, X-Forwarded-Prefix"}) {
		t.Errorf("it varies by %q", got)
	}
	f = newServer(t, func(o *Options) { o.PublicURL = "https://auth.example.com" })
	if got := f.send("GET", "/.well-known/openid-configuration", "").Header().Values("Vary"); got != nil {
		t.Errorf("with a public URL it varies by %q", got)
	}
}
