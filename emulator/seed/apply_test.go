package seed_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

func change(t testing.TB, s *store.Store, write func(*store.Txn) error) {
	t.Helper()
	if err := s.Update(write); err != nil {
		t.Fatal(err)
	}
}

const base = `
organizations: [{id: org_a, name: A, external_id: ea}, {id: org_b, name: B}]
users: [{id: user_a, email: a@x}]
connectApplications:
  - {id: app_a, name: App, organization: A, client_id: ca, client_secret: secret-of-app-a}
  - {id: app_r, name: Random, organization: B}
apiKeys:
  - {id: key_a, name: Key, organization: A, value: sk_a_1}
  - {id: key_r, name: Random, organization: A}
`

func TestApplyInTheOrderOfTheFile(t *testing.T) {
	t.Parallel()
	s, _ := seeded(t, "organizations: [{name: C}, {name: A}, {name: B}]")
	var got strings.Builder
	for _, o := range store.Organizations.All(s.View()) {
		got.WriteString(o.Name)
	}
	if got.String() != "CAB" {
		t.Errorf("got %s", got.String())
	}
}

func TestApplyDiff(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		replace []string // in base
		want    seed.Changes
	}{
		"unchanged":                         {nil, seed.Changes{}},
		"reformatted":                       {[]string{"{id: user_a, email: a@x}", "{email: a@x, id: user_a}"}, seed.Changes{}},
		"organization changed":              {[]string{"name: A, external_id: ea", "name: A"}, seed.Changes{Changed: 1}},
		"user added":                        {[]string{"{id: user_a, email: a@x}", "{id: user_a, email: a@x}, {email: b@x}"}, seed.Changes{Added: 1}},
		"user removed":                      {[]string{"{id: user_a, email: a@x}", ""}, seed.Changes{Removed: 1}},
		"application renamed":               {[]string{"name: App", "name: App2"}, seed.Changes{Changed: 1}},
		"secret rotated":                    {[]string{"secret-of-app-a", "another-secret"}, seed.Changes{Added: 1, Changed: 1, Removed: 1}},
		"application removed":               {[]string{"  - {id: app_r, name: Random, organization: B}\n", ""}, seed.Changes{Removed: 2}},
		"key changed":                       {[]string{"sk_a_1", "sk_a_2"}, seed.Changes{Changed: 1}},
		"key removed":                       {[]string{"  - {id: key_r, name: Random, organization: A}\n", ""}, seed.Changes{Removed: 1}},
		"organization is upstream by now":   {[]string{", {id: org_b, name: B}", "", "organization: B", "organization_id: org_b, client_id: pinned"}, seed.Changes{Changed: 1, Removed: 1}},
		"organization has another id":       {[]string{"org_a", "org_z"}, seed.Changes{Added: 1, Changed: 3, Removed: 1}},
		"environment keys in place of keys": {[]string{"  - {id: key_a, name: Key, organization: A, value: sk_a_1}\n", "  sk_1: {}\n", "  - {id: key_r, name: Random, organization: A}\n", "  sk_2: {}\n"}, seed.Changes{Added: 2, Removed: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := strings.NewReplacer(test.replace...).Replace(base)
			next := parse(t, source)
			wantIDs, _ := seeded(t, source)
			s, _ := seeded(t, base)
			if got := apply(t, s, next); got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
			if got, want := len(ids(s)), len(ids(wantIDs)); got != want {
				t.Errorf("%d rows, want %d", got, want)
			}
			if got := apply(t, s, next); got != (seed.Changes{}) {
				t.Errorf("a second time %+v", got)
			}
		})
	}
}

func TestApplyKeepsRandomSecrets(t *testing.T) {
	t.Parallel()
	s, _ := seeded(t, base)
	secret := only(t, s.View().ClientSecrets("app_r")).Digest
	key, _ := store.APIKeys.Get(s.View(), "key_r")
	next := parse(t, strings.NewReplacer("name: Random,", "name: Renamed,").Replace(base))
	apply(t, s, next)
	if got := only(t, s.View().ClientSecrets("app_r")); got.Digest != secret {
		t.Error("the client secret is another one")
	}
	if got, _ := store.APIKeys.Get(s.View(), "key_r"); got.Digest != key.Digest || got.Obfuscated != key.Obfuscated || got.Name != "Renamed" {
		t.Errorf("the key is %+v", got)
	}
}

