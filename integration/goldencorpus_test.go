package integration

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator"
)

var update = flag.Bool("update", false, "write the golden files anew")

// corpusFolder has for each arrangement a Caddyfile, the requests that are sent to it, and the golden file of what was
// answered. See [readScript] for the form of the requests, and [normaliser] for what a golden file does not hold as it came.
const corpusFolder = "testdata/corpus"

// corpusArrangements are the names of the arrangements, which their files begin with.
func corpusArrangements(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpusFolder, "*.requests"))
	if err != nil {
		t.Fatal(err)
	}
	for i, file := range files {
		files[i] = strings.TrimSuffix(filepath.Base(file), ".requests")
	}
	return files
}

func goldenPath(arrangement string) string {
	return filepath.Join(corpusFolder, arrangement+".golden")
}

// TestGoldenCorpus compares what the binary answers, and what it sends to the upstream, with golden files, byte for byte. With
// -update it writes them anew. Only its arrangements run at a time with one another: what is measured is the time that it takes.
func TestGoldenCorpus(t *testing.T) {
	t.Run("arrangement", func(t *testing.T) {
		for _, name := range corpusArrangements(t) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				got := runArrangement(t, name)
				if *update {
					write(t, goldenPath(name), got)
				}
				for _, difference := range corpusDifferences(readGolden(t, name), got) {
					t.Error(difference)
				}
			})
		}
	})
	t.Run("is complete", corpusIsComplete)
}

func readGolden(t *testing.T, arrangement string) string {
	t.Helper()
	golden, err := os.ReadFile(goldenPath(arrangement))
	if err != nil {
		t.Fatal(err)
	}
	return string(golden)
}

// leastCorpus is how many requests the corpus has at least.
const leastCorpus = 300

// corpusOperations are those of the test API and of the admin endpoint, which are not among the routes.
var corpusOperations = []string{
	"GET /health",
	"GET /_emulate/hooks", "POST /_emulate/hooks", "DELETE /_emulate/hooks", "DELETE /_emulate/hooks/{id}", "POST /_emulate/reset",
	"GET /_emulate/emails", "GET admin:/workos/{instance}/emails",
	"GET admin:/workos/", "GET admin:/workos/{instance}/hooks", "POST admin:/workos/{instance}/hooks",
	"DELETE admin:/workos/{instance}/hooks", "DELETE admin:/workos/{instance}/hooks/{id}", "POST admin:/workos/{instance}/reset",
	"GET admin:/workos/{instance}/fixtures", "GET admin:/workos/{instance}/fixtures/drift",
}

// corpusIsComplete fails for a route or an operation without a good answer and a refusal in the golden files, and for an answer
// of the contract that is not there.
func corpusIsComplete(t *testing.T) {
	var exchanges []corpusExchange
	for _, name := range corpusArrangements(t) {
		exchanges = append(exchanges, parseGolden(readGolden(t, name))...)
	}
	if len(exchanges) < leastCorpus {
		t.Errorf("the corpus has %d requests: want at least %d", len(exchanges), leastCorpus)
	}
	routes := emulator.Routes()
	if len(routes) == 0 {
		t.Error("there are no routes")
	}
	has := func(route string, answered func(status int) bool) bool {
		return slices.ContainsFunc(exchanges, func(e corpusExchange) bool { return e.isFor(route, routes) && answered(e.status) })
	}
	for _, route := range slices.Concat(routes, corpusOperations) {
		if !has(route, func(status int) bool { return status/100 == 2 }) {
			t.Errorf("no request for %s is answered with success", route)
		}
		if route != "GET /health" && !strings.Contains(route, "admin:") && !has(route, func(status int) bool { return status >= 400 }) {
			t.Errorf("no request for %s is refused", route)
		}
	}
	for _, e := range contract {
		if !has(e.route, func(status int) bool { return status == e.status }) {
			t.Errorf("no request for %s is answered with %d", e.route, e.status)
		}
	}
	for _, status := range []int{400, 401, 403, 404, 405, 409, 413, 422, 500, 501, 502} {
		if !slices.ContainsFunc(exchanges, func(e corpusExchange) bool { return e.status == status }) {
			t.Errorf("no request is answered with %d", status)
		}
	}
}

// corpusExchange is a request of a golden file, and the status that it was answered with.
type corpusExchange struct {
	method, target string
	status         int
}

var goldenExchange = regexp.MustCompile(`(?m)^=== \d+ (\S+) (\S+).*\n(?:.+\n)*?< HTTP/1\.1 (\d+)`)

func parseGolden(golden string) (exchanges []corpusExchange) {
	for _, match := range goldenExchange.FindAllStringSubmatch(golden, -1) {
		status, _ := strconv.Atoi(match[3])
		exchanges = append(exchanges, corpusExchange{match[1], match[2], status})
	}
	return exchanges
}

// isFor tells whether a request is for a route, and for none of the others whose paths have fewer parameters.
func (e corpusExchange) isFor(route string, routes []string) bool {
	if !e.matches(route) {
		return false
	}
	return !slices.ContainsFunc(routes, func(other string) bool {
		return strings.Count(other, "{") < strings.Count(route, "{") && e.matches(other)
	})
}

func (e corpusExchange) matches(route string) bool {
	method, pattern, _ := strings.Cut(route, " ")
	path, _, _ := strings.Cut(e.target, "?")
	segments, want := strings.Split(path, "/"), strings.Split(pattern, "/")
	if method != e.method || len(segments) != len(want) {
		return false
	}
	for i, segment := range want {
		if !strings.HasPrefix(segment, "{") && segment != segments[i] || segments[i] == "" && segment != "" {
			return false
		}
	}
	return true
}
