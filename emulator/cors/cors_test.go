package cors

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestParse takes origins as people write them, and returns them as browsers send them.
func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"http://localhost:3000":    "http://localhost:3000",
		"http://localhost:3000/":   "http://localhost:3000",
		"HTTPS://App.Example.com":  "https://app.example.com",
		"https://a.example:443":    "https://a.example",
		"http://a.example:80":      "http://a.example",
		"http://a.example:443":     "http://a.example:443",
		"http://[::1]:3000":        "http://[::1]:3000",
		"https://xn--bcher-kva.ch": "https://xn--bcher-kva.ch",
		"*":                        "", "https://*.example.com": "", "http://localhost:*": "", "": "", "null": "", "localhost:3000": "",
		"http://": "", "https://a.example/path": "", "https://a.example?x": "", "https://a.example#x": "", "https://u@a.example": "",
		"https://u:p@a.example": "", "file:///etc": "", "javascript:alert(1)": "", "https://bücher.example": "", "https://a.example:x": "",
		"http://a b": "", "http://:3000": "", "https://a.example\n": "",
	} {
		got, err := Parse(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v; want %q", text, got, err, want)
		}
	}
	if _, err := Parse("https://sk_live_secret@a.example"); err == nil || strings.Contains(err.Error(), "sk_live_secret") {
		t.Errorf("the error is %v", err)
	}
	if _, err := New([]string{"http://localhost:3000", "*"}); err == nil {
		t.Error("a list with a wildcard is taken")
	}
}

// TestOfOrigins checks which pages are allowed, and which may send cookies.
func TestOfOrigins(t *testing.T) {
	t.Parallel()
	const none, plain, cookies = "", "allowed", "with cookies"
	for name, test := range map[string]struct {
		listed, seeded []string
		origin         []string
		want           string
	}{
		"localhost by default":            {nil, nil, []string{"http://localhost:3000"}, plain},
		"an address of this machine":      {nil, nil, []string{"https://127.0.0.1"}, plain},
		"another site":                    {nil, nil, []string{"https://evil.example"}, none},
		"a name that begins so":           {nil, nil, []string{"http://localhost.evil.example"}, none},
		"a page without an origin":        {nil, nil, []string{"null"}, none},
		"no page":                         {nil, nil, nil, none},
		"two origins":                     {nil, nil, []string{"http://localhost", "http://localhost"}, none},
		"listed":                          {[]string{"https://app.example"}, nil, []string{"https://app.example"}, cookies},
		"listed in another spelling":      {[]string{"HTTPS://App.example:443/"}, nil, []string{"https://app.example"}, cookies},
		"listed with another scheme":      {[]string{"https://app.example"}, nil, []string{"http://app.example"}, none},
		"listed with another port":        {[]string{"https://app.example"}, nil, []string{"https://app.example:8443"}, none},
		"below a listed one":              {[]string{"https://app.example"}, nil, []string{"https://x.app.example"}, none},
		"a listed one as a name's end":    {[]string{"https://app.example"}, nil, []string{"https://evilapp.example"}, none},
		"localhost beside a list":         {[]string{"https://app.example"}, nil, []string{"http://localhost:3000"}, none},
		"localhost in the list":           {[]string{"http://localhost:3000"}, nil, []string{"http://localhost:3000"}, cookies},
		"seeded":                          {nil, []string{"https://app.example"}, []string{"https://app.example"}, cookies},
		"localhost beside a seeded list":  {nil, []string{"https://app.example"}, []string{"http://localhost"}, none},
		"seeded beside a list":            {[]string{"https://a.example"}, []string{"https://b.example"}, []string{"https://b.example"}, cookies},
		"listed beside a seeded list":     {[]string{"https://a.example"}, []string{"https://b.example"}, []string{"https://a.example"}, cookies},
		"null beside a list":              {[]string{"https://a.example"}, nil, []string{"null"}, none},
		"a wildcard as the page's origin": {nil, nil, []string{"*"}, none},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			origins, err := New(test.listed)
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("POST", "/", nil)
			r.Header["Origin"] = test.origin
			grant, ok := origins.Of(r, test.seeded)
			h := http.Header{}
			if ok {
				grant.Add(h)
			}
			got := none
			switch {
			case h.Get("Access-Control-Allow-Credentials") == "true":
				got = cookies
			case ok:
				got = plain
			}
			if got != test.want {
				t.Errorf("it is %q, want %q", got, test.want)
			}
			if ok && (h.Get("Access-Control-Allow-Origin") != test.origin[0] || h.Get("Vary") != "Origin") {
				t.Errorf("the answer has %v", h)
			}
		})
	}
}

