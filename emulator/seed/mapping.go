package seed

import "github.com/goccy/go-yaml/ast"

// member is a key of a mapping with its value.
type member struct {
	key   string
	at    place // of the key
	value ast.Node
}

// members returns the members of a mapping in the order of the file, with those of its merge keys (`<<`) at the end.
func (v value) members() ([]member, bool) {
	if _, ok := pairs(v.node); !ok {
		v.want("a mapping")
		return nil, false
	}
	c := collection{d: v.d, seen: map[string]int{}}
	c.add(v, 0)
	return c.members, true
}

// collection gathers the members of a mapping and of those that are merged into it.
type collection struct {
	d        *decoder
	members  []member
	seen     map[string]int // the mapping that a key was first seen in
	mappings int
}

func (c *collection) add(v value, depth int) {
	if !c.d.afford(v.place) {
		return
	}
	values, ok := pairs(v.node)
	if !ok || depth > maxAliasSteps {
		v.fail("a merge key must refer to a mapping, or to a sequence of them")
		return
	}
	c.mappings++
	mapping := c.mappings
	var merged []ast.Node
	for _, pair := range values {
		if !c.d.afford(v.place) {
			return
		}
		if pair.Key.IsMergeKey() {
			merged = append(merged, pair.Value)
			continue
		}
		key := c.d.value(pair.Key, v.path)
		name, ok := key.key()
		if !ok {
			key.fail("a key must be a string")
			continue
		}
		switch c.seen[name] {
		case 0:
			c.seen[name] = mapping
			c.members = append(c.members, member{name, key.place, pair.Value})
		case mapping:
			key.fail("a key is given twice in this mapping")
		}
	}
	for _, n := range merged {
		source := c.d.value(n, v.path)
		sources := []value{source}
		if sequence, ok := source.node.(*ast.SequenceNode); ok {
			sources = sources[:0]
			for _, element := range sequence.Values {
				sources = append(sources, c.d.value(element, v.path))
			}
		}
		for _, source := range sources {
			c.add(source, depth+1)
		}
	}
}

// key returns a mapping's key as the file has it.
func (v value) key() (string, bool) {
	if raw, ok := v.unexpanded(); ok {
		return raw, true
	}
	if v.isNull() {
		return "", false
	}
	return v.scalarText()
}
