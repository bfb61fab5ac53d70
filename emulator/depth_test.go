package emulator

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// deepTexts are values for a place that is nested `levels` deep. Those of 10 MiB are not valid JSON.
func deepTexts(levels, most int) map[string]struct {
	text string
	deep bool
} {
	left := limits.Depth - levels
	return map[string]struct {
		text string
		deep bool
	}{
		"as deep as may be": {strings.Repeat("[", left) + strings.Repeat("]", left), false},
		"one level more":    {strings.Repeat("[", left+1) + strings.Repeat("]", left+1), true},
		"objects":           {strings.Repeat(`{"a":`, left) + "1" + strings.Repeat("}", left), false},
		"one object more":   {strings.Repeat(`{"a":`, left+1) + "1" + strings.Repeat("}", left+1), true},
		"cut arrays":        {strings.Repeat("[", most), true},
		"cut objects":       {strings.Repeat(`{"a":`, most/5), true},
		"cut, of both":      {strings.Repeat(`[{"a":`, most/6), true},
		"spaced":            {strings.Repeat("[ {\t\"]\\\"\" :\n", most/12), true},
	}
}

func TestDeepAnswersOfTheUpstreamAreNotMerged(t *testing.T) {
	t.Parallel()
	const wellKnown = "/.well-known/oauth-authorization-server"
	for name, test := range map[string]struct {
		target, format string
		levels         int
		without        string // the source of an answer that was not merged
	}{
		"list":         {"/organizations", `{"object":"list","data":[{"id":"org_U","x":%s}],"list_metadata":{"before":null,"after":null}}`, 3, "upstream"},
		"list beside":  {"/organizations", `{"x":%s,"object":"list","data":[{"id":"org_U"}],"list_metadata":{"before":null,"after":null}}`, 1, "upstream"},
		"jwks":         {"/oauth2/jwks", `{"keys":[{"kid":"theirs","x":%s}]}`, 3, "emulator"},
		"jwks of SSO":  {"/sso/jwks/client_ANY", `{"x":%s,"keys":[{"kid":"theirs"}]}`, 1, "emulator"},
		"discovery":    {wellKnown, `{"x":%s}`, 1, "emulator"},
		"OpenID":       {"/.well-known/openid-configuration", `{"x":%s}`, 1, "emulator"},
		"users":        {"/user_management/users", `{"data":[{"id":"user_U","x":%s}],"list_metadata":{}}`, 3, "upstream"},
		"applications": {"/connect/applications", `{"data":[{"id":"conn_app_U","x":%s}]}`, 3, "upstream"},
	} {
		most := limits.AnswerBody
		if test.without == "emulator" {
			most = limits.Document
		}
		for shape, value := range deepTexts(test.levels, most-200) {
			t.Run(name+"/"+shape, func(t *testing.T) {
				t.Parallel()
				f := newServer(t)
				sent := fmt.Sprintf(test.format, value.text)
				f.next = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, sent) })
				r := f.send("GET", test.target, "")
				want := "merged"
				if value.deep {
					want = test.without
				}
				if got := r.Header().Get("X-Workos-Source"); r.Code != 200 || got != want {
					t.Errorf("it is %d from %s, want %s", r.Code, got, want)
				}
				if want == "upstream" && r.Body.String() != sent {
					t.Error("the answer was changed")
				}
				if warned := strings.Contains(fmt.Sprint(f.logs.All()), "erged"); warned != value.deep {
					t.Errorf("a warning: %t", warned)
				}
			})
		}
	}
}

func TestDeepBodiesOfCallersAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		target, format, code string
		levels               int
	}{
		"organization": {"/organizations", `{"name":"N","x":%s}`, "invalid_request_body", 1},
		"application":  {"/connect/applications", `{"x":%s}`, "invalid_request_body", 1},
		"validation":   {"/api_keys/validations", `{"value":"v","x":[%s]}`, "invalid_request_body", 2},
		"hook":         {"/_emulate/hooks", `{"method":"GET","path":"*","status":500,"body":%s}`, "invalid_request_body", 1},
		"token":        {"/oauth2/token", `{"client_id":"client_backend","x":%s}`, "invalid_request", 1},
		"introspect":   {"/oauth2/introspection", `{"client_id":"client_backend","x":%s}`, "invalid_request", 1},
	} {
		for shape, value := range deepTexts(test.levels, limits.RequestBody-200) {
			t.Run(name+"/"+shape, func(t *testing.T) {
				t.Parallel()
				f := newTestAPI(t)
				r := f.send("POST", test.target, fmt.Sprintf(test.format, value.text))
				if deep := strings.Contains(r.Body.String(), limits.ErrTooDeep.Error()); deep != value.deep {
					t.Fatalf("the answer is %d %.200s", r.Code, r.Body)
				}
				if value.deep && (r.Code != 400 || !strings.Contains(r.Body.String(), `"`+test.code+`"`)) {
					t.Errorf("the answer is %d %.200s", r.Code, r.Body)
				}
			})
		}
	}
}

func TestDeepBodiesOfHooksAreRefused(t *testing.T) {
	t.Parallel()
	for shape, value := range deepTexts(0, limits.AnswerBody) {
		h := fault.Hook{Method: "*", Path: "*", Status: 500, Body: []byte(value.text)}
		if err := h.Check(); (err != nil) != value.deep {
			t.Errorf("%s: the error is %v", shape, err)
		}
	}
}
