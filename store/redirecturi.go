package store

// AllowedRedirectURI is where logins of any client may return to, WorkOS's `redirect_uri`.
type AllowedRedirectURI struct {
	Meta
	URI     string // unique; it may have wildcards
	Default bool
}

func (r *AllowedRedirectURI) clone() AllowedRedirectURI { return *r }

// RedirectURIs is the table of redirect URIs of the environment. Those of an application are in its row.
var RedirectURIs = newTable(Table[AllowedRedirectURI]{
	name:   "redirect_uris",
	unique: []unique[AllowedRedirectURI]{{field: "uri", value: func(r *AllowedRedirectURI) string { return r.URI }}},
	retire: []string{primary},
})

// RedirectURIs returns the redirect URIs of the environment, the default one first and then the oldest first.
func (t *Txn) RedirectURIs() []string {
	var uris []string
	for stored := range RedirectURIs.walk(t, byCreation, "", newer, newer.origin()) {
		if stored.Default {
			uris = append([]string{stored.URI}, uris...)
		} else {
			uris = append(uris, stored.URI)
		}
	}
	return uris
}
