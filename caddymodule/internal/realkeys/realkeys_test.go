package realkeys

import "testing"

// TestKeysAreKnownWhileAConfigurationHasThem, but for those that are words: they would be found in every text.
func TestKeysAreKnownWhileAConfigurationHasThem(t *testing.T) {
	t.Parallel()
	var keys keyring
	holds := func(text string) bool {
		t.Helper()
		spans, err := keys.known().Set.Spans([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return len(spans) > 0
	}
	if holds("sk_live_of_the_environment") {
		t.Error("a key is known before there is one")
	}
	keys.count([]string{"sk_live_of_the_environment", "user", "organization_id", "a"}, 1)
	keys.count([]string{"sk_live_of_the_environment"}, 1)
	keys.count([]string{"sk_live_of_the_environment", "user"}, -1)
	for text, want := range map[string]bool{
		"Bearer sk_live_of_the_environment": true, "c2tfbGl2ZV9vZl90aGVfZW52aXJvbm1lbnQ6": true, "sk%5Flive_of_the_environment": true,
		"a user of organization_id": false, "sk_live_of_the_environ": false,
	} {
		if got := holds(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	keys.count([]string{"sk_live_of_the_environment", "organization_id", "a"}, -1)
	if holds("sk_live_of_the_environment") {
		t.Error("a key is known that no configuration has")
	}
}
