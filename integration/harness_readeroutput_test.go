package integration

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// masks are what differs from one run to the next.
var masks = []struct {
	pattern *regexp.Regexp
	as      string
}{
	{regexp.MustCompile(`eyJ[\w-]+(\.[\w-]+)*(…|\.\.\.)?`), "TOKEN"},
	{regexp.MustCompile(`\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?`), "TIME"},
	{regexp.MustCompile(`\b\d\d:\d\d:\d\d\b`), "TIME"},
	{regexp.MustCompile(`(localhost|127\.0\.0\.1|\[::1\]):\d{4,5}\b`), "$1:PORT"},
	{regexp.MustCompile(`(?i)(port\W{1,3})\d{4,5}\b`), "${1}PORT"},
	{regexp.MustCompile(`\b1[789]\d{8}\b`), "SECONDS"},
	{regexp.MustCompile(`<?\b\d+(\.\d+)?(ns|µs|ms|s)\b`), "DURATION"},
	{regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{26}\b`), "ID"},
	{regexp.MustCompile(`_[0-9A-HJKMNP-TV-Z]{26}\b`), "_ID"},
	{regexp.MustCompile(`\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`), "UUID"},
	{regexp.MustCompile(`\b[0-9a-f]{64}\b`), "SECRET"},
	{regexp.MustCompile(`[ \t]+(\n|$)`), "$1"},
}

func masked(text string) string {
	for _, mask := range masks {
		text = mask.pattern.ReplaceAllString(text, mask.as)
	}
	return strings.TrimSpace(text)
}

// leftOut is a line of a page in the place of any number of lines.
const leftOut = "…"

// output compares a block with what the command before it printed: all of it, or of a server what it has printed in the
// meantime, in one piece.
func (r *reader) output(block codeBlock) {
	r.t.Helper()
	printed, unfinished := r.printed, r.unfinished
	if slices.Contains(block.comments, ofTheServer) && r.server != nil {
		printed, unfinished = r.server.Log.String, true
	}
	if printed == nil {
		r.errorf(block, "no command was run before")
		return
	}
	pattern := regexp.QuoteMeta(masked(block.text))
	pattern = strings.ReplaceAll("\n"+pattern+"\n", "\n"+leftOut+"\n", `\n(?s:.*\n)?`)
	pattern = strings.TrimSuffix(strings.TrimPrefix(pattern, "\n"), "\n")
	if !unfinished {
		pattern = "^" + pattern + "$"
	}
	want := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(5 * time.Second); !want.MatchString(masked(printed())); <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.errorf(block, "the command printed\n%s\nwhich is, masked,\n%s\nThe page shows", printed(), masked(printed()))
			return
		}
	}
}
