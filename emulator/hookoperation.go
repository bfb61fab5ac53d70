package emulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/fault"
)

// hookBody is a hook as users of the WorkOS emulator know it, with what ours can do beside.
type hookBody struct {
	ID          string          `json:"id"`
	Method      string          `json:"method"`
	Path        string          `json:"path"`
	Status      int             `json:"status,omitempty"`
	Body        json.RawMessage `json:"body,omitempty"`
	Count       int             `json:"count,omitempty"` // how many requests are left
	Delay       string          `json:"delay,omitempty"`
	Abort       bool            `json:"abort,omitempty"`
	Probability float64         `json:"probability,omitempty"`
}

func hookWire(h fault.Hook) hookBody {
	body := hookBody{
		ID: h.ID, Method: h.Method, Path: h.Path, Status: h.Status, Body: h.Body,
		Count: h.Count, Abort: h.Abort, Probability: h.Probability,
	}
	if h.Delay != 0 {
		body.Delay = h.Delay.String()
	}
	return body
}

func hookOperations(hooks *fault.Hooks) []Operation {
	return []Operation{
		{http.MethodGet, "hooks", func(w http.ResponseWriter, _ *http.Request) {
			list := []hookBody{}
			for _, hook := range hooks.List() {
				list = append(list, hookWire(hook))
			}
			WriteJSON(w, http.StatusOK, list)
		}},
		{http.MethodPost, "hooks", func(w http.ResponseWriter, r *http.Request) {
			c := &call{http: r} // that is all of a call that reading its body takes
			hook, err := c.hook()
			if err != nil {
				respond(w, c.problemOf(err))
				return
			}
			WriteJSON(w, http.StatusCreated, hookWire(hooks.Add(hook)))
		}},
		{http.MethodDelete, "hooks", func(w http.ResponseWriter, _ *http.Request) {
			hooks.Clear()
			respond(w, answer{status: http.StatusNoContent})
		}},
		{http.MethodDelete, "hooks/{id}", func(w http.ResponseWriter, r *http.Request) {
			if !hooks.Remove(r.PathValue("id")) {
				WriteProblem(w, http.StatusNotFound, "not_found", "Hook not found")
				return
			}
			respond(w, answer{status: http.StatusNoContent})
		}},
	}
}

// hookMembers are those that a hook may be sent with.
var hookMembers = []string{"method", "path", "status", "body", "count", "delay", "abort", "probability"}

// hook reads a hook to add. The rules are those of the seed file's errorHooks.
func (c *call) hook() (fault.Hook, error) {
	in, err := c.input()
	if err != nil {
		return fault.Hook{}, err
	}
	for _, name := range slices.Sorted(maps.Keys(in.members)) {
		if !slices.Contains(hookMembers, name) {
			in.fail(name, "unknown", "a hook has nothing of that name: it has "+strings.Join(hookMembers, ", "))
		}
	}
	h := fault.Hook{
		Method:      in.checkedText("method", fault.IsMethod, `an HTTP method, or "*"`),
		Path:        in.checkedText("path", fault.IsPath, `"*", or start with "/"`),
		Status:      in.integer("status", fault.LeastStatus, fault.MostStatus),
		Count:       in.integer("count", 1, math.MaxInt32),
		Delay:       in.delay("delay"),
		Abort:       in.flag("abort"),
		Probability: in.share("probability"),
	}
	h.Method = strings.ToUpper(h.Method)
	if in.has("body") && !in.isNull("body") {
		h.Body = in.members["body"]
	}
	if len(in.errors) == 0 && !h.HasEffect() {
		in.fail("status", "required", "a hook needs a status, a delay, or abort")
	}
	if len(in.errors) == 0 {
		if err := h.CheckTrusted(); err != nil {
			in.fail("status", "invalid", err.Error())
		}
	}
	return h, in.err()
}

// checkedText reads a string that must be there and be right.
func (in *input) checkedText(field string, right func(string) bool, want string) string {
	before := len(in.errors)
	value := in.requiredText(field)
	if len(in.errors) == before && !right(value) {
		in.fail(field, "invalid", field+" must be "+want)
	}
	return value
}

// integer reads a whole number within bounds; null and a missing member give 0.
func (in *input) integer(field string, least, most int) int {
	var value int
	if in.decode(field, "a whole number", &value) && (value < least || value > most) {
		in.fail(field, "invalid", fmt.Sprintf("%s must be a whole number from %d to %d", field, least, most))
	}
	return value
}

// share reads a number in (0, 1]; null and a missing member give 0.
func (in *input) share(field string) float64 {
	var value float64
	if in.decode(field, "a number", &value) && (value <= 0 || value > 1) {
		in.fail(field, "invalid", field+" must be more than 0 and at most 1")
	}
	return value
}

// delay reads a Go duration or a number of seconds, which must not be negative; null and a missing member give 0.
func (in *input) delay(field string) time.Duration {
	if !in.has(field) || in.isNull(field) {
		return 0
	}
	var seconds float64
	var text string
	delay := time.Duration(-1)
	switch raw := in.members[field]; {
	case json.Unmarshal(raw, &seconds) == nil && seconds < math.MaxInt64/float64(time.Second):
		delay = time.Duration(seconds * float64(time.Second))
	case json.Unmarshal(raw, &text) == nil:
		if parsed, err := time.ParseDuration(text); err == nil {
			delay = parsed
		}
	}
	if delay < 0 {
		in.fail(field, "invalid", field+` must be a duration such as "250ms", or a number of seconds, and not negative`)
	}
	return delay
}
