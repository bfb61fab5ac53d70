package directive

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// Block is a block of a Caddyfile that has options of this plugin.
type Block struct {
	Name string // as errors call it
	Own  []string

	// Also are the options of another directive, AlsoOf, that the block has beside its own.
	Also   []string
	AlsoOf string

	// Neighbours are the blocks that an option may have been meant for which this one does not have, the likeliest first.
	Neighbours []*Block
}

// options are all that the block has.
func (b *Block) options() []string { return slices.Concat(b.Own, b.Also) }

// belongs returns the block that an option of this name belongs into.
func (b *Block) belongs(name string) *Block {
	for _, other := range b.Neighbours {
		if other != b && slices.Contains(other.options(), name) {
			return other
		}
	}
	return nil
}

// Unknown is the error for what is no option of the block, and which the dispenser is at. It may be anything, such as the next line
// of a key: only what looks like the name of an option is shown.
func (b *Block) Unknown(d *caddyfile.Dispenser) error {
	said := "unknown option"
	if option.IsName(d.Val()) {
		if other := b.belongs(d.Val()); other != nil {
			return d.Errf("%q is no option of %s: it belongs into %s block", d.Val(), b.Name, possessive(other.Name))
		}
		said += fmt.Sprintf(" %q", d.Val())
	}
	said += " in " + b.Name + ": "
	if meant, in := b.meant(d.Val()); in == b {
		said += fmt.Sprintf("did you mean %q? T", meant)
	} else if in != nil {
		said += fmt.Sprintf("did you mean %q? It belongs into %s block. In %s, t", meant, possessive(in.Name), b.Name)
	} else {
		said += "t"
	}
	return d.Errf("%she options are %s", said, b.list())
}

// possessive is the possessive form of a block's name.
func possessive(name string) string {
	if strings.HasSuffix(name, "s") {
		return name + "'"
	}
	return name + "'s"
}

// meant returns the option that a text was most likely meant to be, and the block that has it: this one, if it has one that is near. It
// returns no block where none is near.
func (b *Block) meant(text string) (name string, in *Block) {
	if len(text) > option.MaxWord {
		return "", nil
	}
	for _, block := range append([]*Block{b}, b.Neighbours...) {
		if meant, ok := seed.Nearest(text, block.options()); ok {
			return meant, block
		}
	}
	return "", nil
}

// list are the options of the block, for people.
func (b *Block) list() string {
	if b.AlsoOf != "" {
		return strings.Join(b.Own, ", ") + " and those of " + b.AlsoOf
	}
	last := len(b.Own) - 1
	return fmt.Sprintf("%s and %s", strings.Join(b.Own[:last], ", "), b.Own[last])
}
