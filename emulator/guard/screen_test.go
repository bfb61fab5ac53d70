package guard

import (
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestNothingOfASecretIsHandedOut checks that no part of an encoded secret is read, wherever in the body it is.
func TestNothingOfASecretIsHandedOut(t *testing.T) {
	encoded := "long-local-secret"
	for range 3 {
		var again strings.Builder
		for _, c := range []byte(encoded) {
			fmt.Fprintf(&again, "%%%02x", c)
		}
		encoded = again.String()
	}
	for _, before := range []int{0, 1, 3 << 10, chunk - 1, chunk, 3*chunk - len(encoded) + 1, 3*chunk - len(encoded)/2} {
		body := strings.Repeat("x", before) + " " + encoded + strings.Repeat(" x", chunk)
		r := httptest.NewRequest("POST", "/x", io.NopCloser(strings.NewReader(body)))
		Screen(setOf("long-local-secret"), r)
		out, err := io.ReadAll(r.Body)
		if err == nil || Found(r) == nil || strings.Contains(string(out), "%") {
			t.Errorf("behind %d bytes: %d bytes are handed out: %v", before, len(out), err)
		}
	}
}
