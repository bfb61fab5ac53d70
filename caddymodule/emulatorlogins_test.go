package caddymodule

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-workos/caddy-workos/emulator"
)

// TestLoginsAreResolved gives each option by a placeholder, as a JSON configuration may.
func TestLoginsAreResolved(t *testing.T) {
	for name, value := range map[string]string{
		"LOGIN": "password", "CREATE": "local", "CLIENT": "client_01ENVIRONMENT", "URI": "https://*.example.com/callback", "ORIGIN": "https://app.example.com",
		"AUDIENCE": "client_id",
	} {
		t.Setenv("LOGINS_TEST_"+name, value)
	}
	m := &Emulator{
		Login: "{env.LOGINS_TEST_LOGIN}", Create: "{env.LOGINS_TEST_CREATE}", ClientID: []string{"{env.LOGINS_TEST_CLIENT}", "client_b"},
		RedirectURI: []string{"{env.LOGINS_TEST_URI}", "http://localhost:*/callback"}, SignOutRedirect: []string{"{env.LOGINS_TEST_URI}"},
		CORSOrigin: []string{"{env.LOGINS_TEST_ORIGIN}"}, UserTokenAudience: "{env.LOGINS_TEST_AUDIENCE}",
	}
	r, err := m.resolve()
	if err != nil {
		t.Fatal(err)
	}
	want := logins{
		login: emulator.LoginPassword, createLocal: true, clientIDs: []string{"client_01ENVIRONMENT", "client_b"},
		redirectURIs: []string{"https://*.example.com/callback", "http://localhost:*/callback"}, signOutRedirects: []string{"https://*.example.com/callback"},
		corsOrigins: []string{"https://app.example.com"}, userTokenAudience: true,
	}
	if !reflect.DeepEqual(r.logins, want) {
		t.Errorf("they are %+v, want %+v", r.logins, want)
	}
	if r, err := new(Emulator).resolve(); err != nil || !reflect.DeepEqual(r.logins, logins{}) {
		t.Errorf("by default they are %+v, %v", r.logins, err)
	}
}

// TestLoginsThatAreWrong names the option in each error, and never what a placeholder stands for.
func TestLoginsThatAreWrong(t *testing.T) {
	const hidden = "hidden-value-of-the-test"
	t.Setenv("LOGINS_TEST_WRONG", hidden)
	const wrong = "{env.LOGINS_TEST_WRONG}"
	for name, m := range map[string]*Emulator{
		"login":               {Login: wrong},
		"create":              {Create: wrong},
		"client_id":           {ClientID: []string{"{env.LOGINS_TEST_NONE}"}},
		"redirect_uri":        {RedirectURI: []string{wrong}},
		"sign_out_redirect":   {SignOutRedirect: []string{"http://localhost", wrong}},
		"cors_origin":         {CORSOrigin: []string{wrong}},
		"user_token_audience": {UserTokenAudience: wrong},
		"user_token_ttl":      {UserTokenTTL: caddy.Duration(time.Millisecond)},
		"session_ttl":         {SessionTTL: caddy.Duration(-time.Second)},
	} {
		_, err := m.resolve()
		if err == nil || !strings.HasPrefix(err.Error(), name+": ") || strings.Contains(err.Error(), hidden) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	for _, empty := range []*Emulator{{ClientID: []string{""}}, {RedirectURI: []string{""}}, {CORSOrigin: []string{""}}} {
		if _, err := empty.resolve(); err == nil || !strings.HasSuffix(err.Error(), ": a value is empty") {
			t.Errorf("the error is %v", err)
		}
	}
}
