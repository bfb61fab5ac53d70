package integration

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/tidwall/gjson"
)

// corpusStep is one thing that is done in an arrangement: a request, or one of
//
//	# text          a heading
//	!merged PATH    wait until the answer for a document of the upstream's is made of both sides
//	!close          the upstreams are gone
type corpusStep struct {
	source string // as the script has it, without the indentation of further lines
	corpusRequest
}

// corpusRequest is a request of a script:
//
//	METHOD TARGET [as KEY] [KIND BODY]
//		Name: value
//		save NAME
//		recorded NUMBER
//
// A target that begins with admin: is asked of the admin endpoint. KEY is the credentials of Bearer. Headers follow, indented;
// Host is workos.test where none does. NAME is what later requests call the answer: {NAME.member} is a member of its JSON, or of
// what [savedAnswer] makes of an answer that is no JSON. {totp SECRET} is the code that an authenticator app shows now. After
// a request with a NUMBER, so many answers have been recorded in all, which goes on when the answer has been given.
type corpusRequest struct {
	method, target, key string
	kind, body          string
	headers             []string
	name                string
	recorded            string
}

// readScript reads the requests of an arrangement.
func readScript(t *testing.T, arrangement string) (steps []*corpusStep) {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(corpusFolder, arrangement+".requests"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(script)) {
		line = strings.TrimSuffix(line, "\n")
		further, indented := strings.CutPrefix(line, "\t")
		switch {
		case line == "":
		case !indented:
			step := &corpusStep{source: line}
			if line[0] != '#' && line[0] != '!' {
				step.corpusRequest = parseRequest(t, line)
			}
			steps = append(steps, step)
		case strings.HasPrefix(further, "save "):
			steps[len(steps)-1].name = strings.TrimPrefix(further, "save ")
		case strings.HasPrefix(further, "recorded "):
			steps[len(steps)-1].recorded = strings.TrimPrefix(further, "recorded ")
		default:
			last := steps[len(steps)-1]
			last.headers = append(last.headers, further)
			last.source += "\n  " + further
		}
	}
	return steps
}

func parseRequest(t *testing.T, line string) (r corpusRequest) {
	t.Helper()
	var ok bool
	if r.method, line, ok = strings.Cut(line, " "); !ok {
		t.Fatalf("a request has no target: %s", r.method)
	}
	r.target, line, _ = strings.Cut(line, " ")
	if rest, has := strings.CutPrefix(line, "as "); has {
		r.key, line, _ = strings.Cut(rest, " ")
	}
	r.kind, r.body, _ = strings.Cut(line, " ")
	return r
}

// contentTypes are those of the kinds of bodies. The kind base64 has its bytes in that form, and mebibytes their number.
var contentTypes = map[string]string{
	"": "", "json": asJSON, "form": "application/x-www-form-urlencoded", "text": "text/plain", "gzip": asJSON, "chunked": asJSON,
	"base64": "", "mebibytes": asJSON,
}

// bytes returns the request as it is sent to a host.
func (r corpusRequest) bytes(t *testing.T, host string, saved map[string]string) []byte {
	t.Helper()
	contentType, known := contentTypes[r.kind]
	if !known {
		t.Fatalf("%s %s: there is no kind of body %q", r.method, r.target, r.kind)
	}
	var sent bytes.Buffer
	_, _ = fmt.Fprintf(&sent, "%s %s HTTP/1.1\r\n", r.method, fill(t, strings.TrimPrefix(r.target, "admin:"), saved))
	header := func(name, value string) {
		for _, given := range r.headers {
			if strings.HasPrefix(given, name+":") {
				return
			}
		}
		if value != "" {
			_, _ = fmt.Fprintf(&sent, "%s: %s\r\n", name, fill(t, value, saved))
		}
	}
	header("Host", host)
	if r.key != "" {
		header("Authorization", "Bearer "+r.key)
	}
	header("Content-Type", contentType)
	for _, given := range r.headers {
		_, _ = fmt.Fprintf(&sent, "%s\r\n", fill(t, given, saved))
	}
	content := r.content(t, saved)
	switch {
	case r.kind == "chunked":
		_, _ = fmt.Fprintf(&sent, "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(content), content)
		return sent.Bytes()
	case r.kind == "gzip":
		_, _ = fmt.Fprint(&sent, "Content-Encoding: gzip\r\n")
	}
	if r.kind != "" {
		_, _ = fmt.Fprintf(&sent, "Content-Length: %d\r\n", len(content))
	}
	_, _ = fmt.Fprintf(&sent, "\r\n%s", content)
	return sent.Bytes()
}

// content returns the body of the request.
func (r corpusRequest) content(t *testing.T, saved map[string]string) []byte {
	t.Helper()
	switch r.kind {
	case "base64":
		decoded, err := base64.StdEncoding.DecodeString(r.body)
		if err != nil {
			t.Fatal(err)
		}
		return decoded
	case "mebibytes":
		n, err := strconv.Atoi(r.body)
		if err != nil {
			t.Fatal(err)
		}
		return append(append([]byte(`{"name":"`), bytes.Repeat([]byte("a"), n<<20)...), `"}`...)
	case "gzip":
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, _ = w.Write([]byte(fill(t, r.body, saved)))
		_ = w.Close()
		return packed.Bytes()
	}
	return []byte(fill(t, r.body, saved))
}

var savedMember = regexp.MustCompile(`\{([a-z][a-z0-9]*)\.([a-z0-9_.]+)\}|\{totp ([A-Z2-7]+)\}`)

// fill puts members of earlier answers, and codes of authenticator apps, into a text.
func fill(t *testing.T, text string, saved map[string]string) string {
	t.Helper()
	return savedMember.ReplaceAllStringFunc(text, func(found string) string {
		parts := savedMember.FindStringSubmatch(found)
		if parts[3] != "" {
			code, err := totp.GenerateCode(parts[3], time.Now())
			if err != nil {
				t.Fatal(err)
			}
			return code
		}
		value := gjson.Get(saved[parts[1]], parts[2])
		if !value.Exists() {
			t.Fatalf("there is no %s in the answer %s", found, saved[parts[1]])
		}
		return value.String()
	})
}
