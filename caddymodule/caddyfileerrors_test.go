package caddymodule

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2/caddyconfig"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/directive"
)

// adapt adapts a site.
func adapt(t *testing.T, site string) (string, error) {
	t.Helper()
	text := "http://localhost:4100 {\n" + site + "\n}\n"
	adapted, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), map[string]any{"filename": "Caddyfile"})
	return string(adapted), err
}

// TestCaddyfileErrorsNameTheOptionItsBlockAndTheLine puts options where they do not belong.
func TestCaddyfileErrorsNameTheOptionItsBlockAndTheLine(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		site string
		line int // of the file
		want []string
	}{
		"mistyped":                                 {"workos {\nsead x\n}", 3, []string{`did you mean "seed"?`, "he options are upstream, authkit, fixtures, seed, "}},
		"mistyped in the emulator":                 {"workos_emulator {\nsead x\n}", 3, []string{`did you mean "seed"?`}},
		"mistyped in fixtures":                     {"workos {\nfixtures d {\nmode replay\nredakt x\n}\n}", 5, []string{`did you mean "redact"?`}},
		"mistyped in an upstream":                  {"workos {\nupstream https://x {\napi_kye x\n}\n}", 4, []string{`did you mean "api_key"?`}},
		"mistyped, of http":                        {"workos {\nupstream https://x {\ndail_timeout 1s\n}\n}", 4, []string{`did you mean "dial_timeout"?`}},
		"mistyped in a transport":                  {"reverse_proxy x {\ntransport workos {\ndirekt\n}\n}", 4, []string{`did you mean "direct"?`}},
		"mistyped, elsewhere":                      {"workos {\napi_kye x\n}", 3, []string{`did you mean "api_key"? It belongs into upstream's block`}},
		"api_key of workos":                        {"workos {\napi_key x\n}", 3, []string{"belongs into upstream's block"}},
		"api_key of the emulator":                  {"workos_emulator {\napi_key x\n}", 3, []string{"belongs into transport workos' block"}},
		"api_key of fixtures":                      {"workos {\nfixtures d {\napi_key x\n}\n}", 4, []string{"belongs into upstream's block"}},
		"mode of workos":                           {"workos {\nfixtures d\nmode replay\n}", 4, []string{"mode", "belongs into fixtures' block"}},
		"mode of workos, in a block":               {"workos {\nfixtures d {\nredact x\n}\nmode replay\n}", 6, []string{"belongs into fixtures' block"}},
		"no mode":                                  {"workos {\nfixtures d\nseed x\n}", 3, []string{"mode is required in the block of fixtures: one of replay, "}},
		"no mode of the directive":                 {"workos_fixtures d {\nredact x\n}", 2, []string{"mode is required in the block of workos_fixtures: one of replay, "}},
		"mode beside fixtures":                     {"workos {\nmode replay\nfixtures d\n}", 3, []string{"belongs into fixtures' block"}},
		"mode of the emulator":                     {"workos_emulator {\nmode replay\n}", 3, []string{"belongs into workos_fixtures' block"}},
		"seed of an upstream":                      {"workos {\nupstream https://x {\nseed x\n}\n}", 4, []string{"belongs into workos' block,"}},
		"seed of authkit":                          {"workos {\nauthkit https://x {\nseed x\n}\n}", 4, []string{"no option of authkit", "belongs into workos' block"}},
		"seed of fixtures":                         {"workos_fixtures d {\nseed x\n}", 3, []string{"belongs into workos_emulator's block"}},
		"seed of a transport":                      {"reverse_proxy x {\ntransport workos {\nseed x\n}\n}", 4, []string{"belongs into workos_emulator's block"}},
		"fixtures of an upstream":                  {"workos {\nupstream https://x {\nfixtures d\n}\n}", 4, []string{"belongs into workos' block"}},
		"upstream of the emulator":                 {"workos_emulator {\nupstream https://x\n}", 3, []string{"belongs into workos' block"}},
		"dial_timeout of workos":                   {"workos {\ndial_timeout 1s\n}", 3, []string{"belongs into upstream's block"}},
		"instance of fixtures":                     {"workos {\nfixtures d {\nmode replay\ninstance x\n}\n}", 5, []string{"instance is that of workos, and belongs into its block"}},
		"unlike any":                               {"workos {\nfrobnicate x\n}", 3, []string{`unknown option "frobnicate" in workos: the options are upstream, authkit, fixtures, seed, public_url, `, `answer_unreachable`}},
		"of http, unlike any":                      {"workos {\nupstream https://x {\nfrobnicate x\n}\n}", 4, []string{`unknown option "frobnicate" in upstream: the options are api_key and those of transport http`}},
		"of authkit, unlike any":                   {"workos {\nauthkit https://x {\ndial_timeout 1s\nfrobnicate x\n}\n}", 5, []string{`"frobnicate" in authkit`, "those of transport http"}},
		"of a transport, unlike any":               {"reverse_proxy x {\ntransport workos {\nfrobnicate x\n}\n}", 4, []string{`"frobnicate" in transport workos: the options are api_key, direct and those of transport http`}},
		"in camel case":                            {"workos {\npublicURL https://x\n}", 3, []string{`unknown option in workos: did you mean "public_url"? The options are `}},
		"with dashes":                              {"workos_emulator {\ntoken-ttl 1h\n}", 3, []string{`did you mean "token_ttl"? The options are seed, `}},
		"shortened":                                {"workos_fixtures d {\nheader Accept\n}", 3, []string{`did you mean "match_header"? The options are mode, `}},
		"in camel case, elsewhere":                 {"workos {\napiKey x\n}", 3, []string{`did you mean "api_key"? It belongs into upstream's block`, "the options are upstream, "}},
		"match_header beside fixtures":             {"workos {\nmatch_header Accept\n}", 3, []string{"belongs into fixtures' block"}},
		"a mode after the folder":                  {"workos {\nfixtures d replay\n}", 3, []string{"fixtures: the mode belongs into the block: mode replay"}},
		"a mode after the folder of the directive": {"workos_fixtures d replay {\n}", 2, []string{"mode"}},
		"a mode after its name":                    {"workos {\nfixtures d mode replay\n}", 3, []string{"fixtures: the mode belongs into the block: mode replay"}},
		"a block of a seed":                        {"workos {\nseed x {\nwatch\n}\n}", 3, []string{"seed has no block"}},
		"a block of a mode":                        {"workos {\nfixtures d {\nmode replay {\n}\n}\n}", 4, []string{"mode has no block"}},
		"a block of an api_key":                    {"workos {\nupstream https://x {\napi_key x {\na\n}\n}\n}", 4, []string{"api_key has no block"}},
		"a variable that is not set":               {"workos {\nupstream https://x {\napi_key {$WORKOS_TEST_NONE}\n}\n}", 4, []string{"api_key: ", "there is none, as where a {$NAME} is not set"}},
		"authkit without a scheme":                 {"workos {\nauthkit x.authkit.app\n}", 3, []string{"authkit: want an origin", "https://example.authkit.app"}},
		"two folders":                              {"workos {\nfixtures d e\n}", 3, []string{"fixtures: wrong argument count: want one, the folder"}},
		"no folder":                                {"workos {\nfixtures\n}", 3, []string{"fixtures: wrong argument count: want one, the folder"}},
		"port of upstream":                         {"workos {\nport 1\n}", 3, []string{`unknown option "port" in workos: the options are`}},
		"a key as an argument of a transport":      {"reverse_proxy x {\ntransport workos sk_test_x\n}", 3, []string{"transport workos: wrong argument count: want none"}},
		"an argument of the emulator":              {"workos_emulator seed.yaml", 2, []string{"wrong argument count"}},
		"a seed as an argument":                    {"workos seed.yaml", 2, []string{"and the options in a block"}},
		"seed inside fixtures":                     {"workos {\nfixtures d {\nmode replay\nseed x\n}\n}", 5, []string{"belongs into workos' block"}},
		"api_key twice":                            {"workos {\nupstream https://x {\napi_key {env.A}\napi_key {env.B}\n}\n}", 5, []string{"api_key is given more than once"}},
		"api_key with a space":                     {"workos {\nupstream https://x {\napi_key \"a b\"\n}\n}", 4, []string{"api_key: holds a space"}},
		"accept_key of spaces":                     {"workos {\naccept_key \" \"\n}", 3, []string{"accept_key: is empty"}},
		"public_url":                               {"workos {\npublic_url example.com\n}", 3, []string{"public_url: want an origin such as https://auth.example.com"}},
		"issuer with a path":                       {"workos_emulator {\nissuer https://x/y\n}", 3, []string{"issuer: "}},
		"part of a second":                         {"workos {\ntoken_ttl 1500ms\n}", 3, []string{"token_ttl: want a positive number of whole seconds, got 1.5s"}},
		"a switch":                                 {"workos {\ntest_api yes\n}", 3, []string{`test_api: want on or off, got "yes"`}},
		"iss":                                      {"workos_fixtures d {\nmode replay\niss there\n}", 4, []string{"iss: want recorded or here"}},
		"times":                                    {"workos_fixtures d {\nmode replay\ntimes live\n}", 4, []string{`times: want living or recorded, got "live"`}},
		"emulate, of several":                      {"workos {\nemulate token\nemulate jwks frobnicate\n}", 4, []string{"unknown group", "the groups are token, "}},
		"mode":                                     {"workos_fixtures d {\nmode replai\n}", 3, []string{`mode: `, `did you mean "replay"?`}},
		"verify":                                   {"workos_fixtures d {\nmode verify\nverify all\n}", 4, []string{"verify: want shape or values"}},
		"claims":                                   {"workos {\nclaims prod\n}", 3, []string{"claims: want default or production", `did you mean "production"?`}},
		"emulate":                                  {"workos {\nemulate token users apikeys\n}", 3, []string{`did you mean "api_keys"?`}},
		"issuer":                                   {"workos {\nissuer ftp://x\n}", 3, []string{"issuer: "}},
		"token_ttl":                                {"workos {\ntoken_ttl soon\n}", 3, []string{"token_ttl: want a duration such as 3600, 1h or 1d"}},
		"upstream":                                 {"workos {\nupstream api.workos.com\n}", 3, []string{"upstream: want an origin"}},
		"twice":                                    {"workos {\nseed a\nseed b\n}", 4, []string{"seed is given more than once"}},
		"login":                                    {"workos {\nlogin frist\n}", 3, []string{`login: want first, page or password, got "frist", did you mean "first"?`}},
		"login of nothing":                         {"workos {\nlogin\n}", 3, []string{"login: wrong argument count: want one"}},
		"login of two":                             {"workos {\nlogin page password\n}", 3, []string{"login: wrong argument count: want one"}},
		"login twice":                              {"workos {\nlogin page\nlogin first\n}", 4, []string{"login is given more than once"}},
		"create":                                   {"workos {\ncreate locally\n}", 3, []string{`create: want local or upstream, got "locally", did you mean "local"?`}},
		"client_id with a space":                   {"workos {\nclient_id \"a b\"\n}", 3, []string{"client_id: ", "want a client ID such as client_01ENVIRONMENT"}},
		"client_id that is a key":                  {"workos {\nclient_id sk_test_a\n}", 3, []string{"client_id: the value: want a client ID such as"}},
		"client_ids":                               {"workos {\nclient_ids a\n}", 3, []string{`did you mean "client_id"?`}},
		"redirect_uri without a host":              {"workos {\nredirect_uri http://localhost:3000/cb\nredirect_uri /callback\n}", 4, []string{"redirect_uri: /callback: "}},
		"redirect_uri of a script":                 {"workos {\nredirect_uri javascript:alert(1)\n}", 3, []string{"redirect_uri: javascript:alert(1): "}},
		"redirect_uri with two wildcards":          {"workos {\nredirect_uri https://*.*.example.com/cb\n}", 3, []string{"redirect_uri: https://*.*.example.com/cb: "}},
		"redirect_uris":                            {"workos {\nredirect_uris a\n}", 3, []string{`did you mean "redirect_uri"?`}},
		"sign_out_redirect":                        {"workos {\nsign_out_redirect example.com\n}", 3, []string{"sign_out_redirect: example.com: "}},
		"cors_origin with a path":                  {"workos {\ncors_origin http://localhost:3000/x\n}", 3, []string{"cors_origin: http://localhost:3000/x: want an origin such as http://localhost:3000"}},
		"cors_origin of all":                       {"workos {\ncors_origin *\n}", 3, []string{"cors_origin: *: wildcards are not allowed: list each origin"}},
		"cors_origin of nothing":                   {"workos {\ncors_origin\n}", 3, []string{"cors_origin: wrong argument count: want one or more"}},
		"user_token_ttl":                           {"workos {\nuser_token_ttl 100ms\n}", 3, []string{"user_token_ttl: want a positive number of whole seconds, got 100ms"}},
		"user_token_audience":                      {"workos {\nuser_token_audience client\n}", 3, []string{`user_token_audience: want client_id or none, got "client"`}},
		"session_ttl":                              {"workos {\nsession_ttl 1y\n}", 3, []string{`session_ttl: want a duration such as 3600, 1h or 1d, got "1y"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := adapt(t, test.site)
			if err == nil {
				t.Fatal("it was accepted")
			}
			for _, want := range append(test.want, fmt.Sprintf("Caddyfile:%d", test.line)) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error is %v, want %q in it", err, want)
				}
			}
		})
	}
}

// TestOptionsOfOtherBlocks puts each option of each block into each other block: the error says which one it belongs into, and of an
// option that several blocks have, one of them.
func TestOptionsOfOtherBlocks(t *testing.T) {
	t.Parallel()
	for form, in := range map[string]*directive.Block{
		"workos_emulator {\n%s x\n}": emulatorBlock, "workos_fixtures d {\n%s x\n}": fixturesBlock, "workos {\n%s x\n}": shortBlock,
		"workos {\nfixtures d {\n%s x\n}\n}": shortFixturesBlock, "workos {\nupstream https://x {\n%s x\n}\n}": upstreamBlock,
		"workos {\nauthkit https://x {\n%s x\n}\n}": authkitBlock, "reverse_proxy x {\ntransport workos {\n%s x\n}\n}": transportBlock,
	} {
		for _, other := range in.Neighbours {
			for _, name := range other.Own {
				if slices.Contains(in.Own, name) || slices.Contains(in.Also, name) || in == shortFixturesBlock && name == "instance" {
					continue
				}
				_, err := adapt(t, fmt.Sprintf(form, name))
				if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q is no option of %s: it belongs into ", name, in.Name)) {
					t.Errorf("%s of %s in %s: %v", name, other.Name, in.Name, err)
				}
			}
		}
	}
}

// transportOf returns the transport of the only proxy of a site.
func transportOf(t *testing.T, site string) map[string]any {
	t.Helper()
	adapted, err := adapt(t, site)
	if err != nil {
		t.Fatal(err)
	}
	var config any
	if err := json.Unmarshal([]byte(adapted), &config); err != nil {
		t.Fatal(err)
	}
	var find func(any) map[string]any
	find = func(value any) map[string]any {
		switch value := value.(type) {
		case []any:
			for _, item := range value {
				if found := find(item); found != nil {
					return found
				}
			}
		case map[string]any:
			if transport, ok := value["transport"].(map[string]any); ok {
				return transport
			}
			for _, item := range value {
				if found := find(item); found != nil {
					return found
				}
			}
		}
		return nil
	}
	return find(config)
}

// TestTransportOptionsHoweverTheyAreWritten proves that all options reach Caddy's transport, in quotes, heredocs and snippets.
func TestTransportOptionsHoweverTheyAreWritten(t *testing.T) {
	t.Parallel()
	const options = "api_key {env.KEY}\ndial_timeout 3s\ntls_server_name example.com"
	const proxy = "reverse_proxy https://x {\ntransport %s {\n%s\n}\n}"
	for name, site := range map[string]string{
		"plainly":        fmt.Sprintf(proxy, "workos", options),
		"a quoted name":  fmt.Sprintf(proxy, `"workos"`, options),
		"backquotes":     fmt.Sprintf(proxy, "`workos`", options),
		"a quoted last":  fmt.Sprintf(proxy, "workos", strings.Replace(options, "example.com", `"example.com"`, 1)),
		"all in quotes":  fmt.Sprintf(proxy, `"workos"`, `"api_key" "{env.KEY}"`+"\n"+`"dial_timeout" "3s"`+"\n"+`"tls_server_name" "example.com"`),
		"a heredoc":      fmt.Sprintf(proxy, "workos", strings.Replace(options, "example.com", "<<END\nexample.com\nEND", 1)),
		"another order":  fmt.Sprintf(proxy, "workos", "tls_server_name \"example.com\"\napi_key \"{env.KEY}\"\ndial_timeout `3s`"),
		"a block":        fmt.Sprintf(proxy, "workos", "tls_trust_pool system\n"+options),
		"a block, last":  fmt.Sprintf(proxy, "workos", options+"\ntls_trust_pool combined {\nsource system\n}"),
		"a quoted brace": fmt.Sprintf(proxy, "workos", options+"\nresolvers \"{\" \"}\""),
		"the short form": "workos {\nupstream https://x {\n" + options + "\n}\n}",
		"the short form, quoted": "workos {\n\"upstream\" \"https://x\" {\n" +
			strings.Replace(options, "example.com", `"example.com"`, 1) + "\n}\n}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, transportOf(t, site))
		})
	}
	t.Run("a snippet", func(t *testing.T) {
		t.Parallel()
		text := "(options) {\n" + options + "\n}\n(proxy) {\nreverse_proxy https://x {\ntransport \"workos\" {\nimport options\n}\n}\n}\nhttp://localhost {\nimport proxy\n}\n"
		adapted, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), map[string]any{"filename": "Caddyfile"})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"api_key":"{env.KEY}"`, `"dial_timeout":3000000000`, `"server_name":"example.com"`} {
			if !strings.Contains(string(adapted), want) {
				t.Errorf("%s is not in %s", want, adapted)
			}
		}
	})
}

