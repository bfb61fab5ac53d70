package emulator

import (
	"encoding/hex"
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// TestIdempotencyKeysDoNotAddUp sends many that are different, and proves that the latest ones count.
func TestIdempotencyKeysDoNotAddUp(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const keys = maxAnswers + 2*sweepAfter
	caller := store.DigestOf("sk_test_env")
	for i := range keys {
		f.now = f.now.Add(1)
		c := f.newCall(httptest.NewRecorder(), httptest.NewRequest("POST", keysPath, nil), nil)
		answerID := id.Derive("answer", hex.EncodeToString(caller[:]), keysPath, fmt.Sprint(i))
		if err := c.remember(fmt.Sprint(i), answerID, store.Digest{}, answer{status: 201, body: map[string]any{}}); err != nil {
			t.Fatal(err)
		}
	}
	view, kept := f.Store.View(), 0
	for i := range keys {
		_, ok := view.Answer(id.Derive("answer", hex.EncodeToString(caller[:]), keysPath, fmt.Sprint(i)))
		if ok {
			kept++
		} else if i >= keys-maxAnswers {
			t.Fatalf("the answer to request %d of %d is forgotten", i, keys)
		}
	}
	if kept > maxAnswers+sweepAfter {
		t.Errorf("%d answers are kept", kept)
	}
}
