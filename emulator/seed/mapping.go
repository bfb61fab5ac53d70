package seed

import "go.yaml.in/yaml/v4"

// maxMergeDepth bounds how many merge keys may lead to one mapping. It ends cycles.
const maxMergeDepth = 64

// member is a key of a mapping with its value.
type member struct {
	key   string
	at    place // of the key
	value *yaml.Node
}

// members returns the members of a mapping in the order of the file, with those of its merge keys (`<<`) at the end.
func (v value) members() ([]member, bool) {
	if v.node.Kind != yaml.MappingNode {
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
		switch c.seen[name] {
		case 0:
			c.seen[name] = mapping
			c.members = append(c.members, member{name, key.place, content})
		case mapping:
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
