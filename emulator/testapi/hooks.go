package testapi

import (
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/requestbody"
)

// hookBody is a hook as in the WorkOS emulator, with the members delay, abort and probability added.
type hookBody struct {
	ID          string          `json:"id"`
	Method      string          `json:"method"`
	Path        string          `json:"path"`
	Status      int             `json:"status,omitempty"`
	Body        json.RawMessage `json:"body,omitempty"`
	Count       int             `json:"count,omitempty"` // for how many more requests the hook applies
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

func hookOperations(hooks *fault.Hooks) []api.Operation {
	return []api.Operation{
		{Method: http.MethodGet, Path: "hooks", Serve: func(w http.ResponseWriter, _ *http.Request) error {
			list := []hookBody{}
			for _, hook := range hooks.List() {
				list = append(list, hookWire(hook))
			}
			return api.WriteJSON(w, http.StatusOK, list)
		}},
		{Method: http.MethodPost, Path: "hooks", Serve: func(w http.ResponseWriter, r *http.Request) error {
			hook, err := readHook(r)
			if err != nil {
				return err
			}
			return api.WriteJSON(w, http.StatusCreated, hookWire(hooks.Add(hook)))
		}},
		{Method: http.MethodDelete, Path: "hooks", Serve: func(w http.ResponseWriter, _ *http.Request) error {
			hooks.Clear()
			return api.WriteEmpty(w, http.StatusNoContent)
		}},
		{Method: http.MethodDelete, Path: "hooks/{id}", Serve: func(w http.ResponseWriter, r *http.Request) error {
			if !hooks.Remove(r.PathValue("id")) {
				return &api.Problem{Status: http.StatusNotFound, Code: "not_found", Message: "Hook not found"}
			}
			return api.WriteEmpty(w, http.StatusNoContent)
		}},
	}
}

// hookMembers are the members of a request that adds a hook.
var hookMembers = []string{"method", "path", "status", "body", "count", "delay", "abort", "probability"}

// readHook reads a hook to add, by the rules of `errorHooks` in the seed file.
func readHook(r *http.Request) (fault.Hook, error) {
	content := requestbody.Of(r)
	in, err := api.ParseInput(&content)
	if err != nil {
		return fault.Hook{}, err
	}
	for _, name := range in.Names() {
		if !slices.Contains(hookMembers, name) {
			in.Fail(name, "unknown", "a hook has nothing of that name: it has "+strings.Join(hookMembers, ", "))
		}
	}
	h := fault.Hook{
		Method:      in.CheckedText("method", fault.IsMethod, `an HTTP method, or "*"`),
		Path:        in.CheckedText("path", fault.IsPath, `"*", or start with "/"`),
		Status:      in.Integer("status", fault.LeastStatus, fault.MostStatus),
		Count:       in.Integer("count", 1, math.MaxInt32),
		Delay:       in.Duration("delay"),
		Abort:       in.Flag("abort"),
		Probability: in.Share("probability"),
	}
	h.Method = strings.ToUpper(h.Method)
	h.Body = in.Raw("body")
	if in.Count() == 0 && !h.HasEffect() {
		in.Fail("status", "required", "a hook needs a status, a delay, or abort")
	}
	if in.Count() == 0 {
		if err := h.CheckTrusted(); err != nil {
			in.Fail("status", "invalid", err.Error())
		}
	}
	return h, in.Err()
}
