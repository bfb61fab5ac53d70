package document

import (
	"slices"

	"go.yaml.in/yaml/v4"
)

// maxMergeDepth bounds how many merge keys may lead to one mapping. It ends cycles.
const maxMergeDepth = 64

// Member is a key of a mapping with its value.
type Member struct {
	Key   string // as the file has it
	Place        // of the key, with the path of the mapping

	mapping int // that it is written in, of those that are merged
	node    *yaml.Node
}

// Field is the value of a member whose key is a field's name.
func (v Value) Field(m Member) Value { return v.doc.value(m.node, v.Path.At(m.Key)) }

// OpaqueMember is the value of a member whose key may be anything, even a misplaced secret: it is not in the path. Its
// placeholders would not be replaced, and are a problem.
func (v Value) OpaqueMember(m Member) Value {
	if placeholder.MatchString(m.Key) {
		v.doc.Fail(m.Place, "placeholders are replaced in values, and not in keys")
	}
	return v.doc.value(m.node, v.Path)
}

// NumberedMember returns the key and the value of a member whose key is a value as well, and may be a secret. Both have
// the number of the member for their path, and the place of the key.
func (v Value) NumberedMember(number int, m Member) (key, value Value) {
	value = v.doc.value(m.node, v.Path.element(number))
	value.Line, value.Column = m.Line, m.Column
	return Value{doc: v.doc, node: &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: m.Key}, Place: value.Place}, value
}

// Members returns the members of a mapping in the order of the file, with those of its merge keys (`<<`) at the end.
func (v Value) Members() ([]Member, bool) {
	if !v.IsMapping() {
		v.FailType("a mapping")
		return nil, false
	}
	c := collection{doc: v.doc, members: make([]Member, 0, len(v.node.Content)/2)}
	c.add(v, 0)
	return c.members, true
}

// collection gathers the members of a mapping and of those that are merged into it.
type collection struct {
	doc      *Document
	members  []Member
	seen     map[string]int // indexes in members, once there are more than a few
	mappings int
}

func (c *collection) add(v Value, depth int) {
	if !c.doc.readNode(v.Place) {
		return
	}
	if !v.IsMapping() || depth > maxMergeDepth {
		v.Fail("a merge key must refer to a mapping, or to a sequence of them")
		return
	}
	c.mappings++
	mapping := c.mappings
	var merged []*yaml.Node
	for i := 0; i < len(v.node.Content); i += 2 {
		keyNode, content := v.node.Content[i], v.node.Content[i+1]
		if !c.doc.readNode(v.Place) {
			return
		}
		if isScalar(keyNode, mergeTag) {
			merged = append(merged, content)
			continue
		}
		key := c.doc.value(keyNode, v.Path)
		name, ok := key.key()
		if !ok {
			key.Fail("a key must be a string")
			continue
		}
		switch before := c.find(name); {
		case before < 0:
			if c.seen != nil {
				c.seen[name] = len(c.members)
			}
			c.members = append(c.members, Member{Key: name, Place: key.Place, mapping: mapping, node: content})
		case c.members[before].mapping == mapping:
			key.Fail("a key is given twice in this mapping")
		}
	}
	for _, n := range merged {
		source := c.doc.value(n, v.Path)
		sources := []Value{source}
		if source.IsSequence() {
			sources = sources[:0]
			for _, element := range source.node.Content {
				sources = append(sources, c.doc.value(element, v.Path))
			}
		}
		for _, source := range sources {
			c.add(source, depth+1)
		}
	}
}

// find returns the index of a member, or -1.
func (c *collection) find(key string) int {
	const few = 20
	if len(c.members) <= few {
		return slices.IndexFunc(c.members, func(m Member) bool { return m.Key == key })
	}
	if c.seen == nil {
		c.seen = make(map[string]int, cap(c.members))
		for i, m := range c.members {
			c.seen[m.Key] = i
		}
	}
	if at, ok := c.seen[key]; ok {
		return at
	}
	return -1
}

// key returns a mapping's key as the file has it.
func (v Value) key() (string, bool) {
	if raw, ok := v.unexpanded(); ok {
		return raw, true
	}
	if v.IsNull() {
		return "", false
	}
	return v.scalarText()
}