func TestApplyMakesARandomValueWhereOneWasPinned(t *testing.T) {
	t.Parallel()
	s, _ := seeded(t, base)
	apply(t, s, parse(t, strings.Replace(base, ", value: sk_a_1", "", 1)))
	key, _ := store.APIKeys.Get(s.View(), "key_a")
	if key.Digest.IsZero() || key.Digest == store.DigestOf("sk_a_1") {
		t.Error("the pinned value is still good")
	}
}

func TestApplyLeavesWhatTheAPIChanged(t *testing.T) {
	t.Parallel()
	s, _ := seeded(t, base)
	change(t, s, func(tx *store.Txn) error {
		_, err := store.Organizations.Update(tx, "org_a", func(o *store.Organization) error { o.Name = "by the API"; return nil })
		return errors.Join(err, store.APIKeys.Delete(tx, "key_a"), store.Applications.Delete(tx, "app_a"))
	})
	next := parse(t, strings.Replace(base, "email: a@x", "email: b@x", 1))
	if got := apply(t, s, next); got != (seed.Changes{Changed: 1}) {
		t.Errorf("changes %+v", got)
	}
	tx := s.View()
	if o, _ := store.Organizations.Get(tx, "org_a"); o.Name != "by the API" {
		t.Errorf("the organization is called %q again", o.Name)
	}
	if _, ok := store.APIKeys.Get(tx, "key_a"); ok {
		t.Error("the deleted key is back")
	}
	if _, ok := tx.ApplicationByAnyID("app_a"); ok {
		t.Error("the deleted application is back")
	}
}

func TestApplyBringsADeletedEntryBackOnceItChanges(t *testing.T) {
	t.Parallel()
	s, _ := seeded(t, base)
	change(t, s, func(tx *store.Txn) error { return store.Applications.Delete(tx, "app_a") })
	apply(t, s, parse(t, strings.Replace(base, "name: App,", "name: App2,", 1)))
	if secret := only(t, s.View().ClientSecrets("app_a")); secret.Digest != store.DigestOf("secret-of-app-a") {
		t.Error("the secret did not come back with its application")
	}
}

func TestApplyLeavesRowsOfRunTime(t *testing.T) {
	t.Parallel()
	next := parse(t, "organizations: [{id: org_a, name: A}]")
	s, _ := seeded(t, base)
	change(t, s, func(tx *store.Txn) error {
		return errors.Join(
			store.Applications.Insert(tx, store.Application{Meta: store.Meta{ID: "app_run"}, ClientID: "crun", OrganizationID: "org_b"}),
			store.ClientSecrets.Insert(tx, store.ClientSecret{Meta: store.Meta{ID: "secret_run"}, ApplicationID: "app_run", Digest: store.DigestOf("x")}),
			store.APIKeys.Insert(tx, store.APIKey{Meta: store.Meta{ID: "key_run"}, OrganizationID: "org_b", UserID: "user_a", Digest: store.DigestOf("y")}),
		)
	})
	apply(t, s, next)
	tx := s.View()
	if app, ok := tx.ApplicationByAnyID("app_run"); !ok || app.OrganizationID != "org_b" || len(tx.ClientSecrets("app_run")) != 1 {
		t.Errorf("application %+v", app)
	}
	if key, ok := store.APIKeys.Get(tx, "key_run"); !ok || key.OrganizationID != "org_b" || key.UserID != "user_a" {
		t.Errorf("key %+v", key)
	}
}

