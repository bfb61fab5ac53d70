package idempotency

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
	"go.uber.org/zap"
)

// TestIdempotencyKeysDoNotAddUp sends many different ones, and checks that the newest answers are stored.
func TestIdempotencyKeysDoNotAddUp(t *testing.T) {
	t.Parallel()
	s, now := store.New(), time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	answers := New(s, rand.Reader, zap.NewNop())
	const keys = maxAnswers + 2*sweepAfter
	caller := store.DigestOf("sk_test_env")
	for i := range keys {
		now = now.Add(1)
		answerID := id.Derive("answer", hex.EncodeToString(caller[:]), "/organizations/org_ACME/api_keys", fmt.Sprint(i))
		if err := answers.remember(now, fmt.Sprint(i), answerID, store.Digest{}, api.Answer{Status: 201, Body: map[string]any{}}); err != nil {
			t.Fatal(err)
		}
	}
	view, kept := s.View(), 0
	for i := range keys {
		_, ok := view.Answer(id.Derive("answer", hex.EncodeToString(caller[:]), "/organizations/org_ACME/api_keys", fmt.Sprint(i)))
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
