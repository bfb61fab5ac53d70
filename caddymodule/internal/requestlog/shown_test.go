package requestlog

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/redact"
	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

// pinned are secrets that a seed pins, of which none is told by its form.
var pinned = []string{"sk_test_of_the_seed", "correct horse battery", "secret_local_backend", "pa55word", "words/and/slashes"}

func known() []redact.Known {
	var secrets []scan.Secret
	for _, secret := range pinned {
		secrets = append(secrets, scan.Of(secret)...)
	}
	return []redact.Known{{Kind: "a secret of the emulator", Set: scan.NewSet(secrets, true)}}
}

func shown(path string) string { return Request{Path: path, Secrets: known()}.ShownPath() }

// TestPathsOfWorkOSAreShown: what is not secret stays as it is.
func TestPathsOfWorkOSAreShown(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		"/", "*", "/oauth2/token", "/oauth2/jwks", "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration",
		"/connect/applications/conn_app_01J9Q2Z7X8W9V6B5N4M3K2H1G0/client_secrets",
		"/organizations/org_01EHZNVPK3SFK441A1RGBFSHRT", "/organizations/external_id/acme-42",
		"/user_management/users/user_01E4ZCR3C56J083X43JQXF3JK5/auth_factors",
		"/user_management/client_01EMULATED/.well-known/openid-configuration", "/sso/jwks/client_local_backend",
		"/authorization/organizations/org_01EHZNVPK3SFK441A1RGBFSHRT/roles/org-billing-admin",
		"/user_management/users/external_id/jane.doe@example.com", "/data-integrations/salesforce/authorize", "/x//y/",
		"/user_management/authenticate", "/x/authkit/users/authenticate", "/user_management/sessions/logout", "/user_management/authorize/device",
		"/user_management/organization_memberships/om_01E4ZCR3C56J083X43JQXF3JK5/deactivate", "/user_management/users/user_01E4ZCR3C56J083X43JQXF3JK5/sessions",
		"/auth/factors/auth_factor_01FVYZ5QM8N98T9ME5BCB2BBMJ/challenge", "/device", "/sso/authorize", "/sso/token", "/sso/profile",
		"/portal/generate_link", "/vault/v1/kv/name/my%20key", "/_emulate/hooks", "/health",
	} {
		if got := shown(path); got != path {
			t.Errorf("%s is shown as %s", path, got)
		}
	}
}

// TestSecretsOfPathsAreNotShown, in whatever way a client has written them.
func TestSecretsOfPathsAreNotShown(t *testing.T) {
	t.Parallel()
	const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyXzAxIn0.c2lnbmF0dXJl"
	secrets := append([]string{
		"sk_live_1234567890abcdef", "sk_x1", jwt, "Z1uX3RbwcIl5fIGJJJCXXisdI", "9f86d081884c7d659a2feaa0c55ad015",
		"wst_Q2xpZW50U2VjcmV0", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "hunter2=swordfish", "AKIAIOSFODNN7EXAMPLE",
		"whsec_vB2xYqLm8sT4", "-----BEGIN PRIVATE KEY-----", "qwertyuiopasdfghjklzxcvbnm",
	}, pinned...)
	percent := func(text string) string {
		var b strings.Builder
		for i := range len(text) {
			b.WriteString("%" + strings.ToUpper(string("0123456789abcdef"[text[i]>>4])) + string("0123456789abcdef"[text[i]&15]))
		}
		return b.String()
	}
	for _, secret := range secrets {
		for name, written := range map[string]string{
			"as it is":       strings.ReplaceAll(url.PathEscape(secret), "%2F", "/"),
			"escaped":        percent(secret),
			"escaped twice":  percent(percent(secret)),
			"escaped thrice": percent(percent(percent(secret))),
			"in base64":      base64.RawURLEncoding.EncodeToString([]byte(secret)),
		} {
			if name == "in base64" && len(secret) < 10 { // a short one is a secret where it is a whole value
				continue
			}
			for _, path := range []string{"/" + written, "/organizations/" + written + "/roles", "/user_management/password_reset/" + written} {
				got := shown(path)
				if !strings.Contains(got, redact.Marker) || strings.Contains(got, secret) || strings.Contains(got, written) {
					t.Errorf("%s, %s: %s is shown as %s", secret, name, path, got)
				}
			}
		}
	}
}

// TestTokensAreToldByTheirPlace: a token of an invitation is one whatever it looks like, and it has no tag.
func TestTokensAreToldByTheirPlace(t *testing.T) {
	t.Parallel()
	if got, want := shown("/user_management/invitations/by_token/abc"), "/user_management/invitations/by_token/[redacted]"; got != want {
		t.Errorf("it is shown as %s, want %s", got, want)
	}
}

