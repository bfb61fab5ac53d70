package integration

import (
	"slices"
	"strings"
)

// sampler makes values of the schemas of an OpenAPI description: its examples where there are any.
type sampler struct {
	document map[string]any
	nulls    bool // whether what may be null is
}

// deepest is how far a schema that holds itself is followed.
const deepest = 12

// resolve follows references.
func (s *sampler) resolve(node any) map[string]any {
	for {
		schema, _ := node.(map[string]any)
		ref, is := schema["$ref"].(string)
		if !is {
			return schema
		}
		node = s.document
		for _, name := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
			node = node.(map[string]any)[name]
		}
	}
}

// forms samples each of the alternatives that a schema has at its top, and the example of the whole.
func (s *sampler) forms(node any) (forms []any) {
	schema := s.resolve(node)
	if kinds := s.kinds(schema); len(kinds) > 1 {
		for _, kind := range kinds {
			forms = append(forms, s.forms(kind)...)
		}
	} else {
		forms = []any{s.sample(kinds[0], 0)}
	}
	if example, given := schema["example"]; given && schema["properties"] != nil {
		forms = append(forms, example)
	}
	return forms
}

// sample makes a value of a schema. An array has an item of each alternative.
func (s *sampler) sample(node any, depth int) any {
	schema := s.resolve(node)
	if depth > deepest || schema == nil || s.nulls && depth > 0 && mayBeNull(schema) {
		return nil
	}
	if example, given := schema["example"]; given && schema["properties"] == nil {
		return example
	}
	if value, given := schema["const"]; given {
		return value
	}
	if choices := asList(schema["enum"]); len(choices) > 0 {
		return choices[0]
	}
	if parts := asList(schema["allOf"]); len(parts) > 0 {
		return s.merged(append(slices.Clone(parts), without(schema, "allOf")), depth)
	}
	if alternatives := s.alternatives(schema); len(alternatives) > 0 {
		return s.sample(alternatives[0], depth+1)
	}
	switch typeOf(schema) {
	case "object":
		return s.object(schema, depth)
	case "array":
		return s.array(schema, depth)
	case "integer", "number":
		return 1
	case "boolean":
		return true
	case "null":
		return nil
	default:
		return text(schema)
	}
}

func (s *sampler) object(schema map[string]any, depth int) any {
	made := map[string]any{}
	for name, member := range section(schema, "properties") {
		made[name] = s.sample(member, depth+1)
	}
	more, free := schema["additionalProperties"].(map[string]any)
	switch {
	case !free || len(made) > 0:
	case len(more) == 0:
		return fromJSON(freeMembers)
	default:
		made["key"] = s.sample(more, depth+1)
	}
	return made
}

// freeMembers are those of a map in which anything may be: some have secrets planted, see answerSecrets.
const freeMembers = `{"department":"Engineering","level":3,"active":true,"nested":{"list":[1,2.50,"x"]},"signing_key":"k","curl":"c","webhook":"w"}`

func (s *sampler) array(schema map[string]any, depth int) any {
	made := []any{}
	for _, item := range s.kinds(schema["items"]) {
		made = append(made, s.sample(item, depth+1))
	}
	return made
}

// kinds are the alternatives of a schema, also where they are a part of what all have.
func (s *sampler) kinds(node any) (kinds []any) {
	schema := s.resolve(node)
	if alternatives := s.alternatives(schema); len(alternatives) > 0 {
		return alternatives
	}
	parts := asList(schema["allOf"])
	for i, part := range parts {
		for _, alternative := range s.alternatives(s.resolve(part)) {
			with := slices.Clone(parts)
			with[i] = alternative
			kinds = append(kinds, map[string]any{"allOf": with})
		}
	}
	if len(kinds) == 0 {
		return []any{node}
	}
	return kinds
}

// mayBeNull tells whether null is one of the types of a schema.
func mayBeNull(schema map[string]any) bool {
	for _, one := range slices.Concat(asList(schema["type"]), asList(schema["oneOf"]), asList(schema["anyOf"])) {
		if described, is := one.(map[string]any); one == "null" || is && described["type"] == "null" {
			return true
		}
	}
	return false
}

// merged samples what all of several schemas ask for.
func (s *sampler) merged(parts []any, depth int) any {
	made := map[string]any{}
	for _, part := range parts {
		if members, is := s.sample(part, depth+1).(map[string]any); is {
			for name, value := range members {
				made[name] = value
			}
		}
	}
	return made
}

// alternatives are those of oneOf and anyOf that are not null.
func (s *sampler) alternatives(schema map[string]any) (found []any) {
	for _, key := range []string{"oneOf", "anyOf"} {
		for _, alternative := range asList(schema[key]) {
			if typeOf(s.resolve(alternative)) != "null" {
				found = append(found, alternative)
			}
		}
	}
	return found
}

// typeOf is the first type of a schema that is not null.
func typeOf(schema map[string]any) string {
	switch t := schema["type"].(type) {
	case string:
		return t
	case []any:
		for _, one := range t {
			if one != "null" {
				return one.(string)
			}
		}
	}
	if schema["properties"] != nil || schema["additionalProperties"] != nil {
		return "object"
	}
	return ""
}

func text(schema map[string]any) string {
	switch schema["format"] {
	case "date-time":
		return "2026-01-15T12:00:00.000Z"
	case "uri", "url":
		return "https://app.example/page"
	case "email":
		return "person@example.com"
	}
	return "text"
}

func jsonContent(of map[string]any) map[string]any {
	content, _ := section(of, "content")["application/json"].(map[string]any)
	return content
}

func asList(value any) []any {
	list, _ := value.([]any)
	return list
}

func without(schema map[string]any, key string) map[string]any {
	rest := map[string]any{}
	for name, value := range schema {
		if name != key {
			rest[name] = value
		}
	}
	return rest
}
