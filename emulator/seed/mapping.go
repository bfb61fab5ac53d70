package seed

import (
	"slices"

	"go.yaml.in/yaml/v4"
)

// maxMergeDepth bounds how many merge keys may lead to one mapping. It ends cycles.
const maxMergeDepth = 64

// member is a key of a mapping with its value.
type member struct {
	key     string
	mapping int   // that it is written in
	at      place // of the key
	value   *yaml.Node
}

// members returns the members of a mapping in the order of the file, with those of its merge keys (`<<`) at the end.
func (v value) members() ([]member, bool) {
	if v.node.Kind != yaml.MappingNode {
		v.want("a mapping")
		return nil, false
	}
	c := collection{d: v.d, members: make([]member, 0, len(v.node.Content)/2)}
	c.add(v, 0)
	return c.members, true
}

// collection gathers the members of a mapping and of those that are merged into it.
type collection struct {
	d        *decoder
	members  []member
	seen     map[string]int // places in members, once there are more than a few
	mappings int
}

func (c *collection) add(v value, depth int) {
	if !c.d.afford(v.place) {
		return
	}
	if v.node.Kind != yaml.MappingNode || depth > maxMergeDepth {
		v.fail("a merge key must refer to a mapping, or to a sequence of them")
		return
	}
	c.mappings++
	mapping := c.mappings
	var merged []*yaml.Node
	for i := 0; i < len(v.node.Content); i += 2 {
		keyNode, content := v.node.Content[i], v.node.Content[i+1]
		if !c.d.afford(v.place) {
			return
		}
		if isScalar(keyNode, mergeTag) {
			merged = append(merged, content)
			continue
		}
		key := c.d.value(keyNode, v.path)
		name, ok := key.key()
		if !ok {
			key.fail("a key must be a string")
			continue
		}
		switch before := c.find(name); {
		case before < 0:
			if c.seen != nil {
				c.seen[name] = len(c.members)
			}
			c.members = append(c.members, member{name, mapping, key.place, content})
		case c.members[before].mapping == mapping:
			key.fail("a key is given twice in this mapping")
		}
	}
	for _, n := range merged {
		source := c.d.value(n, v.path)
		sources := []value{source}
		if source.node.Kind == yaml.SequenceNode {
			sources = sources[:0]
			for _, element := range source.node.Content {
				sources = append(sources, c.d.value(element, v.path))
			}
		}
		for _, source := range sources {
			c.add(source, depth+1)
		}
	}
}

// find returns the place of a member, or -1.
func (c *collection) find(key string) int {
	const few = 20
	if len(c.members) <= few {
		return slices.IndexFunc(c.members, func(m member) bool { return m.key == key })
	}
	if c.seen == nil {
		c.seen = make(map[string]int, cap(c.members))
		for i, m := range c.members {
			c.seen[m.key] = i
		}
	}
	if at, ok := c.seen[key]; ok {
		return at
	}
	return -1
}

// literalKey reports a key that holds a placeholder, where keys may be anything.
func (v value) literalKey(m member) {
	if placeholder.MatchString(m.key) {
		v.d.fail(m.at, "placeholders are replaced in values, and not in keys")
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
