package format

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
)

// instead is the end of a message about a value that should be an entry of the block, and is something else: what to write for it. It
// is empty where that cannot be told.
func (b *Block[T]) instead(v document.Value) string {
	switch {
	case b.Instead != nil:
		return b.Instead(v)
	case v.IsMapping():
		return "; begin each entry with a dash"
	case v.IsSequence():
		return ""
	}
	var members []string
	for i := range b.Fields {
		f := &b.Fields[i]
		switch {
		case !f.Required:
		case f.Name == b.lone():
			members = append(members, f.Name+": "+written(v))
		default:
			members = append(members, f.Name+": …")
		}
	}
	switch len(members) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("; write `- %s`", members[0])
	}
	return fmt.Sprintf("; write `- { %s }`", strings.Join(members, ", "))
}

// lone is the field that a string is for which stands where an entry should: the first that is required, if the block does not say.
func (b *Block[T]) lone() string {
	if b.Lone != "" {
		return b.Lone
	}
	for i := range b.Fields {
		if b.Fields[i].Required {
			return b.Fields[i].Name
		}
	}
	return ""
}

// plain is a string that YAML takes for one without quotation marks.
var plain = regexp.MustCompile(`^[A-Za-z/][A-Za-z0-9_.@+/-]*( [A-Za-z0-9_.@+/-]+)*$`)

// written is a scalar as a file has it, or … where it may be a secret.
func written(v document.Value) string {
	text, ok := v.Written()
	switch {
	case !ok, len(text) > longestName, v.Document().MayHoldSecret(text):
		return "…"
	case plain.MatchString(text):
		return text
	}
	return strconv.Quote(text)
}
