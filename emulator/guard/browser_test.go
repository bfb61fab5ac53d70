package guard

import (
	"encoding/base64"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestWithoutBrowserSecrets has what a browser sends by itself: what holds a secret is taken out, and nothing else is.
func TestWithoutBrowserSecrets(t *testing.T) {
	t.Parallel()
	const long = "long-local-secret"
	set := setOf("s3cr3t", long)
	encoded := base64.StdEncoding.EncodeToString([]byte("xy" + long + "z"))
	for name, test := range map[string]struct{ given, want http.Header }{
		"nothing":        {http.Header{"Cookie": {"a=1; b=2", "c=3"}, "Referer": {"http://localhost/"}}, nil},
		"a cookie":       {http.Header{"Cookie": {"a=1; t=" + long + "; b=2"}}, http.Header{"Cookie": {"a=1; b=2"}}},
		"the only one":   {http.Header{"Cookie": {"t=" + long}}, http.Header{}},
		"a short one":    {http.Header{"Cookie": {"t=s3cr3t;a=1"}}, http.Header{"Cookie": {"a=1"}}},
		"encoded":        {http.Header{"Cookie": {"t=" + encoded + "; a=1"}}, http.Header{"Cookie": {"a=1"}}},
		"a second field": {http.Header{"Cookie": {"a=1", "t=" + long + "; b=2"}}, http.Header{"Cookie": {"a=1; b=2"}}},
		"over two":       {http.Header{"Cookie": {"a=long-local", "-secret=1;b=2"}}, nil},
		"a semicolon":    {http.Header{"Cookie": {"a=long-;local-secret", "c=" + long}}, http.Header{"Cookie": {"a=long-;local-secret"}}},
		"the Referer":    {http.Header{"Cookie": {"a=1"}, "Referer": {"http://localhost/?code=" + long}}, http.Header{"Cookie": {"a=1"}}},
		"another field":  {http.Header{"X-Other": {long}}, nil},
	} {
		before := test.given.Clone()
		if test.want == nil {
			test.want = before
		}
		got := WithoutBrowserSecrets(set, test.given)
		for _, field := range []string{"Cookie", "Referer", "X-Other"} {
			if strings.ReplaceAll(strings.Join(got[field], ";"), "; ", ";") != strings.ReplaceAll(strings.Join(test.want[field], ";"), "; ", ";") {
				t.Errorf("%s: %s is %q, want %q", name, field, got[field], test.want[field])
			}
			if !slices.Equal(test.given[field], before[field]) {
				t.Errorf("%s: the header that was given has changed", name)
			}
		}
	}
}

// TestWithoutCookie takes out cookies by their name.
func TestWithoutCookie(t *testing.T) {
	t.Parallel()
	for given, want := range map[string][]string{
		"login=1":             nil,
		"a=1; login=2; b=3":   {"a=1; b=3"},
		"login=1;login=2;a=1": {"a=1"},
		"xlogin=1; a=login=1": {"xlogin=1; a=login=1"},
		"a=1":                 {"a=1"},
	} {
		h := http.Header{"Cookie": {given}, "Accept": {"x"}}
		if got := WithoutCookie(h, "login"); !slices.Equal(got["Cookie"], want) || got.Get("Accept") != "x" || h.Get("Cookie") != given {
			t.Errorf("%q is %q, want %q", given, got["Cookie"], want)
		}
	}
}

// TestNoCookieHoldsASecret makes headers by chance, and lets the guard look at what is left of them.
func TestNoCookieHoldsASecret(t *testing.T) {
	t.Parallel()
	set := setOf("s3cr3t", "long-local-secret")
	parts := []string{"a", "=", ";", "; ", "s3cr3t", "long-local", "-secret", "long-local-secret", `"`, "%6cong-local-secret", ",", "bG9uZy1sb2NhbC1zZWNyZXQ="}
	for range 5000 {
		var fields []string
		for range 1 + rand.IntN(3) {
			field := ""
			for range rand.IntN(8) {
				field += parts[rand.IntN(len(parts))]
			}
			fields = append(fields, field)
		}
		r, err := http.NewRequest("GET", "http://x/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = WithoutBrowserSecrets(set, http.Header{"Cookie": fields, "Referer": {fields[0]}})
		if err := Head(set, r); err != nil {
			t.Fatalf("%q: %v in %q", fields, err, r.Header)
		}
	}
}
