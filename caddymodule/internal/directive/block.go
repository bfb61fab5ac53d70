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

// unknown is the error for what is no option of the block. It may be anything, such as the next line of a key: only what
// looks like the name of an option is shown.
func (b *Block) unknown(d *caddyfile.Dispenser) error {
	if !option.IsName(d.Val()) {
		return d.Errf("unknown option: the options are %s", b.list())
	}
	if other := b.belongs(d.Val()); other != nil {
		return d.Errf("%q is no option of %s: it belongs into the block of %s", d.Val(), b.Name, other.Name)
	}
	if meant, ok := seed.Nearest(d.Val(), b.options()); ok {
		return d.Errf("unknown option %q: did you mean %q? In %s, the options are %s", d.Val(), meant, b.Name, b.list())
	}
	for _, other := range b.Neighbours {
		if meant, ok := seed.Nearest(d.Val(), other.options()); ok {
			return d.Errf("unknown option %q: did you mean %q? It belongs into the block of %s", d.Val(), meant, other.Name)
		}
	}
	return d.Errf("unknown option %q in %s: the options are %s", d.Val(), b.Name, b.list())
}

// check is unknown for an option of a block that takes those of Caddy's transport too, which says by itself what it does not
// know: it returns an error for what is another block's, or near to one of the block's.
func (b *Block) check(d *caddyfile.Dispenser) error {
	if slices.Contains(b.options(), d.Val()) || !option.IsName(d.Val()) {
		return nil
	}
	_, near := seed.Nearest(d.Val(), b.options())
	if near || b.belongs(d.Val()) != nil {
		return b.unknown(d)
	}
	return nil
}

// list are the options of the block, for people.
func (b *Block) list() string {
	if b.AlsoOf != "" {
		return strings.Join(b.Own, ", ") + " and those of " + b.AlsoOf
	}
	last := len(b.Own) - 1
	return fmt.Sprintf("%s and %s", strings.Join(b.Own[:last], ", "), b.Own[last])
}
