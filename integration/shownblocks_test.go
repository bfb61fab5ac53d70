package integration

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// reasons are those for which a block of the pages is not run, and how many blocks there are of each. A block says so in a
// comment before it, such as <!-- not run: needs Docker -->.
var reasons = map[string]int{
	"needs Docker":    2,
	"needs a release": 5,
	"run by .ci/run":  3,
}

// Comments before a block that say more of it than its language.
var (
	notRun = regexp.MustCompile(`^not run: (.+)$`)
	heldBy = regexp.MustCompile(`^held by (Test\w+)$`) // another test does what is to be done with it
	inside = regexp.MustCompile(`^inside: (\w+)$`)     // options of a directive of the Caddyfile
)

const (
	fails       = "fails"         // the exit code of the last command is not 0
	ofTheServer = "of the server" // what is shown was printed by the server, and not by the last command
)

// TestBlocksOfTheDocumentation does what the pages show, block by block, in the order of each page: it runs commands,
// compares what they print with what the page says, loads configurations and seeds, and runs programs.
func TestBlocksOfTheDocumentation(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	counted, done := map[string]int{}, 0
	tests, pages := testsOf(t), documentation(t)
	t.Run("pages", func(t *testing.T) {
		for _, page := range pages {
			t.Run(page.path, func(t *testing.T) {
				t.Parallel()
				mu.Lock()
				done++
				mu.Unlock()
				r := newReader(t, page)
				for i, block := range page.code {
					switch why := block.said(notRun); {
					case why != "":
						mu.Lock()
						counted[why]++
						mu.Unlock()
						r.checkUnrun(block)
					case block.said(heldBy) != "":
						if file := tests[block.said(heldBy)]; !strings.Contains(file, filepath.Base(page.path)) {
							r.errorf(block, "there is no test %s that reads the page", block.said(heldBy))
						}
					default:
						r.block(block, page.code[:i])
					}
				}
			})
		}
	})
	for _, why := range slices.Sorted(maps.Keys(counted)) {
		t.Logf("not run: %s: %d", why, counted[why])
	}
	for why, want := range reasons {
		if done == len(pages) && counted[why] != want {
			t.Errorf("%d blocks are not run because: %s; want %d", counted[why], why, want)
		}
	}
	for why := range counted {
		if _, ok := reasons[why]; !ok {
			t.Errorf("%q is no reason not to run a block; the reasons are %q", why, slices.Sorted(maps.Keys(reasons)))
		}
	}
}

// said is what a comment before the block says, by the first group of a pattern.
func (b codeBlock) said(pattern *regexp.Regexp) string {
	for _, line := range b.comments {
		if found := pattern.FindStringSubmatch(line); found != nil {
			return found[1]
		}
	}
	return ""
}

// block does what is to be done with a block by its language. before are the blocks before it on the page.
func (r *reader) block(block codeBlock, before []codeBlock) {
	r.t.Helper()
	switch block.language {
	case "sh":
		r.shell(block)
	case "text":
		if n := len(before); n == 0 || before[n-1].section != block.section || before[n-1].language != "sh" && before[n-1].language != "js" {
			r.errorf(block, "a text follows no command whose output it may be")
			return
		}
		r.output(block)
	case "caddyfile":
		r.caddyfile(block)
	case "yaml":
		r.yaml(block)
	case "json":
		r.json(block)
	case "go":
		r.goTest(block)
	case "js":
		r.node(block)
	case "mermaid":
		if !strings.HasPrefix(block.text, "flowchart ") && !strings.HasPrefix(block.text, "sequenceDiagram\n") {
			r.errorf(block, "this is no drawing that GitHub draws")
		}
	default:
		r.errorf(block, "the test does not know the language %q", block.language)
	}
}

// errorf fails the test with the place of a block.
func (r *reader) errorf(block codeBlock, format string, args ...any) {
	r.t.Helper()
	r.t.Errorf("%s:%d: %s\n%s", r.page.path, block.line, fmt.Sprintf(format, args...), block.text)
}

// TestNoBlockIsOverlooked has the forms of code that Markdown knows, of which the pages use one.
func TestNoBlockIsOverlooked(t *testing.T) {
	t.Parallel()
	for line, isRead := range map[string]bool{
		"```sh": true, "```": true, "  ```sh": true,
		"~~~sh": false, "```sh title=x": false, "```sh ": false, "````": false, "> ```sh": false, "- ```sh": false, "    false": false, "\tfalse": false,
	} {
		if fence.MatchString(line) != isRead || !isRead && !noFence.MatchString(line) {
			t.Errorf("%q is overlooked", line)
		}
	}
}
