package integration

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// corpusRun is an arrangement that runs.
type corpusRun struct {
	*normaliser
	t        *testing.T
	process  *process
	standIns map[string]*standIn // by what the golden file calls them
	folder   string              // {$FOLDER} of the Caddyfile
	open     map[string]*corpusConnection
	saved    map[string]string // bodies of answers, by the names that the script gives them
	golden   strings.Builder
}

// runArrangement sends the requests of an arrangement, in their order, and returns what its golden file is to be.
func runArrangement(t *testing.T, name string) string {
	t.Helper()
	run := &corpusRun{
		t: t, normaliser: newNormaliser(t), folder: filepath.Join(t.TempDir(), "fixtures"),
		standIns: map[string]*standIn{"UPSTREAM": newStandIn(t), "AUTHKIT": newStandIn(t)},
		open:     map[string]*corpusConnection{}, saved: map[string]string{},
	}
	answers := newCorpusUpstream(t)
	env := []string{"WORKOS_API_KEY=" + realKey, "FOLDER=" + run.folder}
	for called, standIn := range run.standIns {
		standIn.Knows = answers.answer
		run.exact[strings.TrimPrefix(standIn.URL, "https://")] = called
		env = append(env, called+"="+standIn.URL, "CA="+standIn.CA)
	}
	before := map[string]string{}
	if given := filepath.Join(corpusFolder, name+".fixtures"); exists(given) {
		if err := os.CopyFS(run.folder, os.DirFS(given)); err != nil {
			t.Fatal(err)
		}
		before = folder(t, run.folder)
	}
	caddyfile, err := os.ReadFile(filepath.Join(corpusFolder, name+".caddyfile"))
	if err != nil {
		t.Fatal(err)
	}
	run.process = startConfig(t, string(caddyfile), env...)
	run.waitUntilSeeded()
	for _, step := range readScript(t, name) {
		run.do(step)
	}
	run.process.stop() // what was recorded is now on the disk
	run.writeFolder(before)
	return run.golden.String()
}

func (run *corpusRun) do(step *corpusStep) {
	run.t.Helper()
	path, isMerged := strings.CutPrefix(step.source, "!merged ")
	switch {
	case strings.HasPrefix(step.source, "#"):
		run.print("%s\n\n", step.source)
		return
	case step.source == "!close":
		for _, standIn := range run.standIns {
			standIn.CloseClientConnections()
			standIn.Close()
		}
		run.print("%s\n\n", step.source)
		return
	case isMerged:
		run.waitUntilMerged(path)
		sent := slices.Sorted(slices.Values(run.takeSent())) // how often, and in which order, depends on the time
		run.print("%s\n%s\n", step.source, run.normalise(strings.Join(slices.Compact(sent), "")))
	default:
		number := run.request()
		answered := run.exchange(step)
		if step.recorded != "" {
			run.waitUntilRecorded(step.recorded)
		}
		run.print("=== %d %s\n%s\n", number, step.source, run.normalise(answered+strings.Join(run.takeSent(), "")))
	}
}

func (run *corpusRun) print(format string, values ...any) {
	_, _ = fmt.Fprintf(&run.golden, format, values...)
}

// waitUntilSeeded asks for each instance, whose seed is then applied. Else that may happen during a request.
func (run *corpusRun) waitUntilSeeded() {
	run.t.Helper()
	_, _, list := ask(run.t, http.MethodGet, run.process.Admin+"/workos/", "", "", "")
	for _, name := range gjson.Get(list, "#.name").Array() {
		ask(run.t, http.MethodGet, run.process.Admin+"/workos/"+name.String()+"/hooks", "", "", "")
	}
}

// waitUntilMerged asks for a public document until the upstream's part of it has been read.
func (run *corpusRun) waitUntilMerged(path string) {
	run.t.Helper()
	eventually(run.t, "the upstream's part of "+path, func() bool {
		_, source, _ := ask(run.t, http.MethodGet, run.process.URL+path, "", "", "")
		return source == "merged"
	})
}

// waitUntilRecorded waits until so many answers are on the disk.
func (run *corpusRun) waitUntilRecorded(number string) {
	run.t.Helper()
	eventually(run.t, number+" recorded answers", func() bool {
		_, _, report := ask(run.t, http.MethodGet, run.process.Admin+"/workos/default/fixtures", "", "", "")
		return gjson.Get(report, "recorded").String() == number
	})
}

// exchange sends a request and returns what was answered.
func (run *corpusRun) exchange(step *corpusStep) string {
	run.t.Helper()
	url, host := run.process.URL, "workos.test"
	if strings.HasPrefix(step.target, "admin:") {
		url = run.process.Admin
		host = strings.TrimPrefix(url, "http://")
	}
	address := "127.0.0.1" + url[strings.LastIndexByte(url, ':'):]
	connection := run.open[address]
	if connection == nil {
		connection = dialCorpus(run.t, address)
		run.open[address] = connection
	}
	sent := time.Now()
	head, body, err := connection.exchange(step.method, step.bytes(run.t, host, run.saved))
	run.during(sent, time.Now())
	if err != nil || connection.last {
		_ = connection.Close()
		delete(run.open, address)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "< the connection was closed\n"
	}
	if err != nil {
		run.t.Fatalf("%s: %v", step.source, err)
	}
	if step.name != "" {
		run.saved[step.name] = savedAnswer(run.t, head, body)
	}
	return inLines("< ", head, body)
}

// maxShownBody is how large a body a golden file has, in bytes. Of larger ones it has the digest.
const maxShownBody = 64 << 10

// inLines writes the lines of a message with a prefix. A body that is no text is written as a quoted one.
func inLines(prefix, head string, body []byte) string {
	var written strings.Builder
	line := func(text string) { written.WriteString(strings.TrimRight(prefix+text, " ") + "\n") }
	for text := range strings.SplitSeq(strings.TrimSuffix(head, "\r\n"), "\r\n") {
		if !strings.HasPrefix(text, "Date: ") {
			line(text)
		}
	}
	if len(body) == 0 {
		return written.String()
	}
	line("")
	if len(body) > maxShownBody {
		line(fmt.Sprintf("<%d bytes, SHA-256 %x>", len(body), sha256.Sum256(body)))
		return written.String()
	}
	if !utf8.Valid(body) || bytes.ContainsFunc(body, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' }) {
		line(fmt.Sprintf("%q", body))
		return written.String()
	}
	for text := range strings.SplitSeq(string(body), "\n") {
		line(text)
	}
	return written.String()
}

// takeSent returns what the stand-ins were sent since it was last called, each request with the name of the stand-in.
func (run *corpusRun) takeSent() (all []string) {
	for _, called := range slices.Sorted(maps.Keys(run.standIns)) {
		for _, request := range run.standIns[called].take() {
			head, body, _ := strings.Cut(request.raw, "\r\n\r\n")
			all = append(all, fmt.Sprintf("> to %s\n%s", called, inLines("> ", head, []byte(body))))
		}
	}
	return all
}

// writeFolder adds the files that were written or changed.
func (run *corpusRun) writeFolder(before map[string]string) {
	run.t.Helper()
	if !exists(run.folder) {
		return
	}
	after := folder(run.t, run.folder)
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if before[name] != after[name] {
			run.print("=== the file %s\n%s\n", name, run.normalise(after[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, is := after[name]; !is {
			run.print("=== the file %s is gone\n\n", name)
		}
	}
}
