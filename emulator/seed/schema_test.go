package seed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
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

// object is what this test reads of a JSON Schema.
type object struct {
	Description          string
	Properties           map[string]struct{ Description string }
	Required             []string
	AdditionalProperties *bool
	Defs                 map[string]object `json:"$defs"`
}

func TestSchemaHasTheFieldsOfTheFormat(t *testing.T) {
	t.Parallel()
	var document object
	if err := json.Unmarshal(Schema, &document); err != nil {
		t.Fatal(err)
	}
	t.Run("document", func(t *testing.T) { agrees(t, document, documentBlock) })
	t.Run("organization", func(t *testing.T) { agrees(t, document.Defs["organization"], organizationBlock) })
	t.Run("domain", func(t *testing.T) { agrees(t, document.Defs["domain"], domainBlock) })
	t.Run("user", func(t *testing.T) { agrees(t, document.Defs["user"], userBlock) })
	t.Run("connectApplication", func(t *testing.T) { agrees(t, document.Defs["connectApplication"], applicationBlock) })
	t.Run("redirectURI", func(t *testing.T) { agrees(t, document.Defs["redirectURI"], redirectURIBlock) })
	t.Run("apiKey", func(t *testing.T) { agrees(t, document.Defs["apiKey"], apiKeyBlock) })
	t.Run("environmentKey", func(t *testing.T) { agrees(t, document.Defs["environmentKey"], environmentKeyBlock) })
	t.Run("errorHook", func(t *testing.T) { agrees(t, document.Defs["errorHook"], errorHookBlock) })
}

// agrees compares the schema of a part of the file with the table that decodes it.
func agrees[T any](t *testing.T, schema object, b block[T]) {
	t.Helper()
	var described, required []string
	for name, property := range schema.Properties {
		described = append(described, name)
		if property.Description == "" {
			t.Errorf("%s has no description", name)
		}
	}
	for _, f := range b.fields {
		if f.required {
			required = append(required, f.name)
		}
	}
	decoded := b.names()
	slices.Sort(described)
	slices.Sort(decoded)
	slices.Sort(required)
	slices.Sort(schema.Required)
	if !slices.Equal(described, decoded) {
		t.Errorf("the schema has %v, the decoder %v", described, decoded)
	}
	if !slices.Equal(schema.Required, required) {
		t.Errorf("the schema requires %v, the decoder %v", schema.Required, required)
	}
	if schema.AdditionalProperties == nil || *schema.AdditionalProperties {
		t.Error("the schema allows unknown fields")
	}
}
