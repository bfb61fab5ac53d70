package seed

import rules "github.com/caddy-workos/caddy-workos/emulator/field" // this package has a type of that name

// The rules for fields that the API has as well are those of package field: what it refuses, the file may not hold.

// follow fails where a rule refuses a text. Without a text there is nothing to refuse.
func (v value) follow(t text, rule func(string) *rules.Error) text {
	if !t.set {
		return t
	}
	if refused := rule(t.value); refused != nil {
		v.d.fail(t.place, "%s", refused.Message)
		t.set = false
	}
	return t
}

// followEach is follow for the elements of a sequence. Those that come again are left out.
func (v value) followEach(texts []text, rule func(string) *rules.Error) []text {
	var allowed []text
	seen := map[string]bool{}
	for _, t := range texts {
		if t = v.follow(t, rule); t.set && !seen[t.value] {
			seen[t.value] = true
			allowed = append(allowed, t)
		}
	}
	return allowed
}

func (v value) name() text { return v.follow(v.required(), rules.Name) }

func (v value) personName() text { return v.follow(v.text(), rules.PersonName) }

func (v value) externalID() text { return v.follow(v.text(), rules.ExternalID) }

func (v value) emailAddress(t text) text { return v.follow(t, rules.Email) }

func (v value) domainName() text { return v.follow(v.required(), rules.Domain) }

func (v value) redirectURI() text { return v.follow(v.required(), rules.RedirectURI) }

func (v value) scopes() []text { return v.followEach(v.filledTexts(), rules.Scope) }

func (v value) permissions() []text { return v.followEach(v.filledTexts(), rules.Permission) }

// metadataMember fails where a key or its value is refused. The place is that of the value.
func (v value) metadataMember(key, value string) {
	if refused := rules.MetadataMember(key, value); refused != nil {
		v.fail("%s", refused.Message)
	}
}

// metadataSize fails where there are too many members.
func (v value) metadataSize(members map[string]string) {
	if refused := rules.MetadataSize(members); refused != nil {
		v.fail("%s", refused.Message)
	}
}
