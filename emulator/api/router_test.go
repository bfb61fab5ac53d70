package api

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
)

// testRouter has two groups, of which `off` is not emulated. The less specific route of two comes first.
func testRouter() *Router {
	return NewRouter([]Group{
		{Name: "on", Routes: []Route{
			{Method: "GET", Pattern: "/things/{id}/parts"},
			{Method: "GET", Pattern: "/things/{id}"},
			{Method: "GET", Pattern: "/things/named/{name}"},
			{Method: "DELETE", Pattern: "/things/{id}"},
		}, NotEmulated: []Route{{Method: "PUT", Pattern: "/things/{id}"}}},
		{Name: "off", Routes: []Route{{Method: "GET", Pattern: "/others"}}},
	}, func(group string) bool { return group == "on" })
}

func TestFind(t *testing.T) {
	t.Parallel()
	router := testRouter()
	for target, want := range map[string]string{
		"GET /things/a":               "GET /things/{id} a",
		"HEAD /things/a":              "GET /things/{id} a",
		"DELETE /things/a":            "DELETE /things/{id} a",
		"GET //things///a":            "GET /things/{id} a",
		"GET /things/a%2Fb":           "GET /things/{id} a/b",
		"GET /things/a/parts":         "GET /things/{id}/parts a",
		"GET /things/named/parts":     "GET /things/named/{name} parts", // the literal segment counts, whatever the order of the routes
		"GET /others":                 "GET /others",
		"POST /things/a":              "none",
		"GET /things":                 "none",
		"GET /things/":                "none",
		"GET /things/a/":              "none",
		"GET /":                       "none",
		"GET /things/a/parts/b":       "none",
		"GET /things/named/a/unknown": "none",
	} {
		method, path, _ := strings.Cut(target, " ")
		r := httptest.NewRequest(method, "http://emulator.test"+path, nil)
		route, params := router.Find(r)
		if got := strings.Join(append([]string{route.String()}, params...), " "); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
		if route != nil && route.Enabled() != (route.Group() == "on") {
			t.Errorf("%s: enabled is %t", target, route.Enabled())
		}
	}
}

func TestUnanswered(t *testing.T) {
	t.Parallel()
	router := testRouter()
	for target, want := range map[string]struct {
		status int
		allow  string
		hint   bool
	}{
		"GET /vault":                 {501, "", false},
		"POST /things/a":             {405, "GET, HEAD, DELETE", false},
		"PUT /things/a":              {501, "", false}, // WorkOS has it
		"POST /others":               {501, "", false}, // nothing of the path is emulated
		"GET /things/a/":             {501, "", true},
		"GET /.well-known/webfinger": {404, "", false},
	} {
		method, path, _ := strings.Cut(target, " ")
		a := AnswerTo(router.Unanswered(httptest.NewRequest(method, "http://emulator.test"+path, nil)), false)
		message := a.Body.(*Problem).Message
		if a.Status != want.status || a.Header.Get("Allow") != want.allow || strings.Contains(message, "Did you mean") != want.hint {
			t.Errorf("%s: %d, Allow %q: %s", target, a.Status, a.Header.Get("Allow"), message)
		}
	}
}

// TestAnswerTo has the two shapes of each error.
func TestAnswerTo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err         error
		status      int
		rest, oauth string
	}{
		"not found":    {NotFound("User", "x"), 404, `{"message":"User not found: 'x'.","code":"entity_not_found","entity_id":"x"}`, ""},
		"not allowed":  {MethodNotAllowed("PUT", "/x", []string{"GET"}), 405, "", "invalid_request"},
		"OAuth":        {InvalidRequest("a \"b\" \\ é"), 400, `{"error":"invalid_request","error_description":"a 'b' ? ?"}`, "invalid_request"},
		"unknown":      {http.ErrBodyNotAllowed, 500, `{"message":"Internal server error","code":"internal_server_error"}`, "server_error"},
		"field errors": {Invalid(FieldError{"a", "b", "c"}), 422, `{"message":"Validation failed","code":"invalid_request_parameters","errors":[{"field":"a","code":"b","message":"c"}]}`, ""},
	} {
		a := AnswerTo(test.err, false)
		if got := string(mustEncode(a)); a.Status != test.status || test.rest != "" && got != test.rest {
			t.Errorf("%s: %d %s", name, a.Status, got)
		}
		a = AnswerTo(test.err, true)
		shaped, isOAuth := a.Body.(*OAuthError)
		if a.Status != test.status || isOAuth != (test.oauth != "") || isOAuth && (shaped.Code != test.oauth || a.Header.Get("Cache-Control") != "no-store") {
			t.Errorf("%s, OAuth: %d %+v", name, a.Status, a.Body)
		}
	}
}

