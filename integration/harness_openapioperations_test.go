package integration

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// operation is a request that WorkOS answers, and what it may answer.
type operation struct {
	method, path string      // as described: parameters are in braces
	query        [][2]string // the described parameters and a value of each
	bodies       []any       // JSON bodies, one for each described form; none where there is no body
	answers      []sampled
}

// sampled is an answer made from the examples of a description.
type sampled struct {
	status   int
	body     any // JSON; nil where there is none
	location string
}

func (o *operation) route() string { return o.method + " " + o.path }

// operationsOf samples every operation of a description.
func operationsOf(t *testing.T, path string) (operations []*operation) {
	t.Helper()
	var document map[string]any
	readYAML(t, path, &document)
	s := &sampler{document, false}
	for path, verbs := range document["paths"].(map[string]any) {
		for verb, described := range verbs.(map[string]any) {
			if verb == "parameters" {
				continue
			}
			operations = append(operations, s.operation(strings.ToUpper(verb), path, described.(map[string]any)))
		}
	}
	slices.SortFunc(operations, func(a, b *operation) int { return strings.Compare(a.route(), b.route()) })
	return operations
}

// everyOperation returns the operations of WorkOS's whole description, and those that only its SDKs know.
func everyOperation(t *testing.T) []*operation {
	t.Helper()
	described := operationsOf(t, filepath.Join(sdkFolder(t), "node_modules/@workos/openapi-spec/open-api-spec.yaml"))
	if len(described) < 150 {
		t.Fatalf("the description has only %d operations", len(described))
	}
	return slices.Concat(described, undescribedOperations())
}

// operation samples a described operation.
func (s *sampler) operation(method, path string, described map[string]any) *operation {
	o := &operation{method: method, path: path}
	for _, p := range asList(described["parameters"]) {
		declared := s.resolve(p)
		if declared["in"] == "query" {
			o.query = append(o.query, [2]string{fmt.Sprint(declared["name"]), fmt.Sprint(s.parameter(declared))})
		}
	}
	if content := jsonContent(section(described, "requestBody")); content != nil {
		o.bodies = s.forms(content["schema"])
		if example, given := content["example"]; given {
			o.bodies = append(o.bodies, example)
		}
	}
	answers := section(described, "responses")
	for _, status := range sortedKeys(answers) {
		code, err := strconv.Atoi(status)
		if err != nil {
			continue
		}
		answer := s.resolve(answers[status])
		content := jsonContent(answer)
		switch {
		case code >= 300 && code < 400:
			o.answers = append(o.answers, sampled{status: code, location: "https://app.example/callback"})
		case content == nil:
			o.answers = append(o.answers, sampled{status: code})
		default:
			if example, given := content["example"]; given {
				o.answers = append(o.answers, sampled{status: code, body: example})
			}
			for _, name := range sortedKeys(section(content, "examples")) {
				o.answers = append(o.answers, sampled{status: code, body: section(section(content, "examples"), name)["value"]})
			}
			forms := s.forms(content["schema"])
			if code < 300 {
				forms = append(forms, (&sampler{s.document, true}).forms(content["schema"])...)
			}
			for _, form := range forms {
				o.answers = append(o.answers, sampled{status: code, body: form})
			}
		}
	}
	return o
}

// parameter samples a query parameter: lists and maps become what one text can hold.
func (s *sampler) parameter(declared map[string]any) any {
	value := s.sample(declared["schema"], 0)
	if list, is := value.([]any); is && len(list) > 0 {
		value = list[0]
	}
	if _, is := value.(map[string]any); is || value == nil {
		return "x"
	}
	return value
}

// target fills the parameters of the path and joins the query.
func (o *operation) target(parameters func(name string) string, query url.Values) string {
	path := parameter.ReplaceAllStringFunc(o.path, func(name string) string {
		return url.PathEscape(parameters(name[1 : len(name)-1]))
	})
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// matches tells whether an operation is that of a request's path.
func (o *operation) matches(method, path string) bool {
	if method != o.method {
		return false
	}
	want, have := strings.Split(o.path, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i, segment := range want {
		if !strings.HasPrefix(segment, "{") && segment != have[i] {
			return false
		}
	}
	return true
}
