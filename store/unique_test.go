package store

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func meta(id string) Meta {
	return Meta{ID: id, CreatedAt: time.Unix(1, 0), UpdatedAt: time.Unix(1, 0)}
}

func mustUpdate(t testing.TB, s *Store, change func(*Txn) error) {
	t.Helper()
	if err := s.Update(change); err != nil {
		t.Fatal(err)
	}
}

func TestSchemaIsValid(t *testing.T) {
	t.Parallel()
	if err := schema().Validate(); err != nil {
		t.Fatal(err)
	}
}

// TestTakenValueIsRefused rules out what go-memdb does: an insert that silently replaces the entry of the index.
func TestTakenValueIsRefused(t *testing.T) {
	t.Parallel()
	const secret = "sk_test_taken_value"
	digest := DigestOf(secret)
	for name, test := range map[string]struct {
		first, second func(*Txn) error
		holder        func(*Txn) string
		table, field  string
	}{
		"organization id": {
			func(tx *Txn) error { return Organizations.Insert(tx, Organization{Meta: meta("a"), Name: "first"}) },
			func(tx *Txn) error { return Organizations.Insert(tx, Organization{Meta: meta("a"), Name: "second"}) },
			func(tx *Txn) string { o, _ := Organizations.Get(tx, "a"); return o.Name }, "organizations", "id",
		},
		"organization external_id": {
			func(tx *Txn) error {
				return Organizations.Insert(tx, Organization{Meta: meta("a"), Name: "first", ExternalID: secret})
			},
			func(tx *Txn) error {
				return Organizations.Insert(tx, Organization{Meta: meta("b"), Name: "second", ExternalID: secret})
			},
			func(tx *Txn) string { o, _ := tx.OrganizationByExternalID(secret); return o.Name }, "organizations", "external_id",
		},
		"organization domain": {
			func(tx *Txn) error {
				return Organizations.Insert(tx, Organization{Meta: meta("a"), Name: "first", Domains: []Domain{{Domain: "x"}, {Domain: secret}}})
			},
			func(tx *Txn) error {
				return Organizations.Insert(tx, Organization{Meta: meta("b"), Name: "second", Domains: []Domain{{Domain: strings.ToUpper(secret)}}})
			},
			func(tx *Txn) string { o, _ := Organizations.get(tx, "domain", secret); return o.Name }, "organizations", "domain",
		},
		"user email": {
			func(tx *Txn) error { return Users.Insert(tx, User{Meta: meta("a"), Email: secret, FirstName: "first"}) },
			func(tx *Txn) error {
				return Users.Insert(tx, User{Meta: meta("b"), Email: strings.ToUpper(secret), FirstName: "second"})
			},
			func(tx *Txn) string { u, _ := Users.get(tx, "email", secret); return u.FirstName }, "users", "email",
		},
		"user external_id": {
			func(tx *Txn) error {
				return Users.Insert(tx, User{Meta: meta("a"), Email: "first", ExternalID: secret})
			},
			func(tx *Txn) error {
				return Users.Insert(tx, User{Meta: meta("b"), Email: "second", ExternalID: secret})
			},
			func(tx *Txn) string { u, _ := tx.UserByExternalID(secret); return u.Email }, "users", "external_id",
		},
		"application client_id": {
			func(tx *Txn) error {
				return Applications.Insert(tx, Application{Meta: meta("a"), Name: "first", ClientID: secret})
			},
			func(tx *Txn) error {
				return Applications.Insert(tx, Application{Meta: meta("b"), Name: "second", ClientID: secret})
			},
			func(tx *Txn) string { a, _ := tx.ApplicationByAnyID(secret); return a.Name }, "applications", "client_id",
		},
		"client secret id": {
			func(tx *Txn) error { return ClientSecrets.Insert(tx, ClientSecret{Meta: meta("a"), Hint: "first"}) },
			func(tx *Txn) error { return ClientSecrets.Insert(tx, ClientSecret{Meta: meta("a"), Hint: "second"}) },
			func(tx *Txn) string { s, _ := ClientSecrets.Get(tx, "a"); return s.Hint }, "client_secrets", "id",
		},
		"api key digest": {
			func(tx *Txn) error { return APIKeys.Insert(tx, APIKey{Meta: meta("a"), Name: "first", Digest: digest}) },
			func(tx *Txn) error {
				return APIKeys.Insert(tx, APIKey{Meta: meta("b"), Name: "second", Digest: digest})
			},
			func(tx *Txn) string { k, _ := tx.APIKeyByDigest(digest); return k.Name }, "api_keys", "digest",
		},
		"environment key digest": {
			func(tx *Txn) error {
				return EnvironmentKeys.Insert(tx, EnvironmentKey{Meta: meta("a"), Environment: "first", Digest: digest})
			},
			func(tx *Txn) error {
				return EnvironmentKeys.Insert(tx, EnvironmentKey{Meta: meta("b"), Environment: "second", Digest: digest})
			},
			func(tx *Txn) string { k, _ := tx.EnvironmentKeyByDigest(digest); return k.Environment }, "environment_keys", "digest",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := New()
			mustUpdate(t, s, test.first)
			err := s.Update(test.second)
			var conflict *ConflictError
			if !errors.Is(err, ErrConflict) || !errors.As(err, &conflict) {
				t.Fatalf("the second insert gave %v", err)
			}
			if conflict.Table != test.table || conflict.Field != test.field || strings.Contains(err.Error(), secret) {
				t.Errorf("the conflict is %v", err)
			}
			if got := test.holder(s.View()); got != "first" {
				t.Errorf("the value now belongs to %q", got)
			}
		})
	}
}

