package seed_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

// ids returns every id of a store with the name of what it is the id of.
func ids(s *store.Store) map[string]string {
	found := map[string]string{}
	tx := s.View()
	for _, o := range store.Organizations.All(tx) {
		found[o.ID] = o.Name
	}
	for _, u := range store.Users.All(tx) {
		found[u.ID] = u.Email
	}
	for _, a := range store.Applications.All(tx) {
		found[a.ID], found[a.ClientID] = a.Name+a.Audience, a.Name+a.Audience
		for _, secret := range tx.ClientSecrets(a.ID) {
			found[secret.ID] = "secret"
		}
	}
	for _, k := range store.APIKeys.All(tx) {
		found[k.ID] = k.Name
	}
	return found
}

// TestIDsOverVersions holds the derived ids: clients have them in their configuration. The file of expected ids never
// changes, but for lines that are added.
func TestIDsOverVersions(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("testdata/ids.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, _ := seeded(t, string(source))
	v := s.View()
	var got strings.Builder
	for _, o := range store.Organizations.All(v) {
		fmt.Fprintln(&got, o.ID, "organization", o.Name)
		for _, d := range o.Domains {
			fmt.Fprintln(&got, d.ID, "domain", d.Domain)
		}
	}
	for _, u := range store.Users.All(v) {
		fmt.Fprintln(&got, u.ID, "user", u.Email)
	}
	for _, a := range store.Applications.All(v) {
		fmt.Fprintln(&got, a.ID, "application", a.Name)
		fmt.Fprintln(&got, a.ClientID, "client")
		for _, secret := range v.ClientSecrets(a.ID) {
			fmt.Fprintln(&got, secret.ID, "client secret")
		}
	}
	for _, k := range store.APIKeys.All(v) {
		fmt.Fprintln(&got, k.ID, "API key", k.Name)
	}
	keys, _ := seeded(t, "apiKeys: {sk_test_golden: }")
	for _, k := range store.EnvironmentKeys.All(keys.View()) {
		fmt.Fprintln(&got, k.ID, "environment key")
	}
	const golden = "testdata/ids.golden.txt"
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the ids are\n%s\nwant those of %s:\n%s", got.String(), golden, want)
	}
}

// TestIDsDependOnTheNameAlone edits one entry, or adds one, and looks at the ids of all others.
func TestIDsDependOnTheNameAlone(t *testing.T) {
	t.Parallel()
	const file = `
organizations: [{name: Acme}, {name: Twin, id: org_twin}]
users: [{email: a@x}, {email: b@x}]
connectApplications:
  - {name: Worker, organization: Acme, client_secret: secret-of-the-worker}
  - {name: Worker, organization: Twin, client_secret: secret-of-another}
  - {name: Random, organization: Acme}
apiKeys:
  - {name: Key, organization: Acme, value: sk_test_key}
  - {name: Key, organization: Acme, user_id: user_1, value: sk_test_user}
`
	before, _ := seeded(t, file)
	want := ids(before)
	for name, replace := range map[string][]string{
		"nothing":                     {},
		"a second worker":             {"connectApplications:\n", "connectApplications:\n  - {id: conn_app_2, name: Worker, organization: Acme, client_secret: secret-of-the-second}\n"},
		"a second key":                {"apiKeys:\n", "apiKeys:\n  - {id: api_key_2, name: Key, organization: Acme, value: sk_test_2}\n"},
		"a second organization":       {"organizations: [", "organizations: [{id: org_2, name: Twin2}, "},
		"an external id":              {"{name: Acme}", "{name: Acme, external_id: acme, metadata: {a: b}, domains: [acme.example]}"},
		"a name of a user":            {"{email: a@x}", "{email: a@x, first_name: A, external_id: a}"},
		"a description and scopes":    {"{name: Worker, organization: Acme,", "{name: Worker, organization: Acme, description: D, scopes: [a], token_ttl: 1d,"},
		"a permission":                {"value: sk_test_key", "value: sk_test_key, permissions: [a], expires_at: 2030-01-01"},
		"a second secret":             {"client_secret: secret-of-the-worker", "client_secrets: [secret-of-the-worker, one-more-secret]"},
		"the id of its organization":  {"org_twin", "org_twin2"},
		"another order":               {"{name: Acme}, {name: Twin, id: org_twin}", "{name: Twin, id: org_twin}, {name: Acme}"},
		"an application gone":         {"  - {name: Random, organization: Acme}\n", ""},
		"its own derived id, pinned":  {"{name: Random,", "{id: " + idOf(t, before, "Random") + ", name: Random,"},
		"a block of the emulator's":   {"users:", "agentBlueprints: [{slug: a}]\nusers:"},
		"another value of a key":      {"sk_test_user", "sk_test_user2"},
		"another application's owner": {"Random, organization: Acme", "Random, organization_id: org_other"},
	} {
		edited := strings.NewReplacer(replace...).Replace(file)
		if name != "nothing" && edited == file {
			t.Fatalf("%s: is no edit", name)
		}
		after, _ := seeded(t, edited)
		got, changed := ids(after), []string(nil)
		for id, label := range want {
			if got[id] != label {
				changed = append(changed, label)
			}
		}
		slices.Sort(changed)
		allowed := map[string][]string{
			"the id of its organization": {"Twin"}, "an application gone": {"Random", "Random", "secret"},
			"another application's owner": {"Random", "Random", "secret"},
		}[name]
		if !slices.Equal(changed, allowed) {
			t.Errorf("%s changes the ids of %q", name, changed)
		}
	}
	if again, _ := seeded(t, file); !maps.Equal(ids(again), want) {
		t.Error("a second time, the ids are others")
	}
}

