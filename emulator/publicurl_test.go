package emulator

import (
	"net/http"
	"strings"
	"testing"
)

// TestPublicURL checks that all endpoints in discovery documents, and the issuer of tokens, begin with it.
func TestPublicURL(t *testing.T) {
	t.Parallel()
	const public, issuer = "https://auth.example.com/workos", "https://issuer.example"
	for name, test := range map[string]struct {
		change func(*Options)
		iss    string
	}{
		"option":            {func(o *Options) { o.PublicURL = public + "/" }, public},
		"function":          {func(o *Options) { o.BaseURL = func(*http.Request) string { return public } }, public},
		"option over it":    {func(o *Options) { o.PublicURL, o.BaseURL = public, func(*http.Request) string { return "x" } }, public},
		"issuer over both":  {func(o *Options) { o.PublicURL, o.Issuer = public, issuer }, issuer},
		"with an upstream":  {func(o *Options) { o.PublicURL = public }, public},
		"issuer, upstream":  {func(o *Options) { o.PublicURL, o.Issuer = public, issuer }, issuer},
		"function upstream": {func(o *Options) { o.BaseURL = func(*http.Request) string { return public } }, public},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t, test.change)
			if strings.Contains(name, "upstream") {
				f.next = &recorder{status: 200, body: `{"issuer":"https://theirs.example","token_endpoint":"https://theirs.example/t"}`}
			}
			for _, path := range publicDocuments[2:] {
				body := f.send("GET", path, "", anonymous).want(200)
				wantIssuer := test.iss
				if path == publicDocuments[4] {
					wantIssuer += "/user_management/client_X"
				}
				if body["issuer"] != wantIssuer {
					t.Errorf("%s: the issuer is %v", path, body["issuer"])
				}
				for member, value := range body {
					text, _ := value.(string)
					if (strings.HasSuffix(member, "_endpoint") || member == "jwks_uri") && !strings.HasPrefix(text, public+"/") {
						t.Errorf("%s: %s is %s", path, member, text)
					}
				}
			}
			_, claims := claimsOf(t, f, f.tokenOf(backend))
			if claims["iss"] != test.iss {
				t.Errorf("iss is %v", claims["iss"])
			}
		})
	}
}

func TestOptionsOfURLsAreChecked(t *testing.T) {
	t.Parallel()
	for option, change := range map[string]func(*Options){
		"PublicURL": func(o *Options) { o.PublicURL = "auth.example.com" },
		"Issuer":    func(o *Options) { o.Issuer = "https://auth.example.com/path" },
	} {
		o := newServer(t).Options
		change(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), option) {
			t.Errorf("%s: the error is %v", option, err)
		}
	}
}
