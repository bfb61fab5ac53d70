package admin

import (
	"fmt"
	"net/http"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// fixtureOperations report what was done with the fixtures of an instance.
func fixtureOperations(i *instance.Instance) []api.Operation {
	return []api.Operation{
		{Method: http.MethodGet, Path: "fixtures", Serve: func(w http.ResponseWriter, r *http.Request) error { return reportFixtures(w, r, i.Libraries()) }},
		{Method: http.MethodGet, Path: "fixtures/drift", Serve: func(w http.ResponseWriter, _ *http.Request) error { return reportDrift(w, i.Libraries()) }},
	}
}

// reportFixtures adds up the reports on all folders, of which there is one as a rule: those on what came after the last reset,
// or with ?of=run on all that was done since Caddy uses the folder.
func reportFixtures(w http.ResponseWriter, r *http.Request, libraries []*fixture.Library) error {
	var all fixture.Report
	report := (*fixture.Library).Report
	if r.URL.Query().Get("of") == "run" {
		report = (*fixture.Library).RunReport
	}
	for _, library := range libraries {
		report, err := report(library)
		if err != nil {
			return &api.Problem{
				Status: http.StatusInternalServerError, Code: "internal_server_error", Message: fmt.Sprintf("The fixtures cannot be listed: %v", err),
			}
		}
		all.Add(report)
	}
	return api.WriteJSON(w, http.StatusOK, all)
}

func reportDrift(w http.ResponseWriter, libraries []*fixture.Library) error {
	all := []fixture.Difference{}
	for _, library := range libraries {
		all = append(all, library.Drift()...)
	}
	return api.WriteJSON(w, http.StatusOK, all)
}
