package seed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("seed.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("seed.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func instance(t *testing.T, source []byte) any {
	t.Helper()
	var content map[string]any
	if err := yaml.Unmarshal(source, &content); err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

func TestSchemaAcceptsWhatLoads(t *testing.T) {
	t.Parallel()
	schema := compiledSchema(t)
	for _, file := range []string{"../../seed.example.yaml", "testdata/workos-emulate.config.yaml"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Parse(file, source, Options{}); err != nil {
				t.Errorf("does not load:\n%v", err)
			}
			if err := schema.Validate(instance(t, source)); err != nil {
				t.Errorf("the schema rejects it: %v", err)
			}
		})
	}
}

func TestSchemaRejectsWhatDoesNotLoad(t *testing.T) {
	t.Parallel()
	schema := compiledSchema(t)
	for name, source := range map[string]string{
		"unknown block":         "organisations: []",
		"unknown field":         "users: [{email: a@b, mail: x}]",
		"missing name":          "organizations: [{id: org_1}]",
		"id with a slash":       "organizations: [{name: A, id: a/b}]",
		"bad domain state":      "organizations: [{name: A, domains: [{domain: a, state: maybe}]}]",
		"blank name":            "organizations: [{name: ' '}]",
		"empty external_id":     "organizations: [{name: A, external_id: ''}]",
		"long external_id":      "users: [{email: a@b, external_id: " + strings.Repeat("x", 129) + "}]",
		"no ASCII external_id":  "users: [{email: a@b, external_id: é}]",
		"domain with a path":    "organizations: [{name: A, domains: [a.example/x]}]",
		"URL for a domain":      "organizations: [{name: A, domains: [{domain: 'https://a.example'}]}]",
		"long metadata key":     "organizations: [{name: A, metadata: {" + strings.Repeat("x", 41) + ": a}}]",
		"long metadata value":   "users: [{email: a@b, metadata: {k: " + strings.Repeat("x", 601) + "}}]",
		"much metadata":         "organizations: [{name: A, metadata: {" + manyMembers(51) + "}}]",
		"relative URI":          "connectApplications: [{name: A, type: oauth, redirect_uris: [/cb]}]",
		"URI with a fragment":   "connectApplications: [{name: A, type: oauth, redirect_uris: [{uri: 'https://a.example/#x'}]}]",
		"permission with space": "apiKeys: [{name: A, organization_id: o, permissions: [a b]}]",
		"permission of letters": "apiKeys: [{name: A, organization_id: o, permissions: [Posts]}]",
		"long permission":       "apiKeys: [{name: A, organization_id: o, permissions: [" + strings.Repeat("x", 49) + "]}]",
		"m2m without owner":     "connectApplications: [{name: A}]",
		"two owners":            "connectApplications: [{name: A, organization: A, organization_id: org_1}]",
		"two kinds of secrets":  "connectApplications: [{name: A, organization_id: o, client_secret: a, client_secrets: [b]}]",
		"six secrets":           "connectApplications: [{name: A, organization_id: o, client_secrets: [a, b, c, d, e, f]}]",
		"scope with a space":    "connectApplications: [{name: A, organization_id: o, scopes: ['a b']}]",
		"key without owner":     "apiKeys: [{name: A}]",
		"key of another prefix": "apiKeys: [{name: A, organization_id: o, value: pk_1}]",
		"map of another prefix": "apiKeys: {pk_1: {environment: test}}",
		"hook without effect":   "errorHooks: [{method: GET, path: /, status: null, abort: false}]",
		"hook of status 100":    "errorHooks: [{method: GET, path: /, status: 100}]",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Parse("seed.yaml", []byte(source), Options{}); err == nil {
				t.Error("it loads")
			}
			if schema.Validate(instance(t, []byte(source))) == nil {
				t.Error("the schema accepts it")
			}
		})
	}
}

// manyMembers are the members of a mapping, in YAML's flow style.
func manyMembers(n int) string {
	var members []string
	for i := range n {
		members = append(members, fmt.Sprintf("k%d: v", i))
	}
	return strings.Join(members, ", ")
}

// TestGeneratedFiles holds that the schema and the documentation are those of the code: run `go generate ./emulator/seed`.
func TestGeneratedFiles(t *testing.T) {
	t.Parallel()
	schema, err := Format().JSONSchema()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(schema, Schema) {
		t.Error("seed.schema.json is stale")
	}
	documentation, err := os.ReadFile("../../docs/seed.md")
	if err != nil {
		t.Fatal(err)
	}
	updated, err := Format().UpdateMarkdown(documentation)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(updated, documentation) {
		t.Error("docs/seed.md is stale")
	}
}

// TestFormatIsDescribed holds that everything in the file has a description.
func TestFormatIsDescribed(t *testing.T) {
	t.Parallel()
	definitions := map[string]bool{}
	for _, b := range append(Format().Blocks(), Format()) {
		if b.Entry == "" || b.About == "" || definitions[b.Definition] {
			t.Errorf("%s: %+v", b.Name, b)
		}
		definitions[b.Definition] = true
		for _, f := range b.Fields {
			if f.About == "" || f.Type.Words == "" {
				t.Errorf("%s.%s: %+v", b.Name, f.Name, f)
			}
		}
	}
}
