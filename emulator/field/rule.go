package field

// Rule is a rule for one text, with what can be said of it in advance: what a JSON Schema checks while a file is edited.
type Rule struct {
	Check                func(string) *Error
	MinLength, MaxLength int    // characters; 0 for no limit
	Characters           string // those that it consists of, as between the brackets of a regular expression; any, where empty
	Pattern              string // a regular expression (ECMA 262) that matches somewhere in it; none, where empty
}

// The rules for texts.
var (
	IDRule          = Rule{Check: ID, Characters: idCharacters}
	NameRule        = Rule{Check: Name}
	PersonNameRule  = Rule{Check: PersonName}
	ExternalIDRule  = Rule{Check: ExternalID, MinLength: 1, MaxLength: maxExternalID, Characters: `\x00-\x7F`}
	EmailRule       = Rule{Check: Email, Pattern: "@"}
	DomainRule      = Rule{Check: Domain, MaxLength: maxDomain, Characters: `^\s@/:`}
	RedirectURIRule = Rule{Check: RedirectURI, Pattern: `^[A-Za-z][A-Za-z0-9+.-]*:[^#\s]*$`}
	ScopeRule       = Rule{Check: Scope, MinLength: 1, Characters: scopeCharacters}
	PermissionRule  = Rule{Check: Permission, MaxLength: maxPermission, Characters: slugCharacters}
	RoleRule        = Rule{Check: Role, MaxLength: maxRole, Characters: roleCharacters}
	AboutRule       = Rule{Check: About, MaxLength: maxAbout}
)
