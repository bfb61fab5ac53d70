package redirecturi

import (
	"strings"
	"testing"
)

// TestParseURI has what each URI is sent as. An empty one is refused.
func TestParseURI(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"http://localhost:3000/callback":            "http://localhost:3000/callback",
		"https://app.example":                       "https://app.example",
		"https://app.example/":                      "https://app.example/",
		"https://app.example?a=b":                   "https://app.example?a=b",
		"HTTPS://App.Example/CB":                    "https://app.example/CB",
		"https://münchen.example/cb":                "https://xn--mnchen-3ya.example/cb",
		"https://xn--mnchen-3ya.example/cb":         "https://xn--mnchen-3ya.example/cb",
		"https://my_app.example/cb":                 "https://my_app.example/cb",
		"http://127.0.0.1:8080/cb":                  "http://127.0.0.1:8080/cb",
		"http://[::1]:8080/cb":                      "http://[::1]:8080/cb",
		"http://[0:0:0:0:0:0:0:1]/cb":               "http://[::1]/cb",
		"myapp://Callback/x":                        "myapp://Callback/x",
		"com.example.app://login":                   "com.example.app://login",
		"http://localhost/a/../b?next=//x&y=a%5Cb":  "http://localhost/a/../b?next=//x&y=a%5Cb",
		"http://localhost/?redirect=http://a.b@c/d": "http://localhost/?redirect=http://a.b@c/d",

		"":                                                "",
		"/callback":                                       "",
		"//evil.example/callback":                         "",
		"callback":                                        "",
		"http:/localhost/cb":                              "",
		"http:localhost/cb":                               "",
		"http:///evil.example":                            "",
		"http://":                                         "",
		"://localhost":                                    "",
		"javascript:alert(1)":                             "",
		"javascript://localhost/%0aalert(1)":              "",
		"JaVaScRiPt://localhost/":                         "",
		"data://text/html,x":                              "",
		"data:text/html,x":                                "",
		"vbscript://x":                                    "",
		"blob://localhost/x":                              "",
		"blob:http://localhost/x":                         "",
		"file:///etc/passwd":                              "",
		"file://localhost/etc/passwd":                     "",
		"view-source://localhost":                         "",
		"com.example.app:/callback":                       "",
		"http://localhost/#x":                             "",
		"http://localhost/#":                              "",
		"http://user@localhost/":                          "",
		"http://@localhost/":                              "",
		"http://a:b@localhost/":                           "",
		"http://localhost@evil.example/":                  "",
		"http://localhost:3000@evil.example":              "",
		"http://localhost\\@evil.example":                 "",
		"http://localhost\\.evil.example":                 "",
		"http:\\\\evil.example":                           "",
		"http:/\\evil.example":                            "",
		"http://localhost\t.evil.example":                 "",
		"http://local\nhost/":                             "",
		"\x01http://localhost/":                           "",
		" http://localhost/":                              "",
		"http://localhost /":                              "",
		"http://localhost\u0085/":                         "",
		"http://localhost%2eevil.example/":                "",
		"http://%6cocalhost/":                             "",
		"http://localhost%00.evil.example/":               "",
		"http://localhost./":                              "",
		"http://.localhost/":                              "",
		"http://a..b/":                                    "",
		"http://local host/":                              "",
		"http://localhost:/":                              "",
		"http://localhost:0/":                             "",
		"http://localhost:080/":                           "",
		"http://localhost:65536/":                         "",
		"http://localhost:*/":                             "",
		"http://*.example.com/":                           "",
		"http://localhost:80:80/":                         "",
		"http://127.1/":                                   "",
		"http://2130706433/":                              "",
		"http://0x7f.1/":                                  "",
		"http://0x7f000001/":                              "",
		"http://127.0.0.01/":                              "",
		"http://127.0.0.1.2/":                             "",
		"http://a.1/":                                     "",
		"http://a.0x/":                                    "",
		"http://[::1%25eth0]/":                            "",
		"http://[::1/":                                    "",
		"http://[127.0.0.1]/":                             "",
		"http://::1/":                                     "",
		"http://localhost/é":                              "",
		"http://localhost/?q=é":                           "",
		"http://localhost/\"x":                            "",
		"http://localhost/%":                              "",
		"http://localhost/?q=%zz":                         "",
		"http://a\x84.localhost/":                         "",
		"http://localhost/<x>":                            "",
		"https://\u202eexample.com/":                      "",
		"http://" + strings.Repeat("a", 64) + ".example/": "",
		"http://localhost/" + strings.Repeat("a", 2048):   "",
	} {
		u, err := ParseURI(text)
		if got := u.String(); err == nil && got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
		if err != nil && len(text) > 12 && strings.Contains(err.Error(), text) {
			t.Errorf("%q: the error quotes it: %v", text, err)
		}
	}
}

