package seed_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

func TestProblems(t *testing.T) {
	t.Parallel()
	const acme = "organizations: [{name: Acme Corp}, {name: Twin}, {id: o, name: Twin}]\n"
	for name, test := range map[string]struct {
		source string
		want   []string
	}{
		"unknown organization": {
			acme + "connectApplications:\n  - name: A\n    organization: Acme Crop\n",
			[]string{`seed.yaml:4:19: connectApplications[0].organization: no organization is named "Acme Crop"; did you mean "Acme Corp"?`},
		},
		"unknown organization, nothing near": {
			acme + "connectApplications: [{name: A, organization: Globex}]\n",
			[]string{`seed.yaml:2:47: connectApplications[0].organization: no organization is named "Globex"`},
		},
		"ambiguous organization": {
			acme + "connectApplications: [{name: A, organization: Twin}]\n",
			[]string{`seed.yaml:2:47: connectApplications[0].organization: 2 organizations have this name; give an organization_id`},
		},
		"m2m without organization": {
			"connectApplications:\n  - name: A\n",
			[]string{`seed.yaml:2:5: connectApplications[0].organization: an m2m application needs an organization, or an organization_id`},
		},
		"third-party oauth without organization": {
			"connectApplications: [{name: A, type: oauth, is_first_party: false}]",
			[]string{`seed.yaml:1:23: connectApplications[0].organization: an oauth application that is not first-party needs an organization, or an organization_id`},
		},
		"organization twice": {
			acme + "connectApplications: [{name: A, organization: Acme Corp, organization_id: org_1}]\n",
			[]string{`seed.yaml:2:75: connectApplications[0].organization_id: give either organization or organization_id, not both`},
		},
		"application type": {
			"connectApplications: [{name: A, type: spa, organization_id: o}]",
			[]string{`seed.yaml:1:39: connectApplications[0].type: must be "m2m" or "oauth"`},
		},
		"both kinds of secrets": {
			"connectApplications: [{name: A, organization_id: o, client_secret: a, client_secrets: []}]",
			[]string{`seed.yaml:1:68: connectApplications[0].client_secret: give either client_secret or client_secrets, not both`},
		},
		"empty secrets": {
			"connectApplications: [{name: A, organization_id: o, client_secret: ''}, {name: B, organization_id: o, client_secrets: ['', null]}]",
			[]string{
				`seed.yaml:1:68: connectApplications[0].client_secret: must not be empty`,
				`seed.yaml:1:120: connectApplications[1].client_secrets[0]: must not be empty`,
				`seed.yaml:1:124: connectApplications[1].client_secrets[1]: must be a string, not null`,
			},
		},
		"too many secrets": {
			"connectApplications: [{name: A, organization_id: o, client_secrets: [a, b, c, d, e, f]}]",
			[]string{`seed.yaml:1:69: connectApplications[0].client_secrets: an application has at most 5 client secrets`},
		},
		"secret twice": {
			"connectApplications: [{name: A, organization_id: o, client_secrets: [a, b, a]}]",
			[]string{`seed.yaml:1:76: connectApplications[0].client_secrets[2]: is the same secret as connectApplications[0].client_secrets[0]`},
		},
		"scopes": {
			"connectApplications: [{name: A, organization_id: o, scopes: [a b, 'a\"b', 'a\\b', 5]}]",
			[]string{
				`seed.yaml:1:62: connectApplications[0].scopes[0]: a scope holds no space, no " and no \ (RFC 6749 §3.3)`,
				`seed.yaml:1:67: connectApplications[0].scopes[1]: a scope holds no space, no " and no \ (RFC 6749 §3.3)`,
				`seed.yaml:1:74: connectApplications[0].scopes[2]: a scope holds no space, no " and no \ (RFC 6749 §3.3)`,
				`seed.yaml:1:81: connectApplications[0].scopes[3]: must be a string, not a number; put it in quotes`,
			},
		},
		"token_ttl": {
			"connectApplications:\n" +
				"  - {name: A, organization_id: o, token_ttl: soon}\n" +
				"  - {name: B, organization_id: o, token_ttl: -1h}\n" +
				"  - {name: C, organization_id: o, token_ttl: 0}\n" +
				"  - {name: D, organization_id: o, token_ttl: 99999999999999}\n" +
				"  - {name: E, organization_id: o, token_ttl: [1]}\n",
			[]string{
				`seed.yaml:2:46: connectApplications[0].token_ttl: must be a duration such as "90s", "1h30m" or "1d", or a number of seconds`,
				`seed.yaml:3:46: connectApplications[1].token_ttl: must be at least one second`,
				`seed.yaml:4:46: connectApplications[2].token_ttl: must be at least one second`,
				`seed.yaml:5:46: connectApplications[3].token_ttl: must be a duration such as "90s", "1h30m" or "1d", or a number of seconds`,
				`seed.yaml:6:46: connectApplications[4].token_ttl: must be a string, not a sequence`,
			},
		},
		"redirect_uris": {
			"connectApplications: [{name: A, type: oauth, redirect_uris: [here, {uri: 'http://a', default: true}, {uri: 'http://b', default: true}, {default: no}]}]",
			[]string{
				`seed.yaml:1:61: connectApplications[0].redirect_uris: only one redirect URI can be the default`,
				`seed.yaml:1:62: connectApplications[0].redirect_uris[0]: must be an absolute URI`,
				`seed.yaml:1:136: connectApplications[0].redirect_uris[3].uri: is required`,
				`seed.yaml:1:146: connectApplications[0].redirect_uris[3].default: must be true or false, not a string`,
			},
		},
		"client id": {
			"connectApplications: [{name: A, organization_id: o, client_id: é}, {name: B, organization_id: o, client_id: ''}]",
			[]string{
				`seed.yaml:1:64: connectApplications[0].client_id: must consist of printable ASCII characters`,
				`seed.yaml:1:109: connectApplications[1].client_id: must not be empty`,
			},
		},
		"API key without owner": {
			"apiKeys: [{name: A}, {name: B, user_id: user_1}]",
			[]string{
				`seed.yaml:1:11: apiKeys[0].organization: a key needs an organization, or an organization_id`,
				`seed.yaml:1:22: apiKeys[1].organization: a user's key needs an organization as well, or an organization_id`,
			},
		},
		"user_id is an email address": {
			"users: [{id: user_1, email: Alice@acme.example}]\n" +
				"apiKeys: [{name: A, organization_id: o, user_id: alice@acme.example}, {name: B, organization_id: o, user_id: bob@acme.example}, {name: C, organization_id: o, user_id: a/b}]",
			[]string{
				`seed.yaml:2:50: apiKeys[0].user_id: must be the id of a user, not an email address; did you mean "user_1"?`,
				`seed.yaml:2:110: apiKeys[1].user_id: must be the id of a user, not an email address`,
				`seed.yaml:2:168: apiKeys[2].user_id: must be an id of letters, digits, _ and -`,
			},
		},
		"key values": {
			"apiKeys: [{name: A, organization_id: o, value: pk_1}, {name: B, organization_id: o, value: ''}]",
			[]string{
				`seed.yaml:1:48: apiKeys[0].value: must start with "sk_"`,
				`seed.yaml:1:92: apiKeys[1].value: must start with "sk_"`,
			},
		},
		"key values that no header holds": {
			`apiKeys: [{name: A, organization_id: o, value: "sk_a\n"}, {name: B, organization_id: o, value: sk_a b}]`,
			[]string{
				`seed.yaml:1:48: apiKeys[0].value: must consist of visible ASCII characters, without a space or a line break`,
				`seed.yaml:1:96: apiKeys[1].value: must consist of visible ASCII characters, without a space or a line break`,
			},
		},
		"expires_at": {
			"apiKeys:\n  - {name: A, organization_id: o, expires_at: tomorrow}\n  - {name: B, organization_id: o, expires_at: 2030-01-32}\n  - {name: C, organization_id: o, expires_at: 0001-01-01T00:00:00Z}\n",
			[]string{
				`seed.yaml:2:47: apiKeys[0].expires_at: must be a time in the form of RFC 3339, such as "2030-01-31T12:00:00Z", or a date`,
				`seed.yaml:3:47: apiKeys[1].expires_at: must be a time in the form of RFC 3339, such as "2030-01-31T12:00:00Z", or a date`,
				`seed.yaml:4:47: apiKeys[2].expires_at: must be a time in the form of RFC 3339, such as "2030-01-31T12:00:00Z", or a date`,
			},
		},
		"form of apiKeys": {
			"apiKeys: sk_test_x",
			[]string{`seed.yaml:1:10: apiKeys: must be a sequence or a mapping, not a string; a key of the environment is a member of a mapping, without a dash before it: write ` + "`sk_test_x: {}`"},
		},
		"map form": {
			"apiKeys:\n  other: {environment: test}\n  sk_a: {enviroment: test}\n  sk_b: 1\n",
			[]string{
				`seed.yaml:2:3: apiKeys[0]: must start with "sk_"`,
				`seed.yaml:3:10: apiKeys[1].enviroment: unknown field "enviroment"; did you mean "environment"?`,
				`seed.yaml:4:3: apiKeys[2]: must be a mapping, not a number; write ` + "`{}`, or `{ environment: test }`",
			},
		},
		"required fields": {
			"organizations: [{id: o}, {name: ' '}, {name: null}, {name: 5}]\nusers: [{}, {email: nobody}]\nerrorHooks: [{}]\n",
			[]string{
				`seed.yaml:1:17: organizations[0].name: is required`,
				`seed.yaml:1:33: organizations[1].name: is required`,
				`seed.yaml:1:39: organizations[2].name: is required`,
				`seed.yaml:1:60: organizations[3].name: must be a string, not a number; put it in quotes`,
				`seed.yaml:2:9: users[0].email: is required`,
				`seed.yaml:2:21: users[1].email: must be an email address`,
				`seed.yaml:3:14: errorHooks[0].method: is required`,
				`seed.yaml:3:14: errorHooks[0].path: is required`,
				`seed.yaml:3:14: errorHooks[0]: needs a status, a delay, or "abort: true"`,
			},
		},
		"unknown fields": {
			"orgnizations: []\nfrobnicate: 1\norganizations: [{name: A, orgnization: x, domains: [{domain: d, stat: x}]}]\n",
			[]string{
				`seed.yaml:1:1: orgnizations: unknown field "orgnizations"; did you mean "organizations"?`,
				`seed.yaml:2:1: frobnicate: unknown field "frobnicate"; the fields are organizations, users, connectApplications, apiKeys, permissions, roles, memberships, connections, invitations, redirectUris, corsOrigins, errorHooks`,
				`seed.yaml:3:27: organizations[0].orgnization: unknown field "orgnization"; the fields are id, name, external_id, domains, metadata, memberships, entitlements, allow_profiles_outside_organization`,
				`seed.yaml:3:65: organizations[0].domains[0].stat: unknown field "stat"; did you mean "state"?`,
			},
		},
		"unknown blocks": {
			"x-anything: {a: [1]}\nmy-keys: []\norganizations2: []\n5: x\nApi Keys: []\nxorganizations: []\n'hunter2:hunter2': x\n",
			[]string{
				`seed.yaml:2:1: my-keys: unknown field "my-keys"; the fields are organizations, users, connectApplications, apiKeys, permissions, roles, memberships, connections, invitations, redirectUris, corsOrigins, errorHooks`,
				`seed.yaml:3:1: organizations2: unknown field "organizations2"; did you mean "organizations"?`,
				`seed.yaml:4:1: 5: unknown field "5"; the fields are organizations, users, connectApplications, apiKeys, permissions, roles, memberships, connections, invitations, redirectUris, corsOrigins, errorHooks`,
				`seed.yaml:5:1: Api Keys: unknown field "Api Keys"; did you mean "apiKeys"?`,
				`seed.yaml:6:1: xorganizations: unknown field "xorganizations"; did you mean "organizations"?`,
				`seed.yaml:7:1: unknown field; the fields are organizations, users, connectApplications, apiKeys, permissions, roles, memberships, connections, invitations, redirectUris, corsOrigins, errorHooks`,
			},
		},
		"expiry in both spellings": {
			"apiKeys: {sk_a: {expires_at: 2030-01-01, expiresAt: 2030-01-01}}",
			[]string{`seed.yaml:1:53: apiKeys[0].expiresAt: give either expires_at or expiresAt, not both`},
		},
		"placeholders in keys": {
			"users: [{email: a@b, metadata: {'{env.X}': v}}]\nerrorHooks: [{method: GET, path: /, status: 500, body: {a: {'${X}': 1}}}]",
			[]string{
				`seed.yaml:1:33: users[0].metadata: placeholders are replaced in values, and not in keys`,
				`seed.yaml:2:61: errorHooks[0].body: placeholders are replaced in values, and not in keys`,
			},
		},
		"domains": {
			"organizations: [{name: A, domains: [a.example, {domain: a.example}, {domain: b.example, state: maybe}, 5]}]",
			[]string{
				`seed.yaml:1:48: organizations[0].domains[1]: is the same domain as one before`,
				`seed.yaml:1:96: organizations[0].domains[2].state: must be "verified" or "pending"`,
				`seed.yaml:1:104: organizations[0].domains[3]: must be a mapping, not a number; write ` + "`- domain: \"5\"`",
			},
		},
		"metadata": {
			"organizations: [{name: A, metadata: {a: [], b: null}}, {name: B, metadata: []}]",
			[]string{
				`seed.yaml:1:41: organizations[0].metadata: must be a string, not a sequence`,
				`seed.yaml:1:76: organizations[1].metadata: must be a mapping, not a sequence`,
			},
		},
		"uniqueness": {
			"organizations: [{id: o, name: A, external_id: x}, {id: o, name: B, external_id: x}]\n" +
				"users: [{id: u, email: a@x, external_id: x}, {id: u, email: b@x, external_id: x}]\n" +
				"connectApplications: [{id: a, client_id: c, name: A, organization_id: o}, {id: a, client_id: c, name: B, organization_id: o}]\n" +
				"apiKeys: [{id: k, name: A, organization_id: o, value: sk_1}, {id: k, name: B, organization_id: o, value: sk_1}]\n",
			[]string{
				`seed.yaml:1:56: organizations[1].id: must be unique, and is the same as organizations[0].id`,
				`seed.yaml:1:81: organizations[1].external_id: must be unique, and is the same as organizations[0].external_id`,
				`seed.yaml:2:51: users[1].id: must be unique, and is the same as users[0].id`,
				`seed.yaml:2:79: users[1].external_id: must be unique, and is the same as users[0].external_id`,
				`seed.yaml:3:80: connectApplications[1].id: must be unique, and is the same as connectApplications[0].id`,
				`seed.yaml:3:94: connectApplications[1].client_id: must be unique, and is the same as connectApplications[0].client_id`,
				`seed.yaml:4:67: apiKeys[1].id: must be unique, and is the same as apiKeys[0].id`,
				`seed.yaml:4:106: apiKeys[1].value: must be unique, and is the same as apiKeys[0].value`,
			},
		},
		"uniqueness without regard to case": {
			"organizations: [{name: A, domains: [a.example, {domain: B.example}]}, {name: B, domains: [b.EXAMPLE, A.example]}]\n" +
				"users: [{email: Ada@a.example}, {email: ' ada@A.EXAMPLE '}]\n",
			[]string{
				`seed.yaml:1:91: organizations[1].domains[0]: must be unique, and is the same as organizations[0].domains[1].domain`,
				`seed.yaml:1:102: organizations[1].domains[1]: must be unique, and is the same as organizations[0].domains[0]`,
				`seed.yaml:2:41: users[1].email: must be unique, and is the same as users[0].email`,
			},
		},
		"rules of the API": {
			"organizations: [{domains: [a..b, {domain: 'a@b'}], name: \"a\\nb\", external_id: '', metadata: {'': v}}]\n" +
				"users: [{email: a b@c, external_id: é, first_name: \"a\\tb\"}]\n" +
				"connectApplications: [{name: A, type: oauth, redirect_uris: ['https://a/#x', 'https://a', 'https://a']}]\n" +
				"apiKeys: [{name: A, organization_id: o, permissions: [A, 'a b']}]\n",
			[]string{
				`seed.yaml:1:28: organizations[0].domains[0]: must be a domain name such as acme.example`,
				`seed.yaml:1:43: organizations[0].domains[1].domain: must be a domain name such as acme.example`,
				`seed.yaml:1:58: organizations[0].name: must hold no line break and no other control character`,
				`seed.yaml:1:79: organizations[0].external_id: must not be empty: leave it out, or give null`,
				`seed.yaml:1:98: organizations[0].metadata: must have keys of 1 to 40 characters`,
				`seed.yaml:2:17: users[0].email: must be an email address`,
				`seed.yaml:2:37: users[0].external_id: must consist of ASCII characters`,
				`seed.yaml:2:52: users[0].first_name: must hold no line break and no other control character`,
				`seed.yaml:3:62: connectApplications[0].redirect_uris[0]: must be a URI without a fragment`,
				`seed.yaml:3:91: connectApplications[0].redirect_uris[2]: is the same URI as one before`,
				`seed.yaml:4:55: apiKeys[0].permissions[0]: a permission is a slug of lower-case letters, digits and - _ : . *`,
				`seed.yaml:4:58: apiKeys[0].permissions[1]: a permission is a slug of lower-case letters, digits and - _ : . *`,
			},
		},
		"ids": {
			"organizations: [{id: a/b, name: A}, {id: '', name: B}]\nconnectApplications: [{name: A, organization_id: 'a?b'}]",
			[]string{
				`seed.yaml:1:22: organizations[0].id: must be an id of letters, digits, _ and -`,
				`seed.yaml:1:42: organizations[1].id: must be an id of letters, digits, _ and -`,
				`seed.yaml:2:50: connectApplications[0].organization_id: must be an id of letters, digits, _ and -`,
			},
		},
		"error hooks": {
			"errorHooks:\n" +
				"  - {method: G E T, path: users, status: 42, count: -1, delay: -1s, probability: 2, abort: 1}\n" +
				"  - {method: GET, path: /, status: '500', body: {a: .nan}, probability: high}\n" +
				"  - {method: GET, path: /, status: null, delay: 0, abort: false}\n" +
				"  - {method: GET, path: /, delay: soon}\n",
			[]string{
				`seed.yaml:2:14: errorHooks[0].method: must be an HTTP method, or "*"`,
				`seed.yaml:2:27: errorHooks[0].path: must start with "/", or be "*"`,
				`seed.yaml:2:42: errorHooks[0].status: must be a whole number from 200 to 599`,
				`seed.yaml:2:53: errorHooks[0].count: must be a whole number from 0 to 2147483647`,
				`seed.yaml:2:64: errorHooks[0].delay: must not be negative`,
				`seed.yaml:2:82: errorHooks[0].probability: must be more than 0 and at most 1`,
				`seed.yaml:2:92: errorHooks[0].abort: must be true or false, not a number`,
				`seed.yaml:3:36: errorHooks[1].status: must be a whole number, not a string`,
				`seed.yaml:3:53: errorHooks[1].body: must be a value that JSON can express, not a number`,
				`seed.yaml:3:73: errorHooks[1].probability: must be a number, not a string`,
				`seed.yaml:4:5: errorHooks[2]: needs a status, a delay, or "abort: true"`,
				`seed.yaml:5:35: errorHooks[3].delay: must be a duration such as "90s", "1h30m" or "1d", or a number of seconds`,
			},
		},
		"error hooks that clients would trust": {
			"errorHooks:\n" +
				"  - {method: GET, path: '/sso//jwks/*/', status: 200, body: {keys: []}}\n" +
				"  - {method: '*', path: '*', status: 302}\n" +
				"  - {method: POST, path: '/oauth2/%74oken', status: 399}\n" +
				"  - {method: '*', path: '*', status: 100}\n" +
				"  - {method: POST, path: /oauth2/token, status: 400}\n",
			[]string{
				`seed.yaml:2:50: errorHooks[0].status: the path covers /sso/jwks/*, whose answers clients trust: want a status of 400 to 599, a delay, or abort`,
				`seed.yaml:3:38: errorHooks[1].status: the path covers /oauth2/jwks, whose answers clients trust: want a status of 400 to 599, a delay, or abort`,
				`seed.yaml:4:53: errorHooks[2].status: the path covers /oauth2/token, whose answers clients trust: want a status of 400 to 599, a delay, or abort`,
				`seed.yaml:5:38: errorHooks[3].status: must be a whole number from 200 to 599`,
			},
		},
		"environment": {
			"organizations:\n  - name: x{env.MISSING}y\n    id: '{env.GO HOME}'\n",
			[]string{
				`seed.yaml:2:11: organizations[0].name: environment variable MISSING is not set`,
				`seed.yaml:3:9: organizations[0].id: {env.…} must name an environment variable, such as {env.WORKOS_API_KEY}`,
			},
		},
		"duplicate keys": {
			"organizations:\n  - name: A\n    name: B\napiKeys: {sk_a: {}, sk_a: {}}\n",
			[]string{
				`seed.yaml:3:5: organizations[0]: a key is given twice in this mapping`,
				`seed.yaml:4:21: apiKeys: a key is given twice in this mapping`,
			},
		},
		"types of blocks": {
			"organizations: {name: A}\nusers: [5]\nconnectApplications: yes\n",
			[]string{
				`seed.yaml:1:16: organizations: must be a sequence, not a mapping; begin each entry with a dash`,
				`seed.yaml:2:9: users[0]: must be a mapping, not a number; write ` + "`- email: \"5\"`",
				`seed.yaml:3:22: connectApplications: must be a sequence, not a string; write ` + "`- name: yes`",
			},
		},
		"type of the document": {"- 1\n", []string{`seed.yaml:1:1: must be a mapping, not a sequence`}},
		"undefined alias": {
			"organizations: [{name: *nobody}]",
			[]string{`seed.yaml:1:24: organizations[0].name: is an alias of an anchor that is not defined above it`},
		},
		"merge key of a string":    {"organizations: [{<<: text, name: A}]", []string{`seed.yaml:1:22: organizations[0]: a merge key must refer to a mapping, or to a sequence of them`}},
		"two documents":            {"a: 1\n---\nb: 2\n", []string{`seed.yaml:3:1: holds more than one YAML document`}},
		"syntax":                   {"organizations:\n  - name: 'A\n", []string{`seed.yaml:2:11: is not valid YAML: while scanning a quoted scalar that begins in line 2: found unexpected end of stream`}},
		"not UTF-8":                {"organizations: [{name: \xff}]", []string{`seed.yaml: is not valid UTF-8`}},
		"deeply nested":            {strings.Repeat("[", 1_000_000), []string{`seed.yaml:1:1001: is nested too deep`}},
		"deeply nested in a block": {strings.Repeat("- ", 1_000_000), nil},
		"key twice":                {"apiKeys:\n  sk_a:\n  sk_a:\n", nil},
		"tags in a row":            {strings.Repeat("!a ", 100_000), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems := problemsOf(t, test.source, nil)
			if test.want == nil && len(problems) == 1 { // any one problem will do
				return
			}
			if got, want := problems.Error(), strings.Join(test.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestPlaceholders has those of other places, which are not replaced here.
func TestPlaceholders(t *testing.T) {
	t.Parallel()
	const only = "only {env.NAME}, an environment variable, and {file.PATH}, the content of a file, are replaced in a seed"
	variable := func(name string) string {
		return "environment variables are written {env." + name + "} in a seed, not ${…} or {$…}"
	}
	for text, want := range map[string]string{
		`${NAME}`: variable("NAME"), `"{$NAME}"`: variable("NAME"), `{$NAME}`: variable("NAME"), `"{$NAME:default}"`: variable("NAME"),
		`"${NAME:-default}"`: variable("NAME"), `"a ${env.NAME} b"`: variable("NAME"), `"${}"`: variable("NAME"), `"${sk_live_x}"`: variable("NAME"),
		`"{http.request.host}"`: "{http.…} is no placeholder here: " + only, `{vars.x}`: "{vars.…} is no placeholder here: " + only,
		`"{ENV.NAME}"`: "{ENV.…} is no placeholder here: " + only, `"{sk_live_x.y}"`: only, `"{env.}"`: "{env.…} must name an environment variable, such as {env.WORKOS_API_KEY}",
		`"{file.}"`: "{file.…} must name a file, such as {file./run/secrets/workos}", `"{file.missing.txt}"`: `file "missing.txt" cannot be read: no such file or directory`,
		`"{file.sk_live_x}"`: "the file cannot be read: no such file or directory", `"{file.testdata}"`: `file "testdata" cannot be read: is a directory`,
		`"{id} {{ user.name }} {} $NAME {\"a\": 1} { env.NAME }"`: "",
	} {
		for place, source := range map[string]string{
			"users[0].first_name":      "users:\n- email: a@b\n  first_name:\n    " + text + "\n",
			"errorHooks[0].body":       "errorHooks:\n- method: GET\n  path: /\n  status: 500\n  body:\n    a:\n      " + text + "\n",
			"organizations[0].domains": "organizations:\n- name: A\n  metadata:\n    k:\n      " + text + "\n",
		} {
			problems := problemsOf(t, source, nil)
			switch {
			case want == "" && len(problems) == 0:
			case len(problems) != 1 || problems[0].Message != want || problems[0].Line == 0:
				t.Errorf("%s of %s: %v; want %s", text, place, problems, want)
			}
		}
	}
}

// TestYAML has what other parsers of YAML take for something else.
func TestYAML(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ source, want string }{
		"colon in a flow sequence": {"connectApplications:\n- {name: M, organization_id: o, scopes: [posts:read]}", ""},
		"colon in a flow mapping":  {"organizations: [{name: a:b, metadata: {c: d:e:f}}]", ""},
		"date":                     {"users: [{email: a@b, first_name: 2030-01-01}]", ""},
		"tags":                     {"users: [{email: a@b, first_name: !!str 12, last_name: !other 5}]", ""},
		"block scalars":            {"users:\n  - email: a@b\n    first_name: |-\n      x\n    last_name: >-\n      y\n      z\n", ""},
		"anchor given again":       {"organizations: [{name: &a A}, {name: &a B}]\nconnectApplications: [{name: M, organization: *a}]", ""},
		"version of YAML":          {"# a comment\n%YAML 1.2\n---\nusers: []\n", ""},
		"empty documents":          {"---\n---\nusers: []\n---\n", ""},
		"tabs in JSON":             {"\t{\t\"users\"\t:\n\t[\t]\t}\t", ""},
		"surrogates in JSON":       {`{"users": [{"email": "a@b", "first_name": "\ud83d\ude00\/"}]}`, ""},
		"long keys in JSON":        {`{"users": [{"email": "a@b", "metadata": {"` + strings.Repeat("k", 2000) + `": "v"}}]}`, "s:1:2046: users[0].metadata: must have keys of 1 to 40 characters"},
		"lines of JSON":            {"{\"users\"\n:\n[]}", ""},
		"position in JSON":         {"{\"users\": [\n  {\"email\": \"é@b\", \"emaill\": 1}]}", `s:2:20: users[0].emaill: unknown field "emaill"; did you mean "email"?`},
		"member of JSON twice":     {`{"users": [{"email": "a@b", "email": "c@d"}]}`, "s:1:29: users[0]: a key is given twice in this mapping"},
		"nested JSON":              {strings.Repeat("[", 2000) + strings.Repeat("]", 2000), "s:1:1001: is nested too deep"},
		"nested JSON, deeper":      {strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000), "s:1:1001: is nested too deep"},
		"word for true":            {"users: [{email: a@b, email_verified: yes}]", "s:1:38: users[0].email_verified: must be true or false, not a string"},
		"flow without an end":      {"users: [{email: a@b}", "s:2:1: is not valid YAML: while parsing a flow sequence that begins in line 1: did not find expected ',' or ']'"},
		"sequence in a wrong place": {"users:\n  - email: a@b\n   id: x",
			"s:3:4: is not valid YAML: while parsing a block collection that begins in line 2: did not find expected '-' indicator"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := seed.Parse("s", []byte(test.source), environment(nil))
			got := ""
			if err != nil {
				got = strings.TrimPrefix(err.Error(), "decode seed: ")
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestManyProblems rules out that a file of mistakes makes a report that is larger than it.
func TestManyProblems(t *testing.T) {
	t.Parallel()
	problems := problemsOf(t, strings.Repeat("? a\n", 20_000), nil)
	if last := problems[len(problems)-1].String(); len(problems) != 1001 || last != "seed.yaml: has 19000 problems more" {
		t.Errorf("%d problems; the last is %s", len(problems), last)
	}
}

// TestKeysOfABlockMapping rules out a parser that takes quadratic time, as it took a minute for these.
func TestKeysOfABlockMapping(t *testing.T) {
	t.Parallel()
	var source strings.Builder
	source.WriteString("apiKeys:\n")
	for i := range 30_000 {
		fmt.Fprintf(&source, "  sk_test_%d: {environment: test}\n", i)
	}
	if got := parse(t, source.String()).Summary(); got != "30000 environment keys" {
		t.Errorf("it holds %s", got)
	}
}

func TestTooLargeAFile(t *testing.T) {
	t.Parallel()
	_, err := seed.Parse("seed.yaml", make([]byte, 64<<20+1), seed.Options{})
	if err == nil || err.Error() != "decode seed: seed.yaml: is larger than 64 MiB" {
		t.Errorf("got %v", err)
	}
}

func TestAliasesCannotBlowUp(t *testing.T) {
	t.Parallel()
	var bomb strings.Builder
	bomb.WriteString("errorHooks:\n  - method: GET\n    path: /\n    status: 500\n    body:\n      a0: &a0 [x]\n")
	for i := range 20 {
		fmt.Fprintf(&bomb, "      a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i), 10), ","))
	}
	for name, source := range map[string]string{
		"sequences": bomb.String(),
		"cycle":     "errorHooks: [{method: GET, path: /, status: 500, body: &a [*a]}]",
		"merge":     "organizations: [&a {<<: *a, name: A}]",
		"itself":    "organizations: [{name: &a *a}]",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if len(problemsOf(t, source, nil)) == 0 {
				t.Error("no problem")
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	warnings := parse(t, "agentBlueprints: []\norganizations: [{name: A, groups: x}, {name: B, groups: y}]\n"+
		"connectApplications: [{name: A, organization_id: o, uses_pkce: true}]\n").Warnings()
	var got seed.Problems = warnings
	const want = `seed.yaml:1:1: agentBlueprints: is not emulated and has no effect
seed.yaml:2:27: organizations[0].groups: is not emulated and has no effect
seed.yaml:3:23: connectApplications[0]: redirect_uris, uses_pkce and is_first_party have no effect on an m2m application`
	if got.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", got, want)
	}
}

// Whatever is wrong, and wherever a secret was put by mistake, no message may hold it.
func TestNoSecretIsEverShown(t *testing.T) {
	t.Parallel()
	const secret = "sk_live_Zq9-hunter2"
	const app = "connectApplications:\n  - name: A\n    client_secret: " + secret + "\n    "
	for name, source := range map[string]string{
		"as an organization":           app + "organization: " + secret,
		"as an expanded organization":  app + "organization: '{env.SECRET}'",
		"as the name of a near one":    "organizations: [{name: " + secret + "}]\n" + app + "organization: sk_live_Zq9-hunter3",
		"as an organization_id":        app + "organization_id: " + secret + "/",
		"as a type":                    app + "type: " + secret,
		"as a field":                   app + secret + ": x",
		"as a block":                   secret + ": x",
		"as a variable":                app + "audience: '{env." + secret + "}'",
		"as a number's place":          app + "token_ttl: " + secret,
		"as a scope":                   app + "scopes: ['" + secret + " x']",
		"as a mapping":                 app + "client_secrets: {" + secret + ": true}",
		"as a nested sequence":         app + "client_secrets: [[" + secret + "]]",
		"as a URI":                     app + "redirect_uris: ['" + secret + "']",
		"as a metadata key":            "users: [{email: a@b, metadata: {" + secret + ": [1]}}]",
		"as an email":                  "users: [{email: " + secret + "}]",
		"as a user":                    "apiKeys: [{name: A, organization_id: o, user_id: '" + secret + "@'}]",
		"as a time":                    "apiKeys: [{name: A, organization_id: o, expires_at: " + secret + "}]",
		"twice as a value":             "apiKeys: [{name: A, organization_id: o, value: " + secret + "}, {name: B, organization_id: o, value: " + secret + "}]",
		"twice as a secret":            "connectApplications: [{name: A, client_secrets: [" + secret + ", " + secret + "]}]",
		"twice as a key":               "apiKeys: {" + secret + ": {}, " + secret + ": {}}",
		"twice through a variable":     "apiKeys: {" + secret + ": {}, '{env.SECRET}': {}}",
		"as a key of a wrong kind":     "apiKeys: {" + secret + ": [], x" + secret + ": {environment: [" + secret + "]}}",
		"in both forms of apiKeys":     "apiKeys: [{" + secret + ": {environment: test}}]",
		"in place of apiKeys":          "apiKeys: " + secret,
		"as a domain":                  "organizations: [{name: A, domains: [" + secret + ", " + secret + "]}]",
		"as a method":                  "errorHooks: [{method: '" + secret + " x', path: " + secret + ", status: " + secret + "}]",
		"as an anchor":                 "organizations: [{name: *" + secret + "}]",
		"near an unclosed quote":       app + "description: '" + secret,
		"near an unclosed bracket":     app + "scopes: [" + secret,
		"near a bad escape":            app + `description: "` + secret + `\q"`,
		"near a bad indent":            "a: " + secret + "\n  b: " + secret,
		"near a tab":                   "a:\n\t" + secret + ": x",
		"as a directive":               "%YAML " + secret + "\n---\na: 1",
		"as a tag":                     "a: !!" + secret + " x\nb: [",
		"as a block scalar's header":   "a: |" + secret + "\n  x",
		"as the document":              secret,
		"as a placeholder":             app + "audience: '{" + secret + ".x}'",
		"as a variable of shells":      app + "audience: '${" + secret + "}'",
		"as a variable of Caddyfiles":  app + "audience: '{$" + secret + "}'",
		"as a file":                    app + "audience: '{file." + secret + "}'",
		"as an expiry":                 "apiKeys: {sk_a: {expiresAt: " + secret + "}}",
		"as a number of metadata":      "users: [{email: a@b, metadata: {a: [" + secret + "]}}]",
		"as a second document":         "a: 1\n---\n" + secret,
		"as a peer's field's contents": "users: [{email: a@b, password: " + secret + "}]\nx: 1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := seed.Parse("seed.yaml", []byte(source), environment(map[string]string{"SECRET": secret}))
			if err == nil {
				t.Fatal("no problem")
			}
			if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "hunter") {
				t.Errorf("the secret is shown: %v", err)
			}
			var problems seed.Problems
			if !errors.As(err, &problems) || len(problems) == 0 {
				t.Errorf("an error without problems: %v", err)
			}
		})
	}
}
