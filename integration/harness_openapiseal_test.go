package integration

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// Answers hold more than the description says: this much, and no more.
var (
	// observedProblem is what errors of the live service hold (WORKOS.md, "Generic conduct").
	observedProblem = map[string]any{
		"code":      ofType("string"),
		"entity_id": ofType("string"),
		"errors": map[string]any{"type": "array", "items": map[string]any{
			"type":                 "object",
			"properties":           map[string]any{"field": ofType("string"), "code": ofType("string"), "message": ofType("string")},
			"additionalProperties": false,
		}},
		// Those of step-ups (LOGIN.md §2.4).
		"pending_authentication_token": ofType("string"),
		"email":                        ofType("string"),
		"email_verification_id":        ofType("string"),
		"user":                         ofType("object"),
		"organizations":                listOf("id", "name"),
		"authentication_factors":       listOf("id", "type"),
	}
	// newerMembers are those that the npm package does not know yet, by the `object` that has them.
	newerMembers = map[string]map[string]any{
		"api_key": {"expires_at": ofType("string", "null")},
		"user":    {"name": ofType("string", "null")},

		"organization_membership": {"roles": map[string]any{"type": "array", "items": map[string]any{
			"type": "object", "properties": map[string]any{"slug": ofType("string")}, "additionalProperties": false,
		}}},
	}
)

// listOf is an array of objects that have strings of these names, and nothing else.
func listOf(names ...string) map[string]any {
	members := map[string]any{}
	for _, name := range names {
		members[name] = ofType("string")
	}
	return map[string]any{"type": "array", "items": map[string]any{
		"type": "object", "properties": members, "required": names, "additionalProperties": false,
	}}
}

func ofType(names ...string) map[string]any { return map[string]any{"type": names} }

// sealer turns the schemas of a description into ones that refuse what they do not name. It replaces each reference by
// what it refers to, because the same schema may be the whole of an object in one place and a part of it in another.
type sealer struct {
	t        *testing.T
	document map[string]any
}

// seal returns the answers of an operation with their schemas sealed.
func seal(t *testing.T, document, answers map[string]any) map[string]any {
	s := sealer{t, document}
	sealed := map[string]any{}
	for status, given := range answers {
		answer := s.resolve(given)
		contents := map[string]any{}
		for mediaType, content := range section(answer, "content") {
			schema := s.whole(content.(map[string]any)["schema"])
			if status >= "400" {
				schema = widen(schema, observedProblem)
			}
			contents[mediaType] = map[string]any{"schema": schema}
		}
		sealed[status] = map[string]any{"description": "described", "content": contents}
	}
	return sealed
}

func section(m map[string]any, name string) map[string]any {
	found, _ := m[name].(map[string]any)
	return found
}

// resolve follows a reference within the document.
func (s sealer) resolve(value any) map[string]any {
	s.t.Helper()
	m, ok := value.(map[string]any)
	if !ok {
		s.t.Fatalf("a schema or answer of the description is %T", value)
	}
	reference, ok := m["$ref"].(string)
	if !ok {
		return m
	}
	target := s.document
	for _, name := range strings.Split(strings.TrimPrefix(reference, "#/"), "/") {
		target = section(target, name)
	}
	if target == nil {
		s.t.Fatalf("the description refers to %s, which it does not have", reference)
	}
	return s.resolve(target)
}

// whole seals the schema of a whole value: what neither it nor any of its parts names is refused.
func (s sealer) whole(value any) map[string]any {
	schema := s.part(value)
	if namesMembers(schema) && schema["additionalProperties"] == nil {
		schema["unevaluatedProperties"] = false
	}
	return schema
}

// part seals what is inside a schema which alone need not describe a whole value.
func (s sealer) part(value any) map[string]any {
	schema := maps.Clone(s.resolve(value))
	if properties := section(schema, "properties"); properties != nil {
		sealed := map[string]any{}
		for name, property := range properties {
			sealed[name] = s.whole(property)
		}
		schema["properties"] = sealed
		kind, _ := section(properties, "object")["const"].(string)
		schema = widen(schema, newerMembers[kind])
	}
	if required, ok := schema["required"].([]any); ok {
		schema["required"] = distinct(required) // WorkOS names some twice, which JSON Schema forbids
	}
	for _, name := range []string{"items", "additionalProperties"} {
		if inner := section(schema, name); inner != nil {
			schema[name] = s.whole(inner)
		}
	}
	for _, name := range compositions {
		branches, _ := schema[name].([]any)
		var sealed []any
		for _, branch := range branches {
			sealed = append(sealed, s.part(branch))
		}
		if sealed != nil {
			schema[name] = sealed
		}
	}
	return schema
}

// compositions are the keywords whose schemas describe parts of one and the same value.
var compositions = []string{"allOf", "anyOf", "oneOf"}

// namesMembers tells whether a schema or one of its parts names members of an object. One that names none takes any.
func namesMembers(schema map[string]any) bool {
	if len(section(schema, "properties")) > 0 {
		return true
	}
	for _, name := range compositions {
		branches, _ := schema[name].([]any)
		for _, branch := range branches {
			if namesMembers(branch.(map[string]any)) {
				return true
			}
		}
	}
	return false
}

// widen lets an object have more members than its schema names.
func widen(schema, members map[string]any) map[string]any {
	if len(members) == 0 {
		return schema
	}
	wide := maps.Clone(schema)
	properties := maps.Clone(section(schema, "properties"))
	if properties == nil {
		properties = map[string]any{}
	}
	for name, member := range members {
		known := section(properties, name)
		switch {
		case known == nil:
			properties[name] = member
		case known["items"] != nil: // the members of each item may be more as well
			properties[name] = maps.Clone(known)
			section(properties, name)["items"] = widen(section(known, "items"), section(section(member.(map[string]any), "items"), "properties"))
		}
	}
	wide["properties"] = properties
	return wide
}

func distinct(values []any) []any {
	var once []any
	for _, value := range values {
		if !slices.Contains(once, value) {
			once = append(once, value)
		}
	}
	return once
}