func check(t *testing.T, transport map[string]any) {
	t.Helper()
	tls, _ := transport["tls"].(map[string]any)
	if transport["protocol"] != "workos" || transport["api_key"] != "{env.KEY}" || transport["dial_timeout"] != 3e9 || tls["server_name"] != "example.com" {
		t.Errorf("the transport is %v", transport)
	}
}

// TestOptionsTakePlaceholders goes through those whose values are replaced when the Caddyfile is read.
func TestOptionsTakePlaceholders(t *testing.T) {
	t.Setenv("WORKOS_TEST_TTL", "1d")
	t.Setenv("WORKOS_TEST_ON", "on")
	adapted, err := adapt(t, "workos_emulator {\ntoken_ttl {env.WORKOS_TEST_TTL}\ntest_api {env.WORKOS_TEST_ON}\nanswer_unreachable {env.WORKOS_TEST_ON}\n}")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"token_ttl":86400000000000`, `"test_api":true`, `"answer_unreachable":true`} {
		if !strings.Contains(adapted, want) {
			t.Errorf("%s is not in %s", want, adapted)
		}
	}
	for _, site := range []string{"workos {\ntoken_ttl {env.WORKOS_TEST_NONE}\n}", "workos {\ntest_api {env.WORKOS_TEST_TTL}\n}"} {
		if _, err := adapt(t, site); err == nil || !strings.Contains(err.Error(), "Caddyfile:3") {
			t.Errorf("%s: %v", site, err)
		}
	}
	fixtures := Fixtures{Dir: "d", Mode: "replay", Redact: []string{"{env.WORKOS_TEST_ON}"}, IgnoreQuery: []string{"a", "{env.WORKOS_TEST_TTL}"}, IgnoreBody: []string{"{env.WORKOS_TEST_TTL}"}}
	options, _, _, err := fixtures.resolve()
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(options.Redact, options.IgnoreQuery, options.IgnoreBody); got != "[on] [a 1d] [1d]" {
		t.Errorf("the names are %s", got)
	}
	for _, fixtures := range []Fixtures{
		{Dir: "d", Mode: "replay", Redact: []string{"{env.WORKOS_TEST_NONE}"}}, {Dir: "d", Mode: "replay", IgnoreBody: []string{"{nothing}"}},
	} {
		if _, _, _, err := fixtures.resolve(); err == nil {
			t.Errorf("%v is accepted", fixtures)
		}
	}
}

// TestDurationsAreWrittenAlike reads the forms of token_ttl.
func TestDurationsAreWrittenAlike(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{"3600": time.Hour, "1h": time.Hour, "1d": 24 * time.Hour, "90s": 90 * time.Second, `"1h30m"`: 90 * time.Minute} {
		adapted, err := adapt(t, "workos {\ntoken_ttl "+text+"\n}")
		if wanted := fmt.Sprintf(`"token_ttl":%d`, want); err != nil || !strings.Contains(adapted, wanted) {
			t.Errorf("%s: %v, want %s in %s", text, err, wanted, adapted)
		}
	}
	for _, text := range []string{"0", "-1h", "1x", "1 h", "h"} {
		if _, err := adapt(t, "workos {\ntoken_ttl "+text+"\n}"); err == nil {
			t.Errorf("%s is accepted", text)
		}
	}
}

// TestOptionNamesAreCaddys keeps the list of the transport's options one of those that Caddy has.
func TestOptionNamesAreCaddys(t *testing.T) {
	t.Parallel()
	for _, name := range httpOptions {
		if _, err := adapt(t, "reverse_proxy x {\ntransport http {\n"+name+"\n}\n}"); err != nil && strings.Contains(err.Error(), "unrecognized subdirective") {
			t.Errorf("Caddy has no %s", name)
		}
	}
}