// TestMatches has URIs that a pattern allows, and URIs that it does not.
func TestMatches(t *testing.T) {
	t.Parallel()
	for pattern, test := range map[string]struct{ allows, refuses []string }{
		"https://app.example/cb": {
			[]string{"https://app.example/cb", "HTTPS://APP.example/cb"},
			[]string{
				"https://app.example/cb/", "https://app.example/CB", "https://app.example/cb?x=1", "http://app.example/cb",
				"https://app.example:443/cb", "https://a.app.example/cb", "https://app.example.evil/cb", "https://app.example/",
				"https://app.example/x/../cb", "https://app.example/%63b",
			},
		},
		"https://app.example/cb?tenant=1": {
			[]string{"https://app.example/cb?tenant=1"}, []string{"https://app.example/cb", "https://app.example/cb?tenant=1&x=2"},
		},
		"https://*.example.com/cb": {
			[]string{"https://a.example.com/cb", "https://pr-12_x.example.com/cb", "https://A.Example.com/cb"},
			[]string{
				"https://example.com/cb", "https://a.b.example.com/cb", "https://aexample.com/cb", "https://a.example.com.evil/cb",
				"https://a.example.com:8443/cb", "http://a.example.com/cb", "https://evil/a.example.com/cb", "https://a.example.com/",
			},
		},
		"https://pr-*-web.example.com:8443/cb": {
			[]string{"https://pr-1-web.example.com:8443/cb"},
			[]string{"https://pr--web.example.com:8443/cb", "https://pr-web.example.com:8443/cb", "https://xpr-1-web.example.com:8443/cb", "https://pr-1-web.example.com/cb"},
		},
		"http://*.localhost:3000/cb": {[]string{"http://acme.localhost:3000/cb"}, []string{"http://localhost:3000/cb", "http://a.b.localhost:3000/cb"}},
		"http://localhost:*/cb": {
			[]string{"http://localhost:3000/cb", "http://localhost/cb"},
			[]string{"http://localhost:3000/", "http://127.0.0.1:3000/cb", "http://a.localhost:3000/cb", "https://localhost:3000/cb"},
		},
		"http://[::1]:*/cb":          {[]string{"http://[::1]:3000/cb"}, []string{"http://[::2]:3000/cb"}},
		"https://münchen.example/cb": {[]string{"https://xn--mnchen-3ya.example/cb", "https://MÜNCHEN.example/cb"}, []string{"https://munchen.example/cb"}},
		"myapp://callback":           {[]string{"myapp://callback", "MyApp://callback"}, []string{"myapp://callback/", "myapp://Callback", "other://callback"}},
	} {
		p, err := Parse(pattern)
		if err != nil {
			t.Errorf("%s: %v", pattern, err)
			continue
		}
		for _, list := range []struct {
			uris []string
			want bool
		}{{test.allows, true}, {test.refuses, false}} {
			for _, text := range list.uris {
				u, err := ParseURI(text)
				if err != nil || p.Matches(u) != list.want {
					t.Errorf("%s matches %s: %v, %v; want %v", pattern, text, !list.want, err, list.want)
				}
			}
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{
		"", "*", "https://*", "https://*/cb", "https://*.com/cb", "https://*.co.uk/cb", "https://*.ngrok-free.app/cb", "https://*.*.example.com/cb",
		"https://sub.*.example.com/cb", "https://**.example.com/cb", "https://*.example.com:*/cb", "https://example.com:*/cb", "https://example.com/*",
		"https://example.com/?x=*", "http://*:3000/cb", "https://127.0.0.*/cb", "https://*.0.0.1/cb", "*://localhost/cb", "myapp://*.callback.example",
		"myapp://*", "javascript://*.example.com", "https://a@*.example.com", "https://*.example.com/cb#x", "https://é*.example.com/cb",
		"https://*.[::1]/cb", "http://local*host/cb",
	} {
		if _, err := Parse(pattern); err == nil {
			t.Errorf("%s is taken", pattern)
		}
	}
	if _, err := ParseList([]string{"https://a.example/", "https://*.com/"}); err == nil || !strings.HasPrefix(err.Error(), `"https://*.com/" has a *`) {
		t.Errorf("the error is %v", err)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	listed, err := ParseList([]string{"https://*.example.com/cb", "http://localhost:*/cb", "https://app.example/cb"})
	if err != nil {
		t.Fatal(err)
	}
	if u, ok := listed.Default(); !ok || u.String() != "https://app.example/cb" {
		t.Errorf("the default is %s", u)
	}
	if _, ok := listed[:2].Default(); ok {
		t.Error("a pattern is a default")
	}
	for text, want := range map[string]struct{ byDefault, listed bool }{
		"http://localhost:3000/cb":     {true, true},
		"https://localhost/any":        {true, false},
		"http://acme.localhost/x?y=z":  {true, false},
		"http://127.0.0.1:9/x":         {true, false},
		"http://127.9.9.9/x":           {true, false},
		"http://[::1]/x":               {true, false},
		"https://app.example/cb":       {false, true},
		"http://localhost.example/cb":  {false, false},
		"http://notlocalhost/cb":       {false, false},
		"http://0.0.0.0/cb":            {false, false},
		"http://10.0.0.1/cb":           {false, false},
		"myapp://localhost/cb":         {false, false},
		"https://ｌocalhost/cb":         {true, false}, // full width
		"https://localhost。evil.test/": {false, false},
	} {
		u, err := ParseURI(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := List(nil).Allows(u); got != want.byDefault {
			t.Errorf("%s is allowed by default: %v", text, got)
		}
		if got := listed.Allows(u); got != want.listed {
			t.Errorf("%s is allowed by the list: %v", text, got)
		}
	}
}

func TestWith(t *testing.T) {
	t.Parallel()
	state := "a b+c%2F/é&=\"<\x00\xff;"
	for text, want := range map[string]string{
		"http://localhost":        "http://localhost?code=1&state=",
		"http://localhost/cb":     "http://localhost/cb?code=1&state=",
		"http://localhost/cb?":    "http://localhost/cb?code=1&state=",
		"http://localhost/cb?a=b": "http://localhost/cb?a=b&code=1&state=",
	} {
		u, err := ParseURI(text)
		if err != nil {
			t.Fatal(err)
		}
		want += "a%20b%2Bc%252F%2F%C3%A9%26%3D%22%3C%00%FF%3B"
		if got := u.With(Parameter{"code", "1"}, Parameter{"state", state}); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
