package seed

import (
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
)

// file is the content of a seed file, before names and ids are resolved.
type file struct {
	document.Place
	entries  map[kind]any    // a slice of each kind's
	declared map[string]bool // the blocks that there are, if empty ones
}

func (f *file) declare(block string) {
	if f.declared == nil {
		f.entries, f.declared = map[kind]any{}, map[string]bool{}
	}
	f.declared[block] = true
}

// ignoredBlocks are those of the WorkOS emulator's format that have no effect. One that is the name of a kind has one.
var ignoredBlocks = []string{
	"agentBlueprints", "agents", "connectedAccounts", "dataIntegrations", "directories", "featureFlags", "groups", "jwtTemplate",
	"pipeConnections", "webhookEndpoints",
}

// fileBlock is the block of the whole file, whose fields are the blocks of some kinds.
func fileBlock(kinds []kind) *format.Block[file] {
	b := &format.Block[file]{
		Heading:    "File",
		Definition: "caddy-workos seed",
		Entry: "What the emulated WorkOS holds when it starts. Any string may hold {env.NAME}, the value of an environment variable, " +
			"and {file.PATH}, the content of a file.",
		About:      "The blocks, all of which may be left out.",
		Extensible: true,
	}
	for _, k := range kinds {
		name := k.blockName()
		if k.form() == none || slices.ContainsFunc(b.Fields, func(f format.Field[file]) bool { return f.Name == name }) {
			continue
		}
		var forms []kind
		for _, other := range kinds {
			if other.form() != none && other.blockName() == name {
				forms = append(forms, other)
			}
		}
		b.Fields = append(b.Fields, blockField(name, forms))
	}
	for _, name := range ignoredBlocks {
		if !slices.ContainsFunc(b.Fields, func(f format.Field[file]) bool { return f.Name == name }) {
			b.Ignored = append(b.Ignored, name)
		}
	}
	return b
}

// blockField is a block of the file, whose form tells which kind it has.
func blockField(name string, forms []kind) format.Field[file] {
	var types []format.TypeDescription
	var about []string
	for _, k := range forms {
		types = append(types, k.describe())
		if len(forms) > 1 {
			about = append(about, "As "+k.form().String()+":")
		}
		about = append(about, k.about())
	}
	return format.Field[file]{
		FieldDescription: format.FieldDescription{Name: name, About: strings.Join(about, " "), Type: format.AnyOf(types...)},
		Decode: func(f *file, v document.Value) {
			if v.IsNull() {
				return
			}
			f.declare(name)
			for _, k := range forms {
				if len(forms) == 1 || k.form() == mapping && v.IsMapping() || k.form() == sequence && v.IsSequence() {
					k.decode(f, v)
					return
				}
			}
			v.FailTypeWith(sequence.String()+" or "+mapping.String(), forms[0].instead(v))
		},
	}
}

// Format describes the seed file, for its JSON Schema and its documentation.
func Format() *format.Description { return fileBlock(kinds).Describe() }
