package execute

import (
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// TestEnvironment is what a command is told, by where it reaches the server.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"http://localhost:40123":           "localhost 40123 false http://localhost:40123",
		"http://127.0.0.1:40123/":          "127.0.0.1 40123 false http://127.0.0.1:40123",
		"http://[::1]:40123":               "[::1] 40123 false http://[::1]:40123",
		"https://auth.example.com":         "auth.example.com 443 true https://auth.example.com",
		"http://auth.example.com":          "auth.example.com 80 false http://auth.example.com",
		"https://auth.example.com:8443/wo": "auth.example.com 8443 true https://auth.example.com:8443/wo",
		// docker compose: a container reaches the host by this name
		"http://host.docker.internal:4100": "host.docker.internal 4100 false http://host.docker.internal:4100",
	} {
		inherited := []string{"PATH=/bin", "WORKOS_API_KEY=sk_live_real", "WORKOS_API_HTTPS=true", "WORKOS_API_PORT=", "WORKOS_BASE_URL=https://api.workos.com", "WORKOS_API_KEY_NAME=x"}
		environment, err := Environment(inherited, Target{URL: url, Key: "sk_test_local", ClientID: "client_a"})
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join([]string{
			Lookup(environment, HostVariable), Lookup(environment, PortVariable), Lookup(environment, HTTPSVariable), Lookup(environment, BaseURLVariable),
		}, " ")
		if got != want || Lookup(environment, LaravelVariable) != Lookup(environment, BaseURLVariable) {
			t.Errorf("%s: it is told %s, want %s", url, got, want)
		}
		if Lookup(environment, KeyVariable) != "sk_test_local" || Lookup(environment, ClientVariable) != "client_a" ||
			Lookup(environment, "PATH") != "/bin" || Lookup(environment, "WORKOS_API_KEY_NAME") != "x" {
			t.Errorf("%s: the environment is %q", url, environment)
		}
		if strings.Contains(strings.Join(environment, " "), "sk_live_real") {
			t.Errorf("%s: the real key is in the environment", url)
		}
	}
}

// TestCookiePassword is made where there is none, and is long enough for AuthKit.
func TestCookiePassword(t *testing.T) {
	t.Parallel()
	for inherited, want := range map[string]string{
		"WORKOS_COOKIE_PASSWORD=the password of the application": "the password of the application", "WORKOS_COOKIE_PASSWORD=": "", "A=b": "",
	} {
		environment, err := Environment([]string{inherited}, Target{URL: "http://localhost:1"})
		if err != nil {
			t.Fatal(err)
		}
		got := Lookup(environment, CookiePasswordVariable)
		if want != "" && got != want || len(got) < 32 && want == "" {
			t.Errorf("%s: the password is %q", inherited, got)
		}
		again, _ := Environment([]string{inherited}, Target{URL: "http://localhost:1"})
		if want == "" && Lookup(again, CookiePasswordVariable) == got {
			t.Error("it is the same in each run")
		}
	}
}

const (
	real  = "{env.WORKOS_API_KEY}"
	owned = "organizations: [{name: Acme}]\n"
)

// TestChoice goes through seeds and flags.
func TestChoice(t *testing.T) {
	t.Parallel()
	const inheritedKey, made = "sk_live_inherited", "made"
	mixed := serving.Site{Upstream: "https://api.workos.com", UpstreamKey: real, AcceptKeys: []string{real}}
	keyless := serving.Site{Upstream: "https://api.workos.com"}
	client := func(fields string) string {
		return owned + "connectApplications: [{name: A, organization: Acme, " + fields + "}, {name: B, organization: Acme, client_id: client_b, audience: client_second}]"
	}
	for name, test := range map[string]struct {
		seed              string
		site              serving.Site
		audience          string
		inherited         string
		wantKey, wantClnt string
	}{
		"no seed":                      {"", serving.Site{}, "", "", "sk_test_default", "client_emulated"},
		"a key":                        {"apiKeys: {sk_test_a: {}, sk_test_b: {}}", serving.Site{}, "", "", "sk_test_a", "client_emulated"},
		"an expired key":               {"apiKeys: {sk_test_a: {expires_at: 2020-01-01}, sk_test_b: {}}", serving.Site{}, "", "", "sk_test_b", "client_emulated"},
		"keys of customers":            {owned + "apiKeys: [{name: A, organization: Acme, value: sk_test_customer}]", serving.Site{}, "", "", made, "client_emulated"},
		"none left":                    {"apiKeys: {sk_test_a: {expires_at: 2020-01-01}}", serving.Site{}, "", "", made, "client_emulated"},
		"upstream":                     {"apiKeys: {sk_test_default: {}, sk_test_b: {}}", mixed, "", "", "sk_test_b", "client_emulated"},
		"upstream, no seed":            {"", mixed, "", "", inheritedKey, "client_emulated"},
		"upstream, public key only":    {"apiKeys: {sk_test_default: {}}", mixed, "", "", inheritedKey, "client_emulated"},
		"upstream, a customer's":       {owned + "apiKeys: [{name: A, organization: Acme, value: sk_test_c, upstream: true}]", mixed, "", "", "sk_test_c", "client_emulated"},
		"upstream, a local customer's": {owned + "apiKeys: [{name: A, organization: Acme, value: sk_test_c}]", mixed, "", "", inheritedKey, "client_emulated"},
		"upstream without its key":     {"", keyless, "", "", "sk_test_default", "client_emulated"},
		"an application":               {client("client_id: client_a"), serving.Site{}, "", "", "sk_test_default", "client_a"},
		"its audience":                 {client("client_id: client_a, audience: client_env"), serving.Site{}, "", "", "sk_test_default", "client_env"},
		"an inherited client":          {client("client_id: client_a, audience: client_env"), serving.Site{}, "", "client_mine", "sk_test_default", "client_mine"},
		"--audience":                   {client("client_id: client_a"), serving.Site{}, "client_flag", "client_mine", "sk_test_default", "client_flag"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parsed, err := seed.Parse("seed.yaml", []byte(test.seed), seed.Options{})
			if err != nil {
				t.Fatal(err)
			}
			credentials := (&serving.Running{Site: test.site, Seed: parsed}).Credentials()
			key, err := ChooseKey(credentials, test.site, inheritedKey)
			if err != nil {
				t.Fatal(err)
			}
			if key.Made && test.wantKey != made || !key.Made && key.Value != test.wantKey {
				t.Errorf("the key is %+v, want %s", key, test.wantKey)
			}
			if got := ChooseClient(credentials, test.audience, test.inherited); got != test.wantClnt {
				t.Errorf("the client is %s, want %s", got, test.wantClnt)
			}
		})
	}
}
