package authenticate

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/caddy-workos/caddy-workos/store"
)

// TestUnclearBodies cannot be read, or mean two things.
func TestUnclearBodies(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const asJSON, asForm = "application/json", "application/x-www-form-urlencoded"
	login := `"grant_type":"password","client_id":"client_ENV","client_secret":"sk_test_accepted","email":"alice@acme.example"`
	form := "grant_type=password&client_id=client_ENV&client_secret=sk_test_accepted&email=alice@acme.example"
	for name, test := range map[string][2]string{
		"no JSON":           {asJSON, `{`},
		"an array":          {asJSON, `[{` + login + `}]`},
		"a number":          {asJSON, `{` + login + `,"password":1}`},
		"an object":         {asJSON, `{` + login + `,"password":{"a":1}}`},
		"twice":             {asJSON, `{` + login + `,"password":"x","password":"secret"}`},
		"twice, escaped":    {asJSON, `{` + login + `,"password":"x","pass\u0077ord":"secret"}`},
		"two objects":       {asJSON, `{` + login + `,"password":"secret"}{}`},
		"too deep":          {asJSON, strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000)},
		"form, twice":       {asForm, form + "&password=x&password=secret"},
		"form, two clients": {asForm, form + "&password=secret&client_id=client_OTHER"},
		"form, no escape":   {asForm, form + "&password=%zz"},
		"JSON in a form":    {asForm, `{` + login + `,"password":"secret"}`},
		"nothing":           {asJSON, ``},
	} {
		a := f.post("/user_management/authenticate", test[0], test[1])
		if a.status != 400 || a.text("error") != "invalid_request" || a.text("error_description") == "" {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
		if strings.Contains(a.raw, "secret\"") || strings.Contains(a.raw, key) {
			t.Errorf("%s: the answer shows a secret: %s", name, a.raw)
		}
	}
	if n := len(store.Sessions.All(f.store.View())); n != 0 {
		t.Errorf("there are %d sessions", n)
	}
	a := f.post("/user_management/authenticate", asJSON, `{`+login+`,"password":"secret","signals_id":null,"expires_in":1440,"scopes":["a","b"]}`)
	if a.status != 200 {
		t.Errorf("parameters that mean nothing here: %s", a.raw)
	}
}

// TestLongValuesAreNotRepeated sends values of a quarter of a mebibyte.
func TestLongValuesAreNotRepeated(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	long := strings.Repeat("a", 1<<18)
	for _, b := range []body{
		passwordOf("alice").with("email", long+"@acme.example"), grantBody(codeGrant, "code", long), grantBody(long),
		grantBody(chooseGrant, pendingToken, long, "organization_id", long), grantBody(magicGrant, "email", long, "code", long),
		grantBody(refreshGrant, "refresh_token", long, "organization_id", long), grantBody(deviceGrant, "device_code", long),
	} {
		if a := f.send(b).want(400); len(a.raw) > 1000 {
			t.Errorf("%.20s: the answer has %d bytes", b["grant_type"], len(a.raw))
		}
	}
}

// TestLongDescriptionsAreShortened: a session keeps half a kibibyte of what describes the client of a login, as UTF-8.
func TestLongDescriptionsAreShortened(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	long := strings.Repeat("é", 1<<17)
	token := f.send(passwordOf("carol").with("ip_address", long)).want(403).text(pendingToken)
	f.send(grantBody(chooseGrant, pendingToken, token, "organization_id", "org_ONE", "user_agent", "a"+long)).want(200)
	for _, s := range store.Sessions.All(f.store.View()) {
		if len(s.IPAddress) != 512 || len(s.UserAgent) != 511 || !utf8.ValidString(s.UserAgent) {
			t.Errorf("it keeps %d and %d bytes", len(s.IPAddress), len(s.UserAgent))
		}
	}
}
