package document

import "go.yaml.in/yaml/v4"

// anchors has the parser take an alias without an anchor for [undefined], so that it is reported with its path, and with
// all else that is wrong. It is a plugin of the YAML parser.
type anchors struct{}

// NewAliasDataContext is called for each file.
func (anchors) NewAliasDataContext(yaml.AliasDataServices) (yaml.AliasDataContext, error) {
	return definedAnchors{}, nil
}

// definedAnchors are the anchors of a document so far. A later anchor of the same name takes the place of the earlier.
type definedAnchors map[string]*yaml.Node

func (definedAnchors) BeginDocument() error { return nil }

func (definedAnchors) EndDocument() error { return nil }

func (d definedAnchors) DefineAnchor(name string, n *yaml.Node) error {
	d[name] = n
	return nil
}

func (d definedAnchors) ResolveAlias(name string) (*yaml.Node, bool, error) {
	if n, ok := d[name]; ok {
		return n, true, nil
	}
	return undefined, true, nil
}
