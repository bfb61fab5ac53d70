package seed_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

// FuzzEdits edits a seed at random, again and again, and applies each edit to a store that holds the one before. The seeded
// rows must be those of a fresh start, and what was created at run time must stay.
func FuzzEdits(f *testing.F) {
	for n := range uint64(20) {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, n uint64) {
		random := mathrand.New(mathrand.NewPCG(n, 19))
		edited := &file{}
		for range 10 {
			edited.edit(random)
		}
		s := store.New()
		inUse := n%3 != 0 // else nothing but seeds is ever written
		var applied *file
		step := 0
		for range 120 {
			next := edited.clone()
			for range 1 + random.IntN(4) {
				next.edit(random)
			}
			source := next.String()
			parsed, err := seed.Parse("seed.yaml", []byte(source), environment(nil))
			if err != nil {
				continue // the edit makes no good file
			}
			if err := applyOnce(s, parsed); err != nil {
				t.Fatalf("step %d: %v\nfrom\n%s\nto\n%s", step, err, applied, source)
			}
			fresh := store.New()
			if err := applyOnce(fresh, parsed); err != nil {
				t.Fatalf("step %d: a fresh start: %v\n%s", step, err, source)
			}
			want := rowsOf(fresh, false)
			if got := rowsOf(s, false); !reflect.DeepEqual(got, want) {
				t.Fatalf("step %d: the rows are\n%v\nnot\n%v\nfrom\n%s\nto\n%s", step, got, want, applied, source)
			}
			if made := len(rowsOf(s, true)); inUse && applied != nil && made != madeRows {
				t.Fatalf("step %d: %d rows of run time are left\nfrom\n%s\nto\n%s", step, made, applied, source)
			}
			if inUse && applied == nil {
				change(t, s, makeRows)
			}
			if step%7 == 6 {
				s.Reset()
				if got := rowsOf(s, false); !reflect.DeepEqual(got, want) || len(rowsOf(s, true)) != 0 {
					t.Fatalf("step %d: after a reset, the rows are\n%v\nnot\n%v\n%s", step, got, want, source)
				}
				if inUse {
					change(t, s, makeRows)
				}
			}
			edited, applied = next, next
			step++
		}
	})
}

func applyOnce(s *store.Store, parsed *seed.Seed) error {
	return s.Update(func(tx *store.Txn) error {
		_, err := parsed.Apply(tx, testNow, rand.Reader)
		return err
	})
}

const madeRows = 7

// makeRows creates what the API creates, for owners of the file and others.
func makeRows(tx *store.Txn) error {
	meta := func(id string) store.Meta { return store.Meta{ID: id, CreatedAt: testNow} }
	return errors.Join(
		store.Organizations.Insert(tx, store.Organization{Meta: meta("org_MADE"), Name: "N1", ExternalID: "made"}),
		store.Users.Insert(tx, store.User{Meta: meta("user_MADE"), Email: "made@x", ExternalID: "made"}),
		store.Applications.Insert(tx, store.Application{Meta: meta("conn_app_MADE"), ClientID: "client_MADE", OrganizationID: "org_P1"}),
		store.ClientSecrets.Insert(tx, store.ClientSecret{Meta: meta("secret_MADE"), ApplicationID: "conn_app_MADE", Digest: store.DigestOf("made")}),
		store.APIKeys.Insert(tx, store.APIKey{Meta: meta("api_key_MADE"), OrganizationID: "org_P2", UserID: "user_P1", Digest: store.DigestOf("made")}),
		store.Memberships.Insert(tx, store.Membership{Meta: meta("om_MADE"), UserID: "user_MADE", OrganizationID: "org_MADE"}),
		store.Invitations.Insert(tx, store.Invitation{Meta: meta("invitation_MADE"), Email: "a@x", OrganizationID: "org_MADE", Token: "made"}),
	)
}

