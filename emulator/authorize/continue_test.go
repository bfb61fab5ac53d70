package authorize_test

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
)

// TestQueryGoesOnAsItCame follows "Continue with the real WorkOS" on pages for queries of what browsers leave as it is in one: the real
// WorkOS gets the same bytes.
func TestQueryGoesOnAsItCame(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	parts := []string{
		"&", "&&", "=", "+", "%20", "%2B", "%", "%zz", "%ff", "%00", "%0d%0a", ";", "?", "/", "//", ":", "@", "!", "$", "*", ",", "(", ")", "[", "]", "{", "}",
		"|", `\`, "^", "`", "~", "&amp;", "&lt", "&copy=1", "%3Cscript%3E", "%22%27", "%23", "state=a", "state", "client_id=c", "_emulate=upstream", "_emulate=accounts",
		"_emulate=accounts&", "_emulate_login=x", "provider_scopes=a&provider_scopes=b", "provider_query_params[x]=y", "redirect_uri=http://x/",
	}
	b := s.browser()
	for range 400 {
		query := "a"
		for range rand.IntN(12) {
			query += parts[rand.IntN(len(parts))]
		}
		if rand.IntN(2) == 0 {
			_, usual, _ := strings.Cut(authorization(), "?")
			query = usual + "&" + query
		}
		get := func(query string) page {
			r, err := http.NewRequest("GET", s.url+"/user_management/authorize", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.URL.RawQuery = query
			return b.send(r)
		}
		p := get(query)
		link := hrefOf(p.body, "Continue with the real WorkOS")
		if link == "" {
			if strings.Contains(query, "_emulate_login=") { // the page of a login that is under way
				continue
			}
			t.Fatalf("%q: %d %v %s", query, p.status, p.header, p.body)
		}
		before := len(s.upstreamRequests())
		get(strings.TrimPrefix(link, "?"))
		sent := s.upstreamRequests()[before:]
		if len(sent) != 1 || sent[0].RequestURI != "/user_management/authorize?"+query || sent[0].URL.RawQuery != query {
			t.Fatalf("%q goes on by %q, and is sent as %v", query, link, sent)
		}
	}
}
