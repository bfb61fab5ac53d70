package field

// Rule is a rule for one string, with what a JSON Schema can check of it while a file is edited.
type Rule struct {
	Check                func(string) *Error
	MinLength, MaxLength int    // characters; 0 for no limit
	Characters           string // the allowed ones, as between the brackets of a regular expression; empty for all
	Pattern              string // a regular expression (ECMA 262) that must match somewhere; empty for none
}

// The rules.
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