// rowsOf returns the rows by id, those that were seeded or those that were made, without what differs from start to start.
func rowsOf(s *store.Store, made bool) map[string]any {
	rows := map[string]any{}
	add := func(meta *store.Meta, row func() any) {
		if (meta.Seed == "") == made {
			meta.CreatedAt, meta.UpdatedAt = time.Time{}, time.Time{}
			rows[meta.ID] = row()
		}
	}
	v := s.View()
	for _, o := range store.Organizations.All(v) {
		add(&o.Meta, func() any { return fmt.Sprint(o.ID, o.Seed, o.Name, o.ExternalID, o.Domains, o.Metadata) })
	}
	for _, u := range store.Users.All(v) {
		add(&u.Meta, func() any {
			return fmt.Sprint(u.ID, u.Seed, u.Email, u.ExternalID, u.FirstName, u.Password != nil && u.Password.Matches("password-1"), u.Identities)
		})
		for _, f := range v.FactorsOfUser(u.ID) {
			add(&f.Meta, func() any {
				if f.RandomSecret {
					return fmt.Sprint(f.ID, f.Seed, f.UserID, f.Secret == "")
				}
				return fmt.Sprint(f.ID, f.Seed, f.UserID, f.Secret)
			})
		}
	}
	for _, m := range store.Memberships.All(v) {
		add(&m.Meta, func() any {
			if found, ok := v.MembershipOf(m.UserID, m.OrganizationID); !ok || found.ID != m.ID {
				return "is not found by its user and organization"
			}
			return fmt.Sprint(m.ID, m.Seed, m.UserID, m.OrganizationID, m.Status, m.RoleSlugs)
		})
	}
	for _, c := range store.Connections.All(v) {
		add(&c.Meta, func() any { return fmt.Sprint(c.ID, c.Seed, c.Name, c.OrganizationID, c.State, c.Profiles) })
	}
	for _, i := range store.Invitations.All(v) {
		add(&i.Meta, func() any {
			if found, ok := v.InvitationByToken(i.Token); !ok || found.ID != i.ID {
				return "is not found by its token"
			}
			return fmt.Sprint(i.ID, i.Seed, i.Email, i.OrganizationID, i.RoleSlug, i.RandomSecret, i.ExpiresAt)
		})
	}
	for _, r := range store.Roles.All(v) {
		add(&r.Meta, func() any { return fmt.Sprint(r.ID, r.Seed, r.Slug, r.Name, r.Permissions) })
	}
	for _, a := range store.Applications.All(v) {
		add(&a.Meta, func() any {
			return fmt.Sprint(a.ID, a.Seed, a.ClientID, a.Name, a.OrganizationID, a.Scopes, a.TokenTTL)
		})
		if found, ok := v.ApplicationByClientID(a.ClientID); !ok || found.ID != a.ID {
			rows["client "+a.ClientID] = "is not found"
		}
		for _, secret := range v.ClientSecrets(a.ID) {
			add(&secret.Meta, func() any {
				if secret.RandomSecret {
					return fmt.Sprint(secret.ID, secret.Seed, secret.Digest.IsZero())
				}
				return fmt.Sprint(secret.ID, secret.Seed, secret.Digest, secret.Hint)
			})
		}
	}
	for _, k := range store.APIKeys.All(v) {
		add(&k.Meta, func() any {
			if found, ok := v.APIKeyByDigest(k.Digest); !ok || found.ID != k.ID {
				return "is not found by its value"
			}
			digest := fmt.Sprint(k.Digest, k.Obfuscated)
			if k.RandomSecret {
				digest = fmt.Sprint(k.Digest.IsZero())
			}
			return fmt.Sprint(k.ID, k.Seed, k.Name, k.OrganizationID, k.UserID, k.Permissions, digest)
		})
	}
	for _, k := range store.EnvironmentKeys.All(v) {
		add(&k.Meta, func() any { return fmt.Sprint(k.ID, k.Seed, k.Environment, k.Digest) })
	}
	return rows
}

// file is a seed file, as blocks of entries.
type file struct {
	organizations, users, applications, keys []fields
	memberships, connections, invitations    []fields
	roles                                    []fields
	environmentKeys                          []string
	asMapping                                bool
}

// fields are those of an entry, as YAML has them.
type fields map[string]string

// The values that there are few of, so that they move from one entry to another.
var few = map[string][]string{
	"organizations": {"name N1", "name N2", "name N3", "name N4", "id org_P1", "id org_P2", "external_id X1", "external_id X2", "external_id X3", "domains [d.example]",
		"memberships [{email: a@x}]", "memberships [{email: a@x, role: r1}, {email: b@x, status: inactive}]"},
	"users": {
		"email a@x", "email b@x", "email c@x", "id user_P1", "id user_P2", "external_id X1", "external_id X2", "first_name F",
		"password password-1", "password password-2", "totp true", "totp JBSWY3DPEHPK3PXP", "oauth_provider GoogleOAuth", "oauth_provider GitHubOAuth",
	},
	"memberships": {"user a@x", "user b@x", "organization N1", "organization N2", "organization_id org_UP", "organization_id org_P1", "role r1", "role member", "status pending"},
	"connections": {"name N1", "name N2", "organization N1", "organization_id org_P1", "organization_id org_UP", "id conn_P1", "state inactive", "profiles [{email: a@x}]", "profiles [{email: b@x}, {email: a@x}]"},
	"invitations": {"email a@x", "email b@x", "organization N1", "organization_id org_P2", "id invitation_P1", "role_slug r1", "token token-number-1", "token token-number-2", "expires_in_days 3"},
	"roles":       {"slug r1", "slug member", "permissions [a]", "priority 3", "organization_id org_P1"},
	"applications": {
		"name N1", "name N2", "organization N1", "organization N2", "organization_id org_P1", "organization_id org_UP", "id conn_app_P1", "id conn_app_P2",
		"client_id client_P1", "client_id client_P2", "client_id client_P3", "client_secret secret-number-1", "client_secret secret-number-2",
		"client_secrets [secret-number-1, secret-number-3]", "client_secrets []", "scopes [a]", "token_ttl 1d",
	},
	"keys": {
		"name N1", "name N2", "organization N1", "organization N2", "organization_id org_P2", "user_id user_P1", "id api_key_P1", "id api_key_P2",
		"value sk_test_1", "value sk_test_2", "value sk_test_3", "permissions [a]", "permissions [a, b]",
	},
}

