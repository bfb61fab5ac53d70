package oauth

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
)

// FuzzParseBasic looks for credentials that are not decoded to what was encoded.
func FuzzParseBasic(f *testing.F) {
	f.Add("client", "secret")
	f.Add("a b", "p+q%41%")
	f.Fuzz(func(t *testing.T, user, password string) {
		r := &http.Request{Header: http.Header{}}
		r.SetBasicAuth(url.QueryEscape(user), url.QueryEscape(password))
		users, passwords := ParseBasic(r.Header.Get("Authorization"))
		if !slices.Contains(users, user) || !slices.Contains(passwords, password) {
			t.Fatalf("%q:%q came back as %q:%q", user, password, users, passwords)
		}
		ParseBasic(user)
		ParseBasic("Basic " + password)
	})
}
