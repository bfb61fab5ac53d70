package seed_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

// TestNullIsNothing gives each field that may be left out as null, which is as if it were left out.
func TestNullIsNothing(t *testing.T) {
	t.Parallel()
	entries := map[string]string{
		"organizations": "name: Acme", "users": "email: a@x", "permissions": "slug: p, name: P", "roles": "slug: r, name: R",
		"memberships": "user_id: user_REAL, organization: Base", "connections": "name: C, organization: Base", "invitations": "email: i@x",
		"redirectUris": "uri: http://localhost", "corsOrigins": "origin: http://localhost",
	}
	tried := 0
	for _, b := range seed.Format().Blocks() {
		entry, ok := entries[b.Name]
		if !ok {
			continue
		}
		for _, f := range b.Fields {
			if strings.Contains(", "+entry, ", "+f.Name+":") {
				continue
			}
			tried++
			source := fmt.Sprintf("organizations: [{name: Base}]\n%s: [{%s, %s: null}]\n", b.Name, entry, f.Name)
			if b.Name == "organizations" {
				source = source[strings.Index(source, "\n")+1:]
			}
			_, err := seed.Parse("f", []byte(source), environment(nil))
			if err != nil {
				t.Errorf("%s: %v", source, err)
			}
		}
	}
	if tried < 40 {
		t.Errorf("only %d fields were tried", tried)
	}
}

// TestPasswordThatIsNotWritten has users without a password: a null that is written out is meant, and nothing after the colon may not be.
func TestPasswordThatIsNotWritten(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"users: [{email: a@x, password: null}]":       "",
		"users: [{email: a@x, password: ~}]":          "",
		`{"users":[{"email":"a@x","password":null}]}`: "",
		"users:\n- email: a@x\n  password:\n":         "seed.yaml:3:12: users[0].password: is empty: the user has no password",
	} {
		s, seeded := seeded(t, source)
		got := ""
		if warnings := seeded.Warnings(); len(warnings) > 0 {
			got = only(t, warnings).String()
		}
		if u := userBy(t, s.View(), "a@x"); got != want || u.Password != nil {
			t.Errorf("%s: %q, want %q, and %v", source, got, want, u.Password)
		}
	}
}

// TestHostileSeedsOfLogins takes files that are made to take long, or to crash: each is read or refused in no time.
func TestHostileSeedsOfLogins(t *testing.T) {
	t.Parallel()
	huge := strings.Repeat("x", 10<<20)
	var anchors, strangers, twins strings.Builder
	anchors.WriteString("x-m: &m [{email: a@x}]\nusers: [{email: a@x}]\norganizations:\n")
	strangers.WriteString("users: [{email: a@x}]\norganizations:\n- name: A\n  memberships:\n")
	twins.WriteString("users: [{email: a@x}]\norganizations:\n- name: A\n  memberships:\n")
	for i := range 20_000 {
		fmt.Fprintf(&anchors, "- {name: O%d, memberships: *m}\n", i)
		fmt.Fprintf(&strangers, "  - {email: nobody%d@x, role: role%d}\n", i, i)
		twins.WriteString("  - {email: a@x}\n")
	}
	for name, test := range map[string]struct {
		source string
		ok     bool
	}{
		"a huge password":        {"users: [{email: a@x, password: " + huge + "}]", true},
		"a huge address":         {"users: [{email: a@" + huge + "}]", false},
		"a huge secret":          {"users: [{email: a@x, totp: " + huge + "}]", false},
		"a huge provider":        {"users: [{email: a@x, oauth_provider: " + huge + "}]", false},
		"a huge role":            {"users: [{email: a@x}]\norganizations: [{name: A, memberships: [{email: a@x, role: " + huge + "}]}]", false},
		"a huge member":          {"users: [{email: a@x}]\norganizations: [{name: A, memberships: [{email: a@x" + huge + "}]}]", false},
		"a huge redirect URI":    {"redirectUris: [http://localhost/" + huge + "]", false},
		"a huge field":           {"users: [{email: a@x, " + huge + ": x}]", false},
		"one list of members":    {anchors.String(), true},
		"members who are nobody": {strangers.String(), false},
		"one member many times":  {twins.String(), false},
		"a list in itself":       {"organizations: [{name: A, memberships: &m [*m]}]", false},
		"an entry in itself":     {"users: [{email: a@x}]\norganizations: &o [{name: A, memberships: *o}]", false},
		"a merged password":      {"x-d: &d {password: pw, totp: true}\nusers: [{<<: *d, email: a@x}, {<<: *d, email: b@x}]", true},
		"roles many times":       {"users: [{email: a@x}]\nmemberships: [{user: a@x, organization_id: o, roles: [" + strings.Repeat("member, ", 20_000) + "]}]", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			parsed, err := seed.Parse("seed.yaml", []byte(test.source), environment(nil))
			if (err == nil) != test.ok {
				t.Errorf("%.200v", err)
			}
			if err != nil && len(err.Error()) > 1<<20 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			if err == nil {
				apply(t, store.New(), parsed)
			}
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}