// TestPage has what each query asks for, and the cursors that the answer has in the place of an older and a newer page.
func TestPage(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]struct {
		after, before string // as the store reads them
		unknown       string // the parameter that an unknown cursor stands in
		older         string // the cursor of the answer that leads to the page after, as the store has it
	}{
		"after=x":                    {"x", "", "after", "after"},
		"before=x":                   {"", "x", "before", "after"},
		"order=asc&after=x":          {"x", "", "after", "after"},
		"order=normal&before=x":      {"x", "", "before", "before"},
		"order=normal&after=x":       {"", "x", "after", "before"},
		"order=normal&limit=100":     {"", "", "", "before"},
		"order=desc&limit=1&after=x": {"x", "", "after", "after"},
	} {
		q := queryOf(t, query)
		p := q.Page()
		if q.Err() != nil || p.After != want.after || p.Before != want.before {
			t.Errorf("%s: %v %+v", query, q.Err(), p)
		}
		if want.unknown != "" {
			problem := p.UnknownCursor().(*Problem)
			if problem.Errors[0].Field != want.unknown {
				t.Errorf("%s: an unknown cursor is an error of %s", query, problem.Errors[0].Field)
			}
		}
		cursors := p.Cursors("", "end")
		if (cursors.After != nil) != (want.older == "after") || (cursors.Before != nil) != (want.older == "before") {
			t.Errorf("%s: the cursors are %+v", query, cursors)
		}
	}
	for query, field := range map[string]string{
		"limit=0": "limit", "limit=101": "limit", "limit=x": "limit", "limit=": "limit", "order=up": "order", "order=": "order",
		"after=a&before=b": "after", "order=normal&after=a&before=b": "after", "after=a&after=b": "after", "%zz": "query",
	} {
		q := queryOf(t, query)
		q.Page()
		problem, ok := q.Err().(*Problem)
		if !ok || !slices.ContainsFunc(problem.Errors, func(e FieldError) bool { return e.Field == field }) {
			t.Errorf("%s: %v", query, q.Err())
		}
	}
}

func queryOf(t *testing.T, query string) *Query {
	t.Helper()
	r := httptest.NewRequest("GET", "http://emulator.test/things", nil)
	r.URL.RawQuery = query
	request := MakeRequest(r, nil, nil, nil, testTime)
	return request.Query()
}

var testTime = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// TestMessagesShowPathsInOneLine gives paths that are long, have control characters, or hold a key.
func TestMessagesShowPathsInOneLine(t *testing.T) {
	t.Parallel()
	marked, err := credential.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/vault/v1/kv/name/my key":             "/vault/v1/kv/name/my key",
		"/vault/\x1b[31mred\nline":             "/vault/\ufffd[31mred\ufffdline",
		"/vault/sk_live_1234567890abcdef/x":    "/vault/[redacted]/x",
		"/x/eyJhbGciOiJIUzI1NiJ9.e30.abc":      "/x/[redacted]",
		"/x/" + marked + "/y":                  "/x/[redacted]/y",
		"/" + strings.Repeat("é", 20_000):      "/" + strings.Repeat("é", 99) + "…",
		"/x/" + strings.Repeat("\xff", 20_000): "/x/…",
	} {
		for name, err := range map[string]error{
			"not emulated": NotEmulated("GET", path, ""), "no document": NotEmulatedDocument("GET", path, ""), "another method": MethodNotAllowed("GET", path, nil),
		} {
			var problem *Problem
			if !errors.As(err, &problem) || !strings.Contains(problem.Message, want) || len(problem.Message) > 500 {
				t.Errorf("%s: %.600q", name, problem.Message)
			}
		}
	}
}
