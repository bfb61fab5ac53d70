package emulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

// FuzzTokenRequest looks for a request that is answered with a server error, or with a token for no right secret.
func FuzzTokenRequest(f *testing.F) {
	f.Add(clientForm, "application/x-www-form-urlencoded", "")
	f.Add(`{"grant_type":"client_credentials","client_id":"client_backend","client_secret":"x"}`, "application/json", "")
	f.Add("grant_type=client_credentials", "", "Basic Y2xpZW50X2JhY2tlbmQ6c2VjcmV0LW9uZQ==")
	f.Add("%zz", "text/plain; charset=\"", "Basic ")
	under := newServer(f)
	rightSecrets := []string{"secret-one", "secret two+100%", "secret-audience"}
	f.Fuzz(func(t *testing.T, body, contentType, authorization string) {
		set := func(name, value string) func(http.Header) {
			return func(h http.Header) { h[name] = []string{value} }
		}
		target := *under
		target.t = t
		r := target.form("/oauth2/token", body, set("Content-Type", contentType), set("Authorization", authorization))
		if r.Code >= 500 || !json.Valid(r.Body.Bytes()) {
			t.Fatalf("%d %s", r.Code, r.Body)
		}
		if r.Code != 200 {
			return
		}
		var presented []string
		if values, err := url.ParseQuery(body); err == nil {
			presented = append(presented, values["client_secret"]...)
		}
		var members map[string]any
		if json.Unmarshal([]byte(body), &members) == nil {
			for _, member := range members {
				if text, ok := member.(string); ok {
					presented = append(presented, text)
				}
			}
		}
		_, passwords := oauth.ParseBasic(authorization)
		presented = append(presented, passwords...)
		if !slices.ContainsFunc(presented, func(s string) bool { return slices.Contains(rightSecrets, s) }) {
			t.Fatalf("a token for %q %q", body, authorization)
		}
	})
}

// FuzzListQuery looks for a query that is answered with a server error, or with more than was asked for.
func FuzzListQuery(f *testing.F) {
	f.Add("limit=1&order=asc&after=org_ACME")
	f.Add("limit=-1&order=normal&before=%00")
	f.Add("domains[]=a&domains=b,c&search=%ff;")
	under := newServer(f)
	f.Fuzz(func(t *testing.T, query string) {
		u := url.URL{RawQuery: query}
		if _, err := url.ParseRequestURI("/organizations?" + u.RawQuery); err != nil {
			return // net/http refuses it
		}
		c := under.newCall(nil, &http.Request{Method: "GET", URL: &url.URL{Path: "/organizations", RawQuery: query}, Header: http.Header{}}, nil)
		a, err := c.request.Route.Serve(&c.request)
		if err != nil {
			if a := c.answerTo(err); a.Status != http.StatusUnprocessableEntity {
				t.Fatalf("%d: %v", a.Status, err)
			}
			return
		}
		var list struct{ Data []any }
		if err := json.Unmarshal(a.Raw, &list); err != nil || list.Data == nil || len(list.Data) > 100 {
			t.Fatalf("%v: %s", err, a.Raw)
		}
	})
}
