package origin

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://api.workos.com":      "https://api.workos.com",
		"http://localhost:8080/":      "http://localhost:8080",
		"":                            "",
		"api.workos.com":              "",
		"ftp://api.workos.com":        "",
		"https://api.workos.com/v1":   "",
		"https://api.workos.com?a=b":  "",
		"https://api.workos.com#a":    "",
		"https://a:hidden@workos.com": "",
		"https://[::hidden":           "",
	} {
		origin, err := Parse(address)
		switch {
		case (err == nil) != (want != ""):
			t.Errorf("%s: the error is %v", address, err)
		case err == nil && origin.Scheme+"://"+origin.Host != want:
			t.Errorf("%s: it is %s", address, origin)
		case err != nil && strings.Contains(err.Error(), "hidden"):
			t.Errorf("%s: the error shows it: %v", address, err)
		}
	}
}

func TestCheckIssuer(t *testing.T) {
	t.Parallel()
	for issuer, right := range map[string]bool{
		"https://auth.example.com": true, "http://localhost:4100": true, "https://auth.example.com/tenant": false, "https://a:b@auth.example.com": false,
		"": false, "auth.example.com": false, "ftp://auth.example.com": false, "https://": false,
		"https://auth.example.com/": false, "https://auth.example.com?a": false, "https://auth.example.com#a": false,
	} {
		if err := CheckIssuer(issuer); (err == nil) != right {
			t.Errorf("%q: the error is %v", issuer, err)
		}
	}
}
