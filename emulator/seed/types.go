package seed

import (
	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
)

// The types of fields that several kinds have. What the API refuses, the file may not hold: the rules are those of package
// field.
var (
	anyRule    = field.Rule{}
	anyText    = format.Text(anyRule)
	idText     = format.Text(field.IDRule)
	nameText   = format.RequiredText(field.NameRule)
	externalID = format.Text(field.ExternalIDRule)
	metadata   = format.New("mapping of strings to strings", metadataSchema, decodeMetadata)
)

const aboutMetadata = "At most 50 keys, each of 40 characters, with values of 600. A key of an empty value is left out. " +
	"A number or a boolean becomes its text, with a warning."

var metadataSchema = format.Schema{
	Type:          format.Types{"object"},
	PropertyNames: &format.Schema{MinLength: 1, MaxLength: field.MaxMetadataKey},
	AdditionalProperties: &format.Schema{
		Type: format.Types{"string", "number", "boolean", "null"}, MaxLength: field.MaxMetadataValue,
	},
	MaxProperties: field.MaxMetadata,
}

// decodeMetadata decodes a mapping of strings to strings.
func decodeMetadata(v document.Value) map[string]string {
	if v.IsNull() {
		return nil
	}
	members, _ := v.Members()
	decoded := make(map[string]string, len(members))
	for _, m := range members {
		element := v.OpaqueMember(m)
		t := element.ScalarText()
		if refused := field.MetadataMember(m.Key, t.Value); refused != nil {
			element.Fail("%s", refused.Message)
		}
		if t.Set && t.Value != "" { // without a value, a key is not there
			decoded[m.Key] = t.Value
		}
	}
	if refused := field.MetadataSize(decoded); refused != nil {
		v.Fail("%s", refused.Message)
	}
	return decoded
}

// valuesOf returns what texts hold.
func valuesOf(texts []text) []string {
	values := make([]string, 0, len(texts))
	for _, t := range texts {
		values = append(values, t.Value)
	}
	return values
}
