package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
)

// TestContractRefusesWhatIsNotDescribed adds a member to each object of each answer, and takes each away that the answer
// cannot do without: the contract would be worth nothing if it let that pass.
func TestContractRefusesWhatIsNotDescribed(t *testing.T) {
	t.Parallel()
	for name, d := range descriptions(t) {
		for _, e := range contract {
			if d.answers[inPlainForm(e.route)] == nil {
				continue
			}
			request, response := e.perform(t)
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if len(body) == 0 || e.status == http.StatusUnauthorized { // described without a body
				continue
			}
			for _, at := range objects(t, body) {
				if free[at] {
					continue
				}
				spoiled := *response
				spoiled.Body = io.NopCloser(bytes.NewReader(spoil(t, body, at)))
				if d.faults(t, e.route, request, &spoiled) == nil {
					t.Errorf("%s: %s %d takes an unknown member in %q of %s", name, e.route, e.status, at, body)
				}
			}
			if e.status < 400 {
				for _, emptied := range []string{`{}`, `[{}]`, `null`, ``} {
					empty := *response
					empty.Body = io.NopCloser(bytes.NewReader([]byte(emptied)))
					if d.faults(t, e.route, request, &empty) == nil && (emptied != `{}` || !looseLists[e.route]) {
						t.Errorf("%s: %s %d takes %s", name, e.route, e.status, emptied)
					}
				}
			}
		}
	}
}

// free are the objects whose members are free, and the user of a step-up, of whom the description says nothing.
var free = map[string]bool{"metadata": true, "custom_attributes": true, "raw_attributes": true, "profile.raw_attributes": true, "user": true}

// looseLists are the lists of which the description says what they may have, and not what they must have.
var looseLists = map[string]bool{"GET /user_management/users/{id}/sessions": true}

// objects returns the names of all members that hold objects, or arrays of them, each once; "" is the answer itself.
func objects(t *testing.T, body []byte) []string {
	t.Helper()
	var names []string
	walk(t, body, func(name string, _ map[string]any) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	})
	return names
}

// spoil adds an unknown member to every object that is found under a name.
func spoil(t *testing.T, body []byte, at string) []byte {
	t.Helper()
	value := walk(t, body, func(name string, object map[string]any) {
		if name == at {
			object["undescribed"] = true
		}
	})
	spoiled, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return spoiled
}

// walk visits all objects of an answer, with the name of the member that holds them.
func walk(t *testing.T, body []byte, visit func(name string, object map[string]any)) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		t.Fatal(fmt.Errorf("decode an answer: %w", err))
	}
	var descend func(name string, value any)
	descend = func(name string, value any) {
		switch value := value.(type) {
		case map[string]any:
			visit(name, value)
			for inner, member := range value {
				descend(inner, member)
			}
		case []any:
			for _, item := range value {
				descend(name, item)
			}
		}
	}
	descend("", value)
	return value
}
