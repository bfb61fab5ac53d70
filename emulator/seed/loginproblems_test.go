package seed_test

import (
	"strings"
	"testing"
)

// people are a user and two organizations, for seeds that go on in line 3.
const people = "users: [{email: Ada@acme.example}, {id: user_B, email: bob@acme.example}]\n" +
	"organizations: [{name: Acme}, {id: org_G, name: Globex}]\n"

func TestProblemsOfLogins(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		source string
		want   []string
	}{
		"passwords": {
			"users: [{email: a@x, password: ''}, {email: b@x, password: }, {email: c@x, password: 12345}, {email: d@x, password: ' '}, {email: e@x, password: [x]}]",
			[]string{
				`1:32: users[0].password: must not be empty: leave it out for a user without a password`,
				`1:86: users[2].password: must be a string, not a number; put it in quotes`,
				`1:117: users[3].password: must not be empty: leave it out for a user without a password`,
				`1:146: users[4].password: must be a string, not a sequence`,
			},
		},
		"second factors": {
			"users: [{email: a@x, totp: yes}, {email: b@x, totp: JBSWY3DPEHPK3PX}, {email: c@x, totp: JBSWY3DPEHPK3PX1}, {email: d@x, totp: 1}, {email: e@x, totp: ''}, {email: f@x, totp: {}}]",
			[]string{
				`1:28: users[0].totp: must be true or false, or a secret of at least 16 characters in base32, such as JBSWY3DPEHPK3PXP`,
				`1:53: users[1].totp: must be true or false, or a secret of at least 16 characters in base32, such as JBSWY3DPEHPK3PXP`,
				`1:90: users[2].totp: must be true or false, or a secret of at least 16 characters in base32, such as JBSWY3DPEHPK3PXP`,
				`1:128: users[3].totp: must be true or false, or a secret in base32, not a number`,
				`1:151: users[4].totp: must be true or false, or a secret of at least 16 characters in base32, such as JBSWY3DPEHPK3PXP`,
				`1:175: users[5].totp: must be true or false, or a secret in base32, not a mapping`,
			},
		},
		"impersonators": {
			"users: [{email: a@x, impersonator: b@x}, {email: c@x, impersonator: {reason: r}}, {email: d@x, impersonator: {email: e, why: r}}]",
			[]string{
				`1:36: users[0].impersonator: must be a mapping, not a string; write ` + "`{ email: …, reason: … }`",
				`1:69: users[1].impersonator.email: is required`,
				`1:118: users[2].impersonator.email: must be an email address`,
				`1:121: users[2].impersonator.why: unknown field "why"; the fields are email, reason`,
			},
		},
		"providers": {
			"users: [{email: a@x, oauth_provider: google}, {email: b@x, oauth_provider: OAuth2}, {email: c@x, oauth_provider: '', oauth_idp_id: ''}]",
			[]string{
				`1:38: users[0].oauth_provider: must be an OAuth provider such as GoogleOAuth; did you mean "GoogleOAuth"?`,
				`1:76: users[1].oauth_provider: must be an OAuth provider such as GoogleOAuth`,
				`1:114: users[2].oauth_provider: must not be empty`,
				`1:132: users[2].oauth_idp_id: must not be empty`,
			},
		},
		"members": {
			"users: [{email: Ada@acme.example}]\norganizations:\n- name: Acme\n  memberships:\n" +
				"  - email: adda@acme.example\n" +
				"  - user_id: user_B\n" +
				"  - {email: ada@ACME.example, role: membr, status: gone}\n" +
				"  - ada@acme.example\n" +
				"  - {email: nobody}\n" +
				"  - {role: member}\n",
			[]string{
				`5:12: organizations[0].memberships[0].email: no user has the address "adda@acme.example"; did you mean "ada@acme.example"?`,
				`6:5: organizations[0].memberships[1].user_id: members are told by address: write ` + "`email`; a user who is not of this file is a member by the block `memberships`, which takes a user_id",
				`6:5: organizations[0].memberships[1].email: is required`,
				`7:37: organizations[0].memberships[2].role: no role is called "membr"; did you mean "member"?`,
				`7:52: organizations[0].memberships[2].status: must be "active" or "inactive" or "pending"`,
				`8:5: organizations[0].memberships[3]: must be a mapping, not a string; write ` + "`- email: ada@acme.example`",
				`9:13: organizations[0].memberships[4].email: must be an email address`,
				`10:5: organizations[0].memberships[5].email: is required`,
			},
		},
		"members twice": {
			"users: [{email: Ada@acme.example}]\norganizations: [{name: Acme, memberships: [{email: ada@acme.example}, {email: ADA@acme.example}]}]\n" +
				"memberships: [{user: ada@acme.example, organization: Acme}]\n",
			[]string{
				`2:71: organizations[0].memberships[1]: must be unique, and is the same as organizations[0].memberships[0]`,
				`3:15: memberships[0]: must be unique, and is the same as organizations[0].memberships[0]`,
			},
		},
		"memberships": {
			people + "memberships:\n" +
				"- {user: ada@acme.example}\n" +
				"- {organization: Acme}\n" +
				"- {user: ada@acme.example, user_id: user_1, organization: Acme, organization_id: org_1}\n" +
				"- {user_id: bob@acme.example, organization: Acme}\n" +
				"- {user_id: user_1, organization_id: org_1}\n" +
				"- {user: ada@acme.example, organization: Acmee}\n" +
				"- {user: ada@acme.example, organization: Acme, role: member, roles: [member]}\n" +
				"- {user: ada@acme.example, organization: Globex, roles: [member, edit]}\n" +
				"- {user: eve@acme.example, organization_id: org_1}\n" +
				"- ada@acme.example\n",
			[]string{
				`4:3: memberships[0].organization: a membership needs an organization, or an organization_id`,
				`5:3: memberships[1].user: a membership needs a user, or a user_id`,
				`6:37: memberships[2].user_id: give either user or user_id, not both`,
				`6:82: memberships[2].organization_id: give either organization or organization_id, not both`,
				`7:13: memberships[3].user_id: must be the id of a user, not an email address; did you mean "user_B"?`,
				`8:3: memberships[4]: neither the user nor the organization is of this file`,
				`9:42: memberships[5].organization: no organization is named "Acmee"; did you mean "Acme"?`,
				`10:70: memberships[6].roles[0]: give either role or roles, not both`,
				`11:66: memberships[7].roles[1]: no role is called "edit"`,
				`12:10: memberships[8].user: no user has the address "eve@acme.example"; did you mean "ada@acme.example"?`,
				`13:3: memberships[9]: must be a mapping, not a string; write ` + "`- { user: …, organization_id: … }`",
			},
		},
		"ids of this file": { // whose roles are known
			people + "memberships: [{user_id: user_B, organization_id: org_G, role: x}, {user_id: user_1, organization_id: org_G, role: y}]",
			[]string{`3:63: memberships[0].role: no role is called "x"`, `3:115: memberships[1].role: no role is called "y"`},
		},
		"a role of another organization": {
			people + "roles: [{slug: boss, name: Boss, organization_id: org_G}]\nmemberships: [{user: bob@acme.example, organization: Acme, role: boss}, {user: bob@acme.example, organization: Globex, role: boss}]",
			[]string{`4:66: memberships[0].role: is a role of another organization`},
		},
		"connections": {
			people + "roles: [{slug: admin, name: Admin}]\nconnections:\n" +
				"- {name: A}\n" +
				"- {name: B, organization: Acm}\n" +
				"- {name: C, organization: Acme, organization_id: org_G}\n" +
				"- {name: D, organization: Acme, connection_type: Okta SAML, state: on, domains: [x/y]}\n" +
				"- {name: E, organization: Acme, profiles: [{first_name: A}, {email: a@x}, {email: A@x}, b@x, {email: c@x, role: admni}]}\n" +
				"- {name: E, organization: Acme}\n" +
				"- {organization: Acme}\n",
			[]string{
				`5:3: connections[0].organization: a connection needs an organization, or an organization_id`,
				`6:27: connections[1].organization: no organization is named "Acm"; did you mean "Acme"?`,
				`7:50: connections[2].organization_id: give either organization or organization_id, not both`,
				`8:50: connections[3].connection_type: must be a connection type such as GenericSAML`,
				`8:68: connections[3].state: must be "active" or "inactive" or "validating" or "draft" or "requires_type" or "deleting"`,
				`8:82: connections[3].domains[0]: must be a domain name such as acme.example`,
				`9:44: connections[4].profiles[0].email: is required`,
				`9:83: connections[4].profiles[2].email: must be unique in the connection, and is the same as connections[4].profiles[1].email`,
				`9:89: connections[4].profiles[3]: must be a mapping, not a string; write ` + "`- email: b@x`",
				`9:113: connections[4].profiles[4].role: no role is called "admni"; did you mean "admin"?`,
				`10:3: connections[5].id: cannot be derived, because its name and organization are those of connections[4] in line 9: pin an id`,
				`11:3: connections[6].name: is required`,
			},
		},
		"invitations": {
			people + "invitations:\n" +
				"- {email: a@x, organization: Acm, role_slug: member}\n" +
				"- {email: b@x, organization: Acme, role_slug: boss, expires_in_days: 31}\n" +
				"- {email: c@x, organization: Acme, organization_id: org_G, inviter_user_id: bob@acme.example}\n" +
				"- {email: d@x, id: invitation_1}\n" +
				"- {email: D@x, id: invitation_2}\n" +
				"- {email: e@x, token: same}\n" +
				"- {email: f@x, token: same, role_slug: nothing}\n" +
				"- {email: g@x, token: '', expires_in_days: 0}\n" +
				"- {}\n",
			[]string{
				`4:30: invitations[0].organization: no organization is named "Acm"; did you mean "Acme"?`,
				`5:47: invitations[1].role_slug: no role is called "boss"`,
				`5:70: invitations[1].expires_in_days: must be a whole number from 1 to 30`,
				`6:53: invitations[2].organization_id: give either organization or organization_id, not both`,
				`6:77: invitations[2].inviter_user_id: must be the id of a user, not an email address; did you mean "user_B"?`,
				`8:11: invitations[4].email: must be unique, and is the same as invitations[3].email`,
				`10:23: invitations[6].token: must be unique, and is the same as invitations[5].token`,
				`10:40: invitations[6].role_slug: no role is called "nothing"`,
				`11:23: invitations[7].token: must not be empty`,
				`11:44: invitations[7].expires_in_days: must be a whole number from 1 to 30`,
				`12:3: invitations[8].email: is required`,
			},
		},
		"redirect URIs": {
			"redirectUris: [http://localhost:3000/cb, {uri: 'http://localhost:3000/cb'}, 'javascript:alert(1)', 'https://*/cb', {uri: 'https://a.b.*/cb'}, {}, 5, {uri: 'https://a.example', default: true}, {uri: 'https://b.example', default: true}]",
			[]string{
				`1:48: redirectUris[1].uri: must be unique, and is the same as redirectUris[0]`,
				`1:77: redirectUris[2]: must be an absolute URI with a host, such as http://localhost:3000/callback`,
				`1:100: redirectUris[3]: has a * in the place of a whole host, or with a scheme other than http and https`,
				`1:122: redirectUris[4].uri: has a * that is not in the leftmost label of the host, or more than one`,
				`1:143: redirectUris[5].uri: is required`,
				`1:147: redirectUris[6]: must be a mapping, not a number; write ` + "`- uri: \"5\"`",
				`1:193: redirectUris[8]: only one redirect URI can be the default`,
			},
		},
		"CORS origins": {
			"corsOrigins: ['https://a.example', 'HTTPS://A.example:443/', '*', {origin: 'https://a.example/path'}, {}]",
			[]string{
				`1:36: corsOrigins[1]: must be unique, and is the same as corsOrigins[0]`,
				`1:62: corsOrigins[2]: wildcards are not allowed: list each origin, such as http://localhost:3000`,
				`1:76: corsOrigins[3].origin: want an origin such as http://localhost:3000, without a path or user`,
				`1:103: corsOrigins[4].origin: is required`,
			},
		},
		"entitlements and others": {
			"organizations: [{name: A, entitlements: sso, allow_profiles_outside_organization: maybe, memberships: {email: a@x}}]",
			[]string{
				`1:41: organizations[0].entitlements: must be a sequence, not a string`,
				`1:83: organizations[0].allow_profiles_outside_organization: must be true or false, not a string`,
				`1:103: organizations[0].memberships: must be a sequence, not a mapping; begin each entry with a dash`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, problem := range problemsOf(t, test.source, nil) {
				got = append(got, strings.TrimPrefix(problem.String(), "seed.yaml:"))
			}
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}
