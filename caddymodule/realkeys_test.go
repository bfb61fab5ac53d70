package caddymodule

import "testing"

// TestRealKeysAreKnownWhileSomebodyHoldsThem, but for those that are words: they would be found in every text.
func TestRealKeysAreKnownWhileSomebodyHoldsThem(t *testing.T) {
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
	keys.add("sk_live_of_the_environment", "user", "organization_id", "a")
	keys.add("sk_live_of_the_environment")
	keys.remove("sk_live_of_the_environment", "user")
	for text, want := range map[string]bool{
		"Bearer sk_live_of_the_environment": true, "c2tfbGl2ZV9vZl90aGVfZW52aXJvbm1lbnQ6": true, "sk%5Flive_of_the_environment": true,
		"a user of organization_id": false, "sk_live_of_the_environ": false,
	} {
		if got := holds(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	keys.remove("sk_live_of_the_environment", "organization_id", "a")
	if holds("sk_live_of_the_environment") {
		t.Error("a key is known that nobody holds")
	}
}
