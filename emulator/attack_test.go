package emulator

import (
	"net/http"
	"testing"
)

// TestAttackProbeIsServed: a request that is refused has been served by next all the same, where next is a handler that does
// not look at its context.
func TestAttackProbeIsServed(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(http.Header){
		"a customer's key": bearer("sk_test_customer"),
		"a local secret":   func(h http.Header) { anonymous(h); h.Set("Cookie", "a=sk_test_customer") },
	} {
		f := newFixture(t)
		served := 0
		f.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodDelete {
				served++
			}
			w.WriteHeader(http.StatusNoContent)
		})
		r := f.send("DELETE", "/vault/v1/kv/1", "", change)
		if served != 0 {
			t.Errorf("%s: %d, and next has served %d DELETE requests", name, r.Code, served)
		}
	}
}