func TestApplyNamesAConflictWithARowOfRunTime(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		insert func(*store.Txn) error
		want   string
	}{
		"client id": {
			func(tx *store.Txn) error {
				return store.Applications.Insert(tx, store.Application{Meta: store.Meta{ID: "app_run"}, ClientID: "ca"})
			},
			"apply seed: connectApplications[0]: applications.client_id: value already taken",
		},
		"key value": {
			func(tx *store.Txn) error {
				return store.APIKeys.Insert(tx, store.APIKey{Meta: store.Meta{ID: "key_run"}, Digest: store.DigestOf("sk_a_1")})
			},
			"apply seed: apiKeys[0]: api_keys.digest: value already taken",
		},
		"external id": {
			func(tx *store.Txn) error {
				return store.Organizations.Insert(tx, store.Organization{Meta: store.Meta{ID: "org_run"}, ExternalID: "ea"})
			},
			"apply seed: organizations[0]: organizations.external_id: value already taken",
		},
		"email": {
			func(tx *store.Txn) error {
				return store.Users.Insert(tx, store.User{Meta: store.Meta{ID: "user_run"}, Email: "A@X"})
			},
			"apply seed: users[0]: users.email: value already taken",
		},
		"id": {
			func(tx *store.Txn) error {
				return store.Users.Insert(tx, store.User{Meta: store.Meta{ID: "user_a"}})
			},
			"apply seed: users[0]: users.id: value already taken",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := store.New()
			change(t, s, test.insert)
			err := s.Update(func(tx *store.Txn) error {
				_, err := parse(t, base).Apply(tx, testNow, &counting{})
				return err
			})
			if !errors.Is(err, store.ErrConflict) || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestApplySwapsUniqueValues(t *testing.T) {
	t.Parallel()
	const source = `
organizations: [{id: o1, name: A, external_id: X, domains: [X.example]}, {id: o2, name: B, external_id: Y, domains: [Y.example]}]
users: [{id: u1, email: X@x, external_id: X}, {id: u2, email: Y@x, external_id: Y}]
connectApplications: [{id: a1, name: A, organization: A, client_id: X}, {id: a2, name: B, organization: A, client_id: Y}]
apiKeys: [{id: k1, name: A, organization: A, value: sk_X}, {id: k2, name: B, organization: A, value: sk_Y}]
`
	s, _ := seeded(t, source)
	swapped := parse(t, strings.NewReplacer("X", "Y", "Y", "X").Replace(source))
	if got := apply(t, s, swapped); got.Changed != 8 {
		t.Errorf("changes %+v", got)
	}
	if o, _ := s.View().OrganizationByExternalID("X"); o.ID != "o2" || o.Domains[0].Domain != "X.example" {
		t.Errorf("X is the external id of %q", o.ID)
	}
	if k, _ := s.View().APIKeyByDigest(store.DigestOf("sk_X")); k.ID != "k2" {
		t.Errorf("sk_X is the value of %q", k.ID)
	}
}

// TestApplyMovesValues has values that are pinned to one entry and then to another, in either order of the file.
func TestApplyMovesValues(t *testing.T) {
	t.Parallel()
	for block, values := range map[string]struct{ entry, field string }{
		"organizations":       {"{name: %, F}", "external_id: X"},
		"users":               {"{email: %@x, F}", "external_id: X"},
		"connectApplications": {"{name: %, organization_id: o, F}", "client_id: X"},
		"apiKeys":             {"{name: %, organization_id: o, F}", "value: sk_X"},
	} {
		file := func(first, second string) string {
			entry := func(name, field string) string {
				return strings.NewReplacer("%", name, "F", field).Replace(values.entry)
			}
			return block + ": [" + entry("A", first) + ", " + entry("B", second) + "]\n"
		}
		const none = ""
		for _, inUse := range []bool{false, true} {
			s, _ := seeded(t, file(none, values.field))
			if inUse {
				change(t, s, func(tx *store.Txn) error {
					return store.Users.Insert(tx, store.User{Meta: store.Meta{ID: "user_MADE"}})
				})
			}
			for _, edited := range []string{
				file(values.field, none), file(none, values.field), block + ": []", file(values.field, none),
				file("id: x_1, "+values.field, none), file("id: x_2, "+values.field, none), file(none, "id: x_2, "+values.field),
			} {
				next := parse(t, edited)
				apply(t, s, next)
				fresh := store.New()
				apply(t, fresh, next)
				if got, want := len(ids(s)), len(ids(fresh)); got != want && !inUse {
					t.Errorf("%s: %d rows, want %d", edited, got, want)
				}
			}
		}
	}
}

func TestApplyKeepsLastUse(t *testing.T) {
	t.Parallel()
	s, _ := seeded(t, base)
	key, _ := store.APIKeys.Get(s.View(), "key_a")
	key.Used(testNow)
	apply(t, s, parse(t, strings.Replace(base, "name: Key", "name: Key2", 1)))
	if key, _ = store.APIKeys.Get(s.View(), "key_a"); key.Name != "Key2" || !key.LastUsedAt().Equal(testNow) {
		t.Errorf("%s was last used at %v", key.Name, key.LastUsedAt())
	}
}