func (f *file) blocks() map[string]*[]fields {
	return map[string]*[]fields{
		"organizations": &f.organizations, "users": &f.users, "applications": &f.applications, "keys": &f.keys,
		"memberships": &f.memberships, "connections": &f.connections, "invitations": &f.invitations, "roles": &f.roles,
	}
}

func (f *file) edit(random *mathrand.Rand) {
	if random.IntN(12) == 0 {
		f.asMapping = !f.asMapping
		return
	}
	if f.asMapping && random.IntN(4) == 0 {
		f.environmentKeys = nil
		for _, i := range random.Perm(3)[:random.IntN(4)] {
			f.environmentKeys = append(f.environmentKeys, fmt.Sprintf("sk_test_%d", i+1))
		}
		return
	}
	names := []string{"organizations", "users", "applications", "keys", "memberships", "connections", "invitations", "roles"}
	name := names[random.IntN(len(names))]
	block := f.blocks()[name]
	value := func(e fields) {
		field, value, _ := strings.Cut(few[name][random.IntN(len(few[name]))], " ")
		if e[field] == value && field != "name" && field != "email" {
			delete(e, field)
			return
		}
		switch field { // one of two that exclude each other
		case "organization":
			delete(e, "organization_id")
		case "organization_id":
			delete(e, "organization")
		case "client_secret":
			delete(e, "client_secrets")
		case "client_secrets":
			delete(e, "client_secret")
		}
		e[field] = value
	}
	n := len(*block)
	switch move := random.IntN(7); {
	case n < 2 || move == 0 && n < 5: // add
		e := fields{}
		first, required, _ := strings.Cut(few[name][random.IntN(2)], " ")
		e[first] = required
		switch name {
		case "applications", "keys", "memberships", "connections":
			e["organization_id"] = "org_UP"
		case "roles":
			e["name"] = "R"
		}
		for range random.IntN(3) {
			value(e)
		}
		*block = slices.Insert(*block, random.IntN(n+1), e)
	case move == 1: // remove
		at := random.IntN(n)
		*block = slices.Delete(*block, at, at+1)
	case move == 2: // reorder
		random.Shuffle(n, func(i, j int) { (*block)[i], (*block)[j] = (*block)[j], (*block)[i] })
	case move == 3: // swap the values of a field, which one of the two may lack
		a, b := (*block)[random.IntN(n)], (*block)[random.IntN(n)]
		field, _, _ := strings.Cut(few[name][random.IntN(len(few[name]))], " ")
		inA, inB := a[field], b[field]
		a[field], b[field] = inB, inA
		for _, e := range []fields{a, b} {
			if e[field] == "" {
				delete(e, field)
			}
		}
	default:
		value((*block)[random.IntN(n)])
	}
}

func (f *file) clone() *file {
	c := *f
	for name, block := range c.blocks() {
		*block = nil
		for _, e := range *f.blocks()[name] {
			copied := fields{}
			for field, value := range e {
				copied[field] = value
			}
			*block = append(*block, copied)
		}
	}
	return &c
}

func (f *file) String() string {
	if f == nil {
		return ""
	}
	var b strings.Builder
	write := func(name string, entries []fields) {
		fmt.Fprintf(&b, "%s:\n", name)
		for _, e := range entries {
			var members []string
			for field, value := range e {
				members = append(members, field+": "+value)
			}
			slices.Sort(members)
			fmt.Fprintf(&b, "  - {%s}\n", strings.Join(members, ", "))
		}
	}
	write("organizations", f.organizations)
	write("users", f.users)
	write("connectApplications", f.applications)
	write("memberships", f.memberships)
	write("connections", f.connections)
	write("invitations", f.invitations)
	write("roles", f.roles)
	if !f.asMapping {
		write("apiKeys", f.keys)
		return b.String()
	}
	b.WriteString("apiKeys:\n")
	for _, key := range f.environmentKeys {
		fmt.Fprintf(&b, "  %s: {environment: test}\n", key)
	}
	return b.String()
}
