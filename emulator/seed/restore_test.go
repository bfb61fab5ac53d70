package seed_test

import (
	"crypto/rand"
	"errors"
	"slices"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

func TestRestore(t *testing.T) {
	t.Parallel()
	s := store.New()
	parsed := parse(t, "organizations: [{id: org_A, name: A}, {id: org_B, name: B}]\napiKeys: {sk_test_seeded: {environment: test}}")
	apply(t, s, parsed)
	made := store.DigestOf("sk_test_made")
	err := s.Update(func(tx *store.Txn) error {
		_, err := store.Organizations.Update(tx, "org_A", func(o *store.Organization) error { o.Name = "Changed"; return nil })
		return errors.Join(err, store.Organizations.Delete(tx, "org_B"),
			store.Organizations.Insert(tx, store.Organization{Meta: store.Meta{ID: "org_MADE"}}),
			store.APIKeys.Insert(tx, store.APIKey{Meta: store.Meta{ID: "api_key_MADE"}, Digest: made}),
			tx.InsertAnswer(store.Answer{Meta: store.Meta{ID: "answer_MADE"}}))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Update(func(tx *store.Txn) error { return parsed.Restore(tx, testNow, rand.Reader) }); err != nil {
		t.Fatal(err)
	}

	v := s.View()
	var names []string
	for _, o := range store.Organizations.All(v) {
		names = append(names, o.Name)
	}
	if len(names) != 2 || names[0] != "A" || names[1] != "B" {
		t.Errorf("the organizations are %v", names)
	}
	if _, ok := v.APIKeyByDigest(made); ok {
		t.Error("a key that was made is still there")
	}
	if _, ok := v.Answer("answer_MADE"); ok {
		t.Error("an answer is still kept")
	}
	if _, ok := v.EnvironmentKeyByDigest(store.DigestOf("sk_test_seeded")); !ok {
		t.Error("the seeded key is gone")
	}
	if changes := applyAt(t, s, parsed, testNow); changes != (seed.Changes{}) {
		t.Errorf("the same seed again: %+v", changes)
	}
}

// TestResetAfterReloads has what a reset goes back to: the last seed, with the random secrets that its entries have had.
func TestResetAfterReloads(t *testing.T) {
	t.Parallel()
	for _, inUse := range []bool{false, true} {
		s := store.New()
		first := parse(t, "apiKeys: [{name: Old, organization_id: o}, {name: Gone, organization_id: o}]")
		next := parse(t, "apiKeys: [{name: Old, organization_id: o, permissions: [a]}, {name: New, organization_id: o}]\nconnectApplications: [{name: A, organization_id: o}]")
		applyRandomly(t, s, first)
		old := store.APIKeys.All(s.View())[0]
		if inUse {
			change(t, s, func(tx *store.Txn) error {
				return errors.Join(store.Users.Insert(tx, store.User{Meta: store.Meta{ID: "user_MADE"}}), store.APIKeys.Delete(tx, old.ID))
			})
		}
		applyRandomly(t, s, next)
		before := store.APIKeys.All(s.View())
		before[0].Used(testNow)
		secret := only(t, s.View().ClientSecrets(only(t, store.Applications.All(s.View())).ID))
		s.Reset()
		v := s.View()
		after := store.APIKeys.All(v)
		if len(before) != 2 || len(after) != 2 || len(store.Users.All(v)) != 0 {
			t.Fatalf("%d keys and %d users", len(after), len(store.Users.All(v)))
		}
		for i, k := range after {
			at := slices.IndexFunc(before, func(b store.APIKey) bool { return b.ID == k.ID })
			if at < 0 || before[at].Digest != k.Digest || k.Digest.IsZero() || !k.LastUsedAt().IsZero() {
				t.Errorf("key %d is %+v", i, k)
			}
		}
		if after[0].ID == old.ID && after[0].Digest != old.Digest {
			t.Error("the random value is another one than at first")
		}
		if _, ok := v.MatchClientSecret(secret.ApplicationID, secret.Digest); !ok {
			t.Error("the random client secret is another one than before the reset")
		}
		if changes := applyAt(t, s, next, testNow); changes != (seed.Changes{}) {
			t.Errorf("the same seed again: %+v", changes)
		}
	}
}

func applyRandomly(t *testing.T, s *store.Store, next *seed.Seed) {
	t.Helper()
	change(t, s, func(tx *store.Txn) error {
		_, err := next.Apply(tx, testNow, rand.Reader)
		return err
	})
}

// TestFailedApplyLeavesTheBaseline has a seed that a row of run time stands in the way of.
func TestFailedApplyLeavesTheBaseline(t *testing.T) {
	t.Parallel()
	s, _ := seeded(t, "organizations: [{name: A}]")
	change(t, s, func(tx *store.Txn) error {
		return store.Organizations.Insert(tx, store.Organization{Meta: store.Meta{ID: "org_MADE"}, ExternalID: "x"})
	})
	next := parse(t, "organizations: [{name: A}, {name: B, external_id: x}]")
	err := s.Update(func(tx *store.Txn) error {
		_, err := next.Apply(tx, testNow, rand.Reader)
		return err
	})
	var conflict *store.ConflictError
	if !errors.As(err, &conflict) || conflict.Holder != "org_MADE" || err.Error() != "apply seed: organizations[1]: organizations.external_id: value already taken" {
		t.Fatalf("got %v", err)
	}
	s.Reset()
	if o := only(t, store.Organizations.All(s.View())); o.Name != "A" {
		t.Errorf("after a reset, there is %+v", o)
	}
	change(t, s, func(tx *store.Txn) error { return next.Restore(tx, testNow, rand.Reader) })
	if got := len(store.Organizations.All(s.View())); got != 2 {
		t.Errorf("after it was restored, there are %d organizations", got)
	}
}
