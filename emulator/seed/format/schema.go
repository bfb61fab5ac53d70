package format

import (
	"bytes"
	"encoding/json"
)

// Schema is a JSON Schema (draft 2020-12), as far as descriptions of formats need it.
type Schema struct {
	Version              string     `json:"$schema,omitempty"`
	Title                string     `json:"title,omitempty"`
	Description          string     `json:"description,omitempty"`
	Ref                  string     `json:"$ref,omitempty"`
	Type                 Types      `json:"type,omitempty"`
	Enum                 []any      `json:"enum,omitempty"`
	Const                any        `json:"const,omitempty"`
	MinLength            int        `json:"minLength,omitempty"`
	MaxLength            int        `json:"maxLength,omitempty"`
	Pattern              string     `json:"pattern,omitempty"` // of ECMA 262
	Minimum              *float64   `json:"minimum,omitempty"`
	ExclusiveMinimum     *float64   `json:"exclusiveMinimum,omitempty"`
	Maximum              *float64   `json:"maximum,omitempty"`
	Items                *Schema    `json:"items,omitempty"`
	MaxItems             int        `json:"maxItems,omitempty"`
	UniqueItems          bool       `json:"uniqueItems,omitempty"`
	Properties           Properties `json:"properties,omitempty"`
	PatternProperties    Properties `json:"patternProperties,omitempty"`
	PropertyNames        *Schema    `json:"propertyNames,omitempty"`
	AdditionalProperties any        `json:"additionalProperties,omitempty"` // a *Schema, or false
	MaxProperties        int        `json:"maxProperties,omitempty"`
	Required             []string   `json:"required,omitempty"`
	AnyOf                []Schema   `json:"anyOf,omitempty"`
	AllOf                []Schema   `json:"allOf,omitempty"`
	Not                  *Schema    `json:"not,omitempty"`
	If                   *Schema    `json:"if,omitempty"`
	Then                 *Schema    `json:"then,omitempty"`
	Deprecated           bool       `json:"deprecated,omitempty"`
	Definitions          Properties `json:"$defs,omitempty"`
}

// Types are the types that a value may have.
type Types []string

// MarshalJSON writes a single type as a string.
func (t Types) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// Property is one member of [Properties].
type Property struct {
	Name   string
	Schema Schema
}

// Properties are schemas by name, in an order.
type Properties []Property

// MarshalJSON writes an object.
func (p Properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, property := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := marshal(property.Name)
		if err != nil {
			return nil, err
		}
		schema, err := marshal(property.Schema)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(schema)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// marshal writes JSON that keeps <, > and & as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// orNull is the schema of a value that may also be null.
func (s Schema) orNull() Schema {
	switch {
	case s.Ref != "":
		return Schema{AnyOf: []Schema{s, {Type: Types{"null"}}}}
	case s.Enum != nil:
		s.Enum = append(append([]any{}, s.Enum...), nil)
	case s.Type != nil:
		s.Type = append(append(Types{}, s.Type...), "null")
	case s.AnyOf != nil:
		s.AnyOf = append(append([]Schema{}, s.AnyOf...), Schema{Type: Types{"null"}})
	}
	return s
}

// Bound is a bound of a [Schema].
func Bound(n int) *float64 {
	bound := float64(n)
	return &bound
}
