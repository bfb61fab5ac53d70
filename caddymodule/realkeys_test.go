package caddymodule

import (
	"slices"
	"testing"
)

func TestRealKeysComeLongestFirst(t *testing.T) {
	t.Parallel()
	var keys keyring
	keys.add("key", "key_with_more", "key_with")
	keys.add("key")
	if want := []string{"key_with_more", "key_with", "key"}; !slices.Equal(keys.all(), want) {
		t.Errorf("the keys are %v, want %v", keys.all(), want)
	}
	keys.remove("key", "key_with_more")
	if want := []string{"key_with", "key"}; !slices.Equal(keys.all(), want) {
		t.Errorf("the keys that are left are %v, want %v", keys.all(), want)
	}
}