// TestPathsAreFitForATerminal: no control characters, no invalid UTF-8, and a bounded length.
func TestPathsAreFitForATerminal(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		"/\x1b[2J\x1b]0;title\x07", "/a\r\n14:02:31 POST /forged 200", "/\xff\xfe\x80", "/%1b[2J%0a", "/\u202egnp.exe", "/a\u0085b", "/a\u200bb",
		"/" + strings.Repeat("a", 5000), "/" + strings.Repeat("organizations/", 500), "/" + strings.Repeat("é", 300), strings.Repeat("/x", maxRead),
		"/%", "/%zz", "",
	} {
		fit(t, shown(path))
	}
	request := Request{Outcome: emulator.Outcome{ClientID: "client_\x1b[2J\n" + strings.Repeat("x", 1000)}, Method: "\x1b[2J"}
	fit(t, request.Detail())
	fit(t, request.ShownMethod())
}

func fit(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxShown+1 || strings.IndexFunc(text, func(c rune) bool { return !unicode.IsPrint(c) }) >= 0 {
		t.Errorf("it is shown as %q", text)
	}
}

// TestMethodsOfClientsAreNotShown: it may be a secret.
func TestMethodsOfClientsAreNotShown(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]string{"GET": "GET", "DELETE": "DELETE", "sk_test_of_the_seed": "(other method)", "get": "(other method)", "": "(other method)"} {
		if got := (Request{Method: method}).ShownMethod(); got != want {
			t.Errorf("%q is shown as %q, want %q", method, got, want)
		}
	}
}

// TestDetail says the code, the application, or that there is no fixture.
func TestDetail(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]Request{
		"":                                    {},
		"client_local_backend":                {Outcome: emulator.Outcome{ClientID: "client_local_backend"}},
		"invalid_client client_local_backend": {Outcome: emulator.Outcome{Code: "invalid_client", ClientID: "client_local_backend"}},
		"entity_not_found":                    {Outcome: emulator.Outcome{Code: "entity_not_found"}},
		"fixture_not_found":                   {Miss: "No fixture for GET /x."},
		"client_01ENVIRONMENT":                {Outcome: emulator.Outcome{ClientID: "client_01ENVIRONMENT"}},
		"client_01HYW0F8J6J9T1E7TB7RKXH7Y9":   {Outcome: emulator.Outcome{ClientID: "client_01HYW0F8J6J9T1E7TB7RKXH7Y9"}},
		"invalid_client [redacted]":           {Outcome: emulator.Outcome{Code: "invalid_client", ClientID: "sk_live_1234567890abcdef"}},
		"[redacted]":                          {Outcome: emulator.Outcome{ClientID: "pa55word"}, Secrets: known()},
	} {
		if got := r.Detail(); got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
	}
}

// FuzzShownPath looks for paths that are not fit for a terminal, or show a planted secret.
func FuzzShownPath(f *testing.F) {
	f.Add("/a/", "/b", uint8(0))
	f.Add("\x1b%1b", "%", uint8(1))
	f.Fuzz(func(t *testing.T, before, after string, which uint8) {
		secret := pinned[int(which)%3] // those that are long are found wherever they stand
		path := before + secret + after
		got := shown(path)
		fit(t, got)
		if strings.Contains(got, secret) {
			t.Errorf("%q is shown as %q", path, got)
		}
	})
}

// TestShortSecretsAreNotShown, within a name and in the message of a miss.
func TestShortSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	if got := shown("/a-pa55word-b"); strings.Contains(got, "pa55word") {
		t.Errorf("it is shown as %s", got)
	}
	for said, want := range map[string]string{
		"GET /a/pa55word: nothing was recorded for this path.":   "GET /a/[redacted]: nothing was recorded for this path.",
		"GET /a?pa55word=1&x=pa55word: the nearest one is GET/a": "GET /a?[redacted]=1&x=[redacted]: the nearest one is GET/a",
		"GET /a/%70%61%35%35word: there are no fixtures at all.": "GET /a/[redacted]: there are no fixtures at all.",
		"GET /a/%2573%256b: there are no fixtures at all.":       "GET /a/[redacted]: there are no fixtures at all.",
		"GET /users?email=jane%40example.com: with my pa55":      "GET /users?email=jane%40example.com: with my pa55",
	} {
		if got := WithoutKnown(said, known()); got != want {
			t.Errorf("it is %s, want %s", got, want)
		}
	}
}
