package seed

import (
	"encoding/json"
	"math"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
)

// errorHook makes requests fail, for testing how a client takes it.
type errorHook struct {
	document.Place
	hook   fault.Hook
	status status
}

var errorHooks = &kindOf[errorHook, fault.Hook]{
	singular: "error hook", plural: "error hooks",
	block: format.Block[errorHook]{
		Name:       "errorHooks",
		Definition: "errorHook",
		Entry:      "Makes matching requests fail or, with nothing but a delay, slow.",
		About:      "Requests that are to fail, or to be slow.",
		Notes:      errorHookNotes,
		Lone:       "path",
		Fields: []format.Field[errorHook]{
			format.Required("method", methodText, func(h *errorHook) *string { return &h.hook.Method }, "An HTTP method, or `*` for any."),
			format.Required("path", pathText, func(h *errorHook) *string { return &h.hook.Path },
				"`*` for any path, or a path in which a segment `*` stands for any one segment and, at the end, for all below."),
			format.Optional("status", statusNumber, func(h *errorHook) *status { return &h.status },
				"What to answer with, 200 to 599; 400 to 599 where clients trust the answer. A hook needs this, `delay` or `abort`."),
			format.Optional("body", anyJSON, func(h *errorHook) *json.RawMessage { return &h.hook.Body },
				"The JSON to answer with. Where it is left out: one that suits the status, in the shape of the endpoint."),
			format.Optional("count", format.Integer(0, math.MaxInt32), func(h *errorHook) *int { return &h.hook.Count },
				"How many requests fail, after which the hook is gone. All, where it is left out or 0."),
			format.Optional("delay", format.Duration(decodeDelay), func(h *errorHook) *time.Duration { return &h.hook.Delay }, "What passes first."),
			format.Optional("abort", format.Bool, func(h *errorHook) *bool { return &h.hook.Abort },
				"Whether the connection breaks off in the place of an answer."),
			format.Optional("probability", probability, func(h *errorHook) *float64 { return &h.hook.Probability },
				"The share of the matching requests that fail, more than 0 and at most 1. All, where it is left out."),
		},
		Together: format.Schema{AnyOf: []format.Schema{
			hasType("status", "integer"), hasType("delay", "string", "number"),
			{Required: []string{"abort"}, Properties: format.Properties{{Name: "abort", Schema: format.Schema{Const: true}}}},
		}},
	},
	row: (*errorHook).row,
}

const errorHookNotes = "The first hook that ends a request counts, and the delays of those before it add up. `GET /health` and\n" +
	"`/_emulate/*` never fail. A 429 has `Retry-After: 1`. Some answers are not to be made up:\n" +
	"see [what clients trust](#hooks-where-clients-trust-the-answer).\n\n```yaml" + `
errorHooks:
  - { method: POST, path: /oauth2/token, status: 503, count: 2 } # twice, and then it works
  - { method: "*", path: "/user_management/*", delay: 2s } # slow, and nothing else
  - { method: GET, path: "/organizations/*/api_keys", abort: true, probability: 0.1 }
` + "```"

// hasType is the schema of an entry with a field that is not null.
func hasType(name string, types ...string) format.Schema {
	return format.Schema{Required: []string{name}, Properties: format.Properties{{Name: name, Schema: format.Schema{Type: types}}}}
}

// ErrorHooks returns the file's error hooks, in its order.
func (s *Seed) ErrorHooks() []fault.Hook {
	var hooks []fault.Hook
	for _, h := range errorHooks.of(s) {
		hooks = append(hooks, h.row)
	}
	return hooks
}

// row also reports a hook that does nothing, and one that answers where clients trust the answer.
func (h *errorHook) row(r *resolver, _ string) fault.Hook {
	h.hook.Status = h.status.code
	if !h.hook.HasEffect() {
		r.doc.Fail(h.Place, `needs a status, a delay, or "abort: true"`)
	}
	if err := h.hook.CheckTrusted(); err != nil {
		r.doc.Fail(h.status.Place, "%v", err)
	}
	return h.hook
}

var methodText = format.New("string", format.Schema{Type: format.Types{"string"}, MinLength: 1}, func(v document.Value) string {
	t := v.RequiredText()
	if t.Set && !fault.IsMethod(t.Value) {
		v.Fail(`must be an HTTP method, or "*"`)
	}
	return strings.ToUpper(t.Value)
})

var pathSchema = format.Schema{Type: format.Types{"string"}, Pattern: `^(/|\*$|` + format.Placeholder + `)`}

var pathText = format.New("string", pathSchema, func(v document.Value) string {
	t := v.RequiredText()
	if t.Set && !fault.IsPath(t.Value) {
		v.Fail(`must start with "/", or be "*"`)
	}
	return t.Value
})

// status is the status of a hook, with its place.
type status struct {
	document.Place
	code int
}

// statusNumber is a status; 0 for null. A wrong one is taken for one that every hook may have, so that it is reported once.
var statusNumber = format.Type[status]{
	TypeDescription: format.Integer(fault.LeastStatus, fault.MostStatus).TypeDescription,
	Decode: func(v document.Value) status {
		code := 0
		if !v.IsNull() {
			var ok bool
			if code, ok = v.Integer(fault.LeastStatus, fault.MostStatus); !ok {
				code = fault.MostStatus
			}
		}
		return status{v.Place, code}
	},
}

func decodeDelay(v document.Value) time.Duration {
	if v.IsNull() {
		return 0
	}
	delay, ok := v.Duration()
	if !ok {
		return time.Nanosecond // it is there, if wrong
	}
	if delay < 0 {
		v.Fail("must not be negative")
	}
	return delay
}

var anyJSON = format.New("any", format.Schema{}, document.Value.JSON)

// probability is a share; 0 for null.
var probability = format.New("number", format.Schema{Type: format.Types{"number"}, ExclusiveMinimum: format.Bound(0), Maximum: format.Bound(1)}, func(v document.Value) float64 {
	if v.IsNull() {
		return 0
	}
	p, ok := v.Number()
	if ok && (p <= 0 || p > 1) {
		v.Fail("must be more than 0 and at most 1")
	}
	return p
})
