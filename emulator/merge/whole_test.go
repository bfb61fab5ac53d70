package merge

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/store"
)

// requestTo returns a request of a caller with an access level, and a next handler.
func requestTo(t *testing.T, target string, access guard.Access, next upstream.Next) *api.Request {
	t.Helper()
	keys, err := guard.NewKeys(&guard.Secrets{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	shared := upstream.New(upstream.Options{
		Keys: keys, Documents: &upstream.Documents{}, Observe: func(string, time.Duration) {}, Logger: zap.NewNop(),
	})
	t.Cleanup(shared.Close)
	now, view := time.Now(), store.New().View()
	r := httptest.NewRequest("GET", "http://emulator.test"+target, nil)
	route := &api.Route{}
	request := api.MakeRequest(r, route, nil, view, now)
	var writer upstream.Writer
	writer.Init(httptest.NewRecorder(), r, nil, now)
	client := shared.MakeClient(upstream.Call{
		Request: r, Body: &request.Body, Writer: &writer, Next: next, Now: now, View: view,
		Caller: guard.Caller{Access: access}, Uses: &guard.Uses{}, Route: route,
	})
	request.Upstream = &client
	return &request
}

// answering returns a next handler that always gives the same answer.
func answering(status int, body string) upstream.Next {
	return func(w http.ResponseWriter, _ *http.Request) error {
		w.WriteHeader(status)
		_, err := io.WriteString(w, body)
		return err
	}
}

func TestAnswerWhole(t *testing.T) {
	t.Parallel()
	admin := Item{ID: "admin", JSON: []byte(`{"slug":"admin","local":true}`)}
	for name, test := range map[string]struct {
		local  []Item
		access guard.Access
		next   upstream.Next
		want   string
		source string
	}{
		"no upstream":          {[]Item{admin}, guard.AccessFull, nil, `[{"slug":"admin","local":true}]`, ""},
		"nothing":              {nil, guard.AccessFull, nil, `[]`, ""},
		"both":                 {[]Item{admin}, guard.AccessFull, answering(200, `{"data":[{"slug":"member"}]}`), `[{"slug":"admin","local":true},{"slug":"member"}]`, source.Merged},
		"the upstream's alone": {nil, guard.AccessFull, answering(200, `{"data":[{"slug":"member"},{"slug":"x"}]}`), `[{"slug":"member"},{"slug":"x"}]`, source.Merged},
		"a local one hides":    {[]Item{admin}, guard.AccessFull, answering(200, `{"data":[{"slug":"admin"},{"slug":"member"}]}`), `[{"slug":"admin","local":true},{"slug":"member"}]`, source.Merged},
		"an empty one":         {nil, guard.AccessFull, answering(200, `{"data":[]}`), `[]`, source.Merged},
		"without access": {[]Item{admin}, guard.AccessLocal, func(_ http.ResponseWriter, r *http.Request) error {
			if r.Context().Err() == nil {
				t.Error("the request could be sent")
			}
			return r.Context().Err()
		}, `[{"slug":"admin","local":true}]`, ""},
	} {
		a, err := Lists{}.AnswerWhole(requestTo(t, "/authorization/roles", test.access, test.next), whole(test.local...))
		if want := `{"object":"list","data":` + test.want + `}`; err != nil || string(a.Raw) != want || a.Source != test.source || a.Status != 200 {
			t.Errorf("%s: %d from %q, %s, %v; want %s", name, a.Status, a.Source, a.Raw, err, want)
		}
	}
}

// TestAnswerWholeRelays has answers of the upstream that are not lists, and its failure.
func TestAnswerWholeRelays(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]upstream.Next{
		"an error":        answering(403, `{"message":"no"}`),
		"another status":  answering(204, ""),
		"no list":         answering(200, `{"data":{}}`),
		"no JSON":         answering(200, `{"data":[`),
		"an item without": answering(200, `{"data":[{"id":"x"}]}`),
		"too deep":        answering(200, `{"data":[`+strings.Repeat("[", 2000)+strings.Repeat("]", 2000)+`]}`),
	} {
		_, err := Lists{}.AnswerWhole(requestTo(t, "/authorization/roles", guard.AccessFull, next), whole())
		var relayed *upstream.Relayed
		if !errors.As(err, &relayed) {
			t.Errorf("%s: %v", name, err)
		}
		answersOfLocal(t, name, next)
	}
	failed := fmt.Errorf("no route to host")
	next := func(http.ResponseWriter, *http.Request) error { return failed }
	if _, err := (Lists{}).AnswerWhole(requestTo(t, "/authorization/roles", guard.AccessFull, next), whole()); !errors.Is(err, failed) {
		t.Errorf("a failure is %v", err)
	}
	answersOfLocal(t, "a failure", next)
	answersOfLocal(t, "a panic", func(http.ResponseWriter, *http.Request) error { panic("x") })
	answersOfLocal(t, "slow", func(_ http.ResponseWriter, r *http.Request) error {
		<-r.Context().Done()
		return r.Context().Err()
	})
}

// whole is a list of roles.
func whole(items ...Item) Whole {
	return Whole{Path: "/authorization/roles", Member: "slug", Items: items}
}

// answersOfLocal checks that the list of a local organization has the local items, where the upstream fails.
func answersOfLocal(t *testing.T, name string, next upstream.Next) {
	t.Helper()
	w := whole(Item{ID: "admin", JSON: []byte(`{"slug":"admin"}`)})
	w.OfLocal = true
	a, err := Lists{Timeout: 20 * time.Millisecond}.AnswerWhole(requestTo(t, "/authorization/organizations/org_a/roles", guard.AccessFull, next), w)
	if want := `{"object":"list","data":[{"slug":"admin"}]}`; err != nil || string(a.Raw) != want || a.Source != "" {
		t.Errorf("%s, of a local organization: %s from %q, %v", name, a.Raw, a.Source, err)
	}
}
