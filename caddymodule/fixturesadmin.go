package caddymodule

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// fixtureOperations tell what was done with the instance's fixtures in this run.
func (i *instance) fixtureOperations() []api.Operation {
	return []api.Operation{
		{Method: http.MethodGet, Path: "fixtures", Serve: i.reportFixtures},
		{Method: http.MethodGet, Path: "fixtures/drift", Serve: i.reportDrift},
	}
}

// libraries returns the folders of fixtures that are used with the instance, in order of their names.
func (i *instance) libraries() []*fixture.Library {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.SortedFunc(maps.Keys(i.folders), func(a, b *fixture.Library) int { return cmp.Compare(a.Dir(), b.Dir()) })
}

// reportFixtures adds up the reports on all folders, of which there is one as a rule: those on what came after the last reset,
// or with ?of=run on all that was done since Caddy uses the folder.
func (i *instance) reportFixtures(w http.ResponseWriter, r *http.Request) {
	var all fixture.Report
	report := (*fixture.Library).Report
	if r.URL.Query().Get("of") == "run" {
		report = (*fixture.Library).RunReport
	}
	for _, library := range i.libraries() {
		report, err := report(library)
		if err != nil {
			api.WriteProblem(w, http.StatusInternalServerError, "internal_server_error", fmt.Sprintf("The fixtures cannot be listed: %v", err))
			return
		}
		all.Add(report)
	}
	api.WriteJSON(w, http.StatusOK, all)
}

func (i *instance) reportDrift(w http.ResponseWriter, _ *http.Request) {
	all := []fixture.Difference{}
	for _, library := range i.libraries() {
		all = append(all, library.Drift()...)
	}
	api.WriteJSON(w, http.StatusOK, all)
}