func idOf(t *testing.T, s *store.Store, application string) string {
	t.Helper()
	for _, a := range store.Applications.All(s.View()) {
		if a.Name == application {
			return a.ID
		}
	}
	t.Fatal("there is no such application")
	return ""
}

// TestSharedNames has entries that need pinned ids.
func TestSharedNames(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"organizations:\n- name: A\n- name: A\n  external_id: x\n":                                                                                      "s:3:3: organizations[1].id: cannot be derived, because its name is that of organizations[0] in line 2: pin an id",
		"organizations:\n- name: A\n- {name: A, id: org_2}\n":                                                                                           "",
		"organizations:\n- {name: A, id: org_1}\n- {name: A, id: org_2}\n":                                                                              "",
		"connectApplications:\n- {name: W, organization_id: o, description: a}\n- {name: W, organization_id: o, client_id: c, client_secret: secret}\n": "s:3:3: connectApplications[1].id: cannot be derived, because its name and owner are those of connectApplications[0] in line 2: pin an id",
		"connectApplications:\n- {name: W, organization_id: o}\n- {name: W, organization_id: p}\n":                                                      "",
		"connectApplications:\n- {name: W, organization_id: o, id: a1}\n- {name: W, organization_id: o, id: a2}\n":                                      "",
		"connectApplications:\n- {name: W, type: oauth}\n- {name: W, type: oauth}\n":                                                                    "s:3:3: connectApplications[1].id: cannot be derived, because its name and owner are those of connectApplications[0] in line 2: pin an id",
		"apiKeys:\n- {name: K, organization_id: o, value: sk_1}\n- {name: K, organization_id: o, value: sk_2}\n":                                        "s:3:3: apiKeys[1].id: cannot be derived, because its name and owner are those of apiKeys[0] in line 2: pin an id",
		"apiKeys:\n- {name: K, organization_id: o, value: sk_1}\n- {name: K, organization_id: o, user_id: user_1, value: sk_2}\n":                       "",
	} {
		_, err := seed.Parse("s", []byte(source), environment(nil))
		got := ""
		if err != nil {
			got = strings.TrimPrefix(err.Error(), "decode seed: ")
		}
		if got != want {
			t.Errorf("%s\ngot %s, want %s", source, got, want)
		}
	}
}
