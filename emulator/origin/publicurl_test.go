package origin

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestParsePublicURL(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://auth.example.com":          "https://auth.example.com",
		"https://auth.example.com/":         "https://auth.example.com",
		"http://localhost:4100/workos":      "http://localhost:4100/workos",
		"https://auth.example.com/a/b%2Fc/": "https://auth.example.com/a/b%2Fc",
		"":                                  "", "auth.example.com": "", "/workos": "", "//auth.example.com": "", "ftp://auth.example.com": "",
		"https://": "", "https:///workos": "", "https://auth.example.com//": "", "https://auth.example.com/a//b": "",
		"https://auth.example.com/../a": "", "https://auth.example.com/.": "", "https://auth.example.com?": "", "https://auth.example.com?a=b": "",
		"https://auth.example.com#": "", "https://auth.example.com/#a": "", "https://a:b@auth.example.com": "", "https://auth example.com": "",
	} {
		got, err := ParsePublicURL(address)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: it is %q, and the error is %v", address, got, err)
		}
	}
}

func TestForwardedURL(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		header http.Header
		tls    bool
		want   string
	}{
		"nothing":              {nil, false, "http://emulator.test"},
		"TLS":                  {nil, true, "https://emulator.test"},
		"proto":                {http.Header{"X-Forwarded-Proto": {"https"}}, false, "https://emulator.test"},
		"proto, upper case":    {http.Header{"X-Forwarded-Proto": {"HTTPS"}}, false, "https://emulator.test"},
		"proto, back":          {http.Header{"X-Forwarded-Proto": {"http"}}, true, "http://emulator.test"},
		"another proto":        {http.Header{"X-Forwarded-Proto": {"javascript"}}, true, "https://emulator.test"},
		"host":                 {http.Header{"X-Forwarded-Host": {"auth.example.com:8443"}}, false, "http://auth.example.com:8443"},
		"IPv6":                 {http.Header{"X-Forwarded-Host": {"[::1]:8443"}}, false, "http://[::1]:8443"},
		"the last of a list":   {http.Header{"X-Forwarded-Host": {"evil.example, auth.example.com"}, "X-Forwarded-Proto": {"http,https"}}, false, "https://auth.example.com"},
		"the last of fields":   {http.Header{"X-Forwarded-Host": {"evil.example", "auth.example.com"}}, false, "http://auth.example.com"},
		"no host":              {http.Header{"X-Forwarded-Host": {"a/b"}}, false, "http://emulator.test"},
		"a user":               {http.Header{"X-Forwarded-Host": {"a@b"}}, false, "http://emulator.test"},
		"a query":              {http.Header{"X-Forwarded-Host": {"a?b"}}, false, "http://emulator.test"},
		"white space":          {http.Header{"X-Forwarded-Host": {"a b"}}, false, "http://emulator.test"},
		"prefix":               {http.Header{"X-Forwarded-Prefix": {"/workos/"}}, false, "http://emulator.test/workos"},
		"prefix, no slash":     {http.Header{"X-Forwarded-Prefix": {"workos"}}, false, "http://emulator.test"},
		"prefix, another host": {http.Header{"X-Forwarded-Prefix": {"//evil.example"}}, false, "http://emulator.test"},
		"prefix, a query":      {http.Header{"X-Forwarded-Prefix": {"/a?b"}}, false, "http://emulator.test"},
		"prefix, dots":         {http.Header{"X-Forwarded-Prefix": {"/a/../b"}}, false, "http://emulator.test"},
		"prefix, a slash":      {http.Header{"X-Forwarded-Prefix": {"/"}}, false, "http://emulator.test"},
		"all":                  {http.Header{"X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"auth.example.com"}, "X-Forwarded-Prefix": {"/a/b"}}, false, "https://auth.example.com/a/b"},
	} {
		r := httptest.NewRequest("GET", "http://emulator.test/oauth2/jwks", nil)
		if test.header != nil {
			r.Header = test.header
		}
		if test.tls {
			r.TLS = &tls.ConnectionState{}
		}
		if got := Forwarded(r); got != test.want {
			t.Errorf("%s: it is %s, want %s", name, got, test.want)
		}
	}
}
