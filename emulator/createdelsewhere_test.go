package emulator

import (
	"fmt"
	"strings"
	"testing"
)

// TestUserCreatedElsewhere has a real user created with the address of a local one, which a warning tells, without the address.
func TestUserCreatedElsewhere(t *testing.T) {
	t.Parallel()
	const mixedCase = `{"email":" Alice@ACME.example"}`
	for name, test := range map[string]struct {
		body, key string
		status    int
		warned    bool
	}{
		"the address of a local user": {mixedCase, acceptedKey, 201, true},
		"it was refused":              {mixedCase, acceptedKey, 422, false},
		"another address":             {`{"email":"new@acme.example"}`, acceptedKey, 201, false},
		"no JSON":                     {`{"email"`, acceptedKey, 201, false},
		"an unknown key":              {mixedCase, "sk_unknown", 201, false},
		"a large body":                {`{"email":"alice@acme.example","x":"` + strings.Repeat("x", 5<<20) + `"}`, acceptedKey, 201, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, next := newServer(t), &recorder{status: test.status, body: `{"id":"user_REAL"}`}
			f.next = next
			if r := f.send("POST", usersPath, test.body, bearer(test.key)); r.Code != test.status {
				t.Fatalf("%d %.200s", r.Code, r.Body)
			}
			if sent := next.take(); len(sent) != 1 || sent[0].body != test.body {
				t.Errorf("the upstream got %d requests, or another body", len(sent))
			}
			warnings := f.logs.FilterMessageSnippet("with the address of a local user").All()
			if (len(warnings) == 1) != test.warned {
				t.Errorf("the warnings are %v", warnings)
			}
			if test.warned {
				if logged := fmt.Sprint(warnings[0].ContextMap()); logged != "map[local_user:user_ALICE]" {
					t.Errorf("it logs %s", logged)
				}
			}
		})
	}
}