func TestUpdateIntoTakenValueIsRefused(t *testing.T) {
	t.Parallel()
	s := New()
	mustUpdate(t, s, func(tx *Txn) error {
		return errors.Join(
			Organizations.Insert(tx, Organization{Meta: meta("a"), ExternalID: "x"}),
			Organizations.Insert(tx, Organization{Meta: meta("b"), ExternalID: "y"}),
			Organizations.Insert(tx, Organization{Meta: meta("c")}),
			Organizations.Insert(tx, Organization{Meta: meta("d")}),
		)
	})
	set := func(id, value string) error {
		return s.Update(func(tx *Txn) error {
			_, err := Organizations.Update(tx, id, func(o *Organization) error { o.ExternalID = value; return nil })
			return err
		})
	}
	if err := set("b", "x"); !errors.Is(err, ErrConflict) {
		t.Errorf("a taken value gave %v", err)
	}
	if err := set("b", "y"); err != nil {
		t.Errorf("a row's own value gave %v", err)
	}
	if err := set("unknown", "z"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown row gave %v", err)
	}
	mustUpdate(t, s, func(tx *Txn) error { return Organizations.Delete(tx, "a") })
	if err := set("b", "x"); err != nil {
		t.Errorf("a value that is free again gave %v", err)
	}
	if o, ok := s.View().OrganizationByExternalID("x"); !ok || o.ID != "b" {
		t.Errorf("x belongs to %v", o)
	}
	if _, ok := s.View().OrganizationByExternalID("y"); ok {
		t.Error("the value of before is still found")
	}
}

// TestUniqueValuesFollowTheirRow checks that the values that a row has no longer are free, and that the others are not.
func TestUniqueValuesFollowTheirRow(t *testing.T) {
	t.Parallel()
	s := New()
	domains := func(names ...string) (all []Domain) {
		for _, name := range names {
			all = append(all, Domain{Domain: name})
		}
		return all
	}
	set := func(id string, names ...string) error {
		return s.Update(func(tx *Txn) error {
			_, err := Organizations.Update(tx, id, func(o *Organization) error { o.Domains = domains(names...); return nil })
			return err
		})
	}
	mustUpdate(t, s, func(tx *Txn) error {
		return errors.Join(
			Organizations.Insert(tx, Organization{Meta: meta("a"), Domains: domains("one", "two")}),
			Organizations.Insert(tx, Organization{Meta: meta("b")}),
			Organizations.Insert(tx, Organization{Meta: meta("c")}),
		)
	})
	for _, step := range []struct {
		id     string
		names  []string
		refuse bool
	}{
		{"b", []string{"three", "TWO"}, true},
		{"b", []string{"three"}, false}, // the refused write has left nothing
		{"a", []string{"two", "one", "Four"}, false},
		{"a", []string{"two"}, false},
		{"b", []string{"one", "four"}, false},
		{"c", []string{"Two"}, true},
		{"c", []string{"three"}, false},
	} {
		if err := set(step.id, step.names...); errors.Is(err, ErrConflict) != step.refuse || !step.refuse && err != nil {
			t.Errorf("%s with %v: %v", step.id, step.names, err)
		}
	}
	mustUpdate(t, s, func(tx *Txn) error { return Organizations.Delete(tx, "a") })
	if err := set("c", "two"); err != nil {
		t.Errorf("the domain of a deleted organization: %v", err)
	}
}

func TestDeletedClientsStayKnown(t *testing.T) {
	t.Parallel()
	s := New()
	mustUpdate(t, s, func(tx *Txn) error {
		return Applications.Insert(tx, Application{Meta: meta("a"), ClientID: "client_gone"})
	})
	if s.View().ClientRetired("client_gone") {
		t.Error("a living client counts as deleted")
	}
	mustUpdate(t, s, func(tx *Txn) error { return tx.Clear() })
	if v := s.View(); !v.ClientRetired("client_gone") || v.ClientRetired("client_never") {
		t.Error("a deleted client is forgotten, or one that never was is known")
	}
}