// TestAnswersOfOthersStay has answers with such fields already.
func TestAnswersOfOthersStay(t *testing.T) {
	t.Parallel()
	const page = "http://localhost:3000"
	for _, test := range []struct {
		own         string
		credentials bool
		want        string
		kept        bool
	}{
		{"", false, page, false}, {page, false, page, true}, {page, true, page, true}, {"*", false, "*", true}, {"*", true, page, false},
		{"https://app.example", false, page, false}, {"null", false, page, false},
	} {
		h := http.Header{}
		if test.own != "" {
			h.Set("Access-Control-Allow-Origin", test.own)
		}
		Grant{origin: page, credentials: test.credentials}.Add(h)
		if h.Get("Access-Control-Allow-Origin") != test.want || (len(h) == 1) != test.kept || len(h.Values("Access-Control-Allow-Origin")) != 1 {
			t.Errorf("%q, cookies %t: %v", test.own, test.credentials, h)
		}
	}
}

// TestPreflight allows the fields that a page asks for, if they are names of fields.
func TestPreflight(t *testing.T) {
	t.Parallel()
	for asked, want := range map[string]string{
		"": "", "content-type": "content-type", "content-type, x-trace": "content-type, x-trace", "a\r\nb": "", "a: b": "", "<script>": "",
		strings.Repeat("a", maxAsked+1): "",
	} {
		r := httptest.NewRequest("OPTIONS", "/", nil)
		r.Header["Access-Control-Request-Headers"] = []string{asked}
		h := http.Header{}
		Grant{origin: "http://localhost"}.AddPreflight(h, r, "POST")
		if h.Get("Access-Control-Allow-Headers") != want || h.Get("Access-Control-Allow-Methods") != "POST" || h.Get("Access-Control-Max-Age") == "" {
			t.Errorf("%q: %v", asked, h)
		}
	}
	r := httptest.NewRequest("OPTIONS", "/", nil)
	r.Header.Set("Access-Control-Request-Method", "POST")
	if PreflightMethod(r) != "" {
		t.Error("a request without an origin is a preflight")
	}
	r.Header.Set("Origin", "http://localhost")
	if PreflightMethod(r) != "POST" {
		t.Error("a preflight is none")
	}
	r.Method = "POST"
	if PreflightMethod(r) != "" {
		t.Error("a POST is a preflight")
	}
}

// TestWriter adds the fields once, when the answer begins, in whatever way that is.
func TestWriter(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(http.ResponseWriter){
		"a status":      func(w http.ResponseWriter) { w.WriteHeader(400) },
		"a body":        func(w http.ResponseWriter) { _, _ = w.Write([]byte("x")) },
		"a flush":       func(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() },
		"a hint before": func(w http.ResponseWriter) { w.WriteHeader(http.StatusEarlyHints); w.WriteHeader(200) },
		"several parts": func(w http.ResponseWriter) {
			w.WriteHeader(200)
			_, _ = w.Write([]byte("x"))
			_, _ = w.Write([]byte("y"))
		},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			answer(Grant{origin: "http://localhost"}.Writer(w))
		}))
		response, err := http.Get(server.URL)
		server.Close()
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		h := response.Header
		if len(h.Values("Access-Control-Allow-Origin")) != 1 || h.Get("Access-Control-Allow-Origin") != "http://localhost" || len(h.Values("Vary")) != 1 {
			t.Errorf("%s: %v", name, h)
		}
	}
}
