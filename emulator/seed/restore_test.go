package seed_test

import (
	"crypto/rand"
	"errors"
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
		_, err := tx.UpdateOrganization("org_A", func(o *store.Organization) error { o.Name = "Changed"; return nil })
		return errors.Join(err, tx.DeleteOrganization("org_B"),
			tx.InsertOrganization(store.Organization{Meta: store.Meta{ID: "org_MADE"}}),
			tx.InsertAPIKey(store.APIKey{Meta: store.Meta{ID: "api_key_MADE"}, Digest: made}),
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
	for _, o := range v.AllOrganizations() {
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
