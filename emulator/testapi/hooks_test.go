package testapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/fault"
)

// FuzzHook checks that an accepted hook is listed in a form that is accepted again, and means the same.
func FuzzHook(f *testing.F) {
	for _, body := range []string{
		`{"method":"GET","path":"/a/*","status":500}`, `{"method":"*","path":"*","delay":"1h2m3.5s","count":1,"probability":0.125}`,
		`{"method":"*","path":"/","abort":true,"delay":0.001,"body":[1,null,{"a":"<>"}]}`, `{"method":"GET","path":"/","body":null,"status":200}`,
		`null`, `{`, `{"delay":1e400}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		first, err := hookOf(body)
		if err != nil {
			return
		}
		shown, err := json.Marshal(hookWire(first))
		if err != nil {
			t.Fatal(err)
		}
		again, err := hookOf(strings.Replace(string(shown), `"id":"",`, "", 1))
		if err != nil {
			t.Fatalf("%s is refused: %v", shown, err)
		}
		if second, err := json.Marshal(hookWire(again)); err != nil || string(second) != string(shown) || again.Delay != first.Delay {
			t.Errorf("%s became %s: %v", shown, second, err)
		}
	})
}

func hookOf(body string) (fault.Hook, error) {
	r, err := http.NewRequest("POST", "/_emulate/hooks", strings.NewReader(body))
	if err != nil {
		return fault.Hook{}, err
	}
	return readHook(r)
}
