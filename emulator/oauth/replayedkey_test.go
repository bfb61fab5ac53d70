package oauth

import "testing"

// TestKidIsPartOfTheSignature verifies each token by each kid.
func TestKidIsPartOfTheSignature(t *testing.T) {
	t.Parallel()
	key := testKey()
	ours, errOurs := key.Sign(map[string]any{"sub": "x"})
	replayed, errReplayed := key.SignReplayed(map[string]any{"sub": "x"})
	without, errWithout := key.signAs("", map[string]any{"sub": "x"})
	if errOurs != nil || errReplayed != nil || errWithout != nil {
		t.Fatal(errOurs, errReplayed, errWithout)
	}
	for name, test := range map[string]struct {
		key   *PublicKey
		token string
		good  bool
	}{
		"ours": {&key.PublicKey, ours, true}, "replayed": {key.Replayed(), replayed, true},
		"ours, as replayed": {key.Replayed(), ours, false}, "replayed, as ours": {&key.PublicKey, replayed, false},
		"without a kid": {&key.PublicKey, without, false},
	} {
		if err := test.key.Verify(test.token, new(map[string]any)); (err == nil) != test.good {
			t.Errorf("%s: %v", name, err)
		}
		if !test.key.Signed(test.token) {
			t.Errorf("%s: it may be passed on", name)
		}
	}
	if key.Replayed().KeyID() != "replayed_"+key.KeyID() {
		t.Errorf("the kids are %s and %s", key.KeyID(), key.Replayed().KeyID())
	}
}
