package integration

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/responses"
)

// newerDescription lies beside the repository on some machines. It knows operations that the npm package does not.
const newerDescription = "../../shared/data/workos-openapi-subset.yaml"

// description is what WorkOS says of the routes that are emulated.
type description struct {
	answers   map[string]map[string]bool // by route, as inPlainForm gives it, and status: whether it has a body
	validator responses.ResponseBodyValidator
}

// loginDescription are the operations of logins in WorkOS's description 0.61.0 (MIT licence), which the npm package does not have yet.
const loginDescription = "testdata/workos-openapi-login.yaml.gz"

// descriptions returns WorkOS's OpenAPI description from npm, that of logins, and, where it exists, the newer one. An operation that the
// description of logins has is not among those of npm, which are older.
func descriptions(t *testing.T) map[string]*description {
	t.Helper()
	found := map[string]*description{
		"npm":   readDescription(t, filepath.Join(sdkFolder(t), "node_modules/@workos/openapi-spec/open-api-spec.yaml")),
		"login": readDescription(t, unpacked(t, loginDescription)),
	}
	for route := range found["login"].answers {
		delete(found["npm"].answers, route)
	}
	if _, err := os.Stat(newerDescription); err == nil {
		found["newer"] = readDescription(t, newerDescription)
	}
	return found
}

// unpacked writes what a gzip file holds into a file of the test's, and returns its path.
func unpacked(t *testing.T, path string) string {
	t.Helper()
	packed, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	reader, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(plain, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return plain
}

// readDescription keeps of a description what is emulated, and seals it.
func readDescription(t *testing.T, path string) *description {
	t.Helper()
	var document map[string]any
	readYAML(t, path, &document)
	d := &description{answers: map[string]map[string]bool{}}
	kept := map[string]any{}
	for path, operations := range document["paths"].(map[string]any) {
		for verb, operation := range operations.(map[string]any) {
			described, _ := operation.(map[string]any)
			route := inPlainForm(verb + " " + path)
			if described == nil || !isEmulated(route) {
				continue
			}
			answers := seal(t, document, section(described, "responses"))
			d.answers[route] = map[string]bool{}
			for status := range answers {
				d.answers[route][status] = len(section(section(answers, status), "content")) > 0
			}
			if kept[path] == nil {
				kept[path] = map[string]any{"parameters": pathParameters(path)}
			}
			kept[path].(map[string]any)[verb] = map[string]any{"responses": answers}
		}
	}
	sealed, err := json.Marshal(map[string]any{"openapi": document["openapi"], "info": document["info"], "paths": kept})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := libopenapi.NewDocument(sealed)
	if err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	model, err := parsed.BuildV3Model()
	if err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	d.validator = responses.NewResponseBodyValidator(&model.Model, config.WithFormatAssertions())
	return d
}

// pathParameters declares the parameters of a path.
func pathParameters(path string) []any {
	declared := []any{}
	for _, name := range parameter.FindAllString(path, -1) {
		declared = append(declared, map[string]any{
			"name": name[1 : len(name)-1], "in": "path", "required": true, "schema": map[string]any{"type": "string"},
		})
	}
	return declared
}

// faults tells how an answer departs from the description.
func (d *description) faults(t *testing.T, route string, request *http.Request, response *http.Response) []string {
	t.Helper()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	// The validator takes an answer without a body for one that keeps what its description says.
	described := d.answers[inPlainForm(route)][strconv.Itoa(response.StatusCode)]
	if text := strings.TrimSpace(string(body)); described && (text == "" || text == "null") {
		return []string{"there is no body"}
	} else if !described && text != "" && response.StatusCode < 400 {
		return []string{"there is a body: " + text}
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	_, errors := d.validator.ValidateResponseBody(request, response)
	var faults []string
	for _, e := range errors {
		fault := e.Message + ": " + e.Reason
		for _, at := range e.SchemaValidationErrors {
			fault += fmt.Sprintf("\n%s: %s", at.FieldPath, at.Reason)
		}
		faults = append(faults, fault)
	}
	return faults
}

// describedOperations returns the operations of a description, each as its method and path.
func describedOperations(t *testing.T, path string) (operations []string) {
	t.Helper()
	var document map[string]any
	readYAML(t, path, &document)
	for path, verbs := range document["paths"].(map[string]any) {
		for verb := range verbs.(map[string]any) {
			if verb != "parameters" {
				operations = append(operations, strings.ToUpper(verb)+" "+path)
			}
		}
	}
	return operations
}
