package store

// ClientSecret is one secret of a Connect application, WorkOS's `connect_application_secret`.
type ClientSecret struct {
	Meta
	usage
	ApplicationID string
	Digest        Digest
	Hint          string // the last characters of the secret
}

func (s *ClientSecret) clone() ClientSecret { return *s }

// ClientSecrets is the table of client secrets.
var ClientSecrets = newTable(Table[ClientSecret]{
	name: "client_secrets",
	lists: []list[ClientSecret]{
		{byApplication, func(s *ClientSecret) (string, bool) { return s.ApplicationID, true }},
	},
})

// ClientSecrets returns the secrets of an application, oldest first.
func (t *Txn) ClientSecrets(applicationID string) []ClientSecret {
	return ClientSecrets.all(t, byApplication, applicationID)
}

// MatchClientSecret returns the application's secret with this digest. Every secret is compared, each in constant time.
func (t *Txn) MatchClientSecret(applicationID string, digest Digest) (ClientSecret, bool) {
	var match *ClientSecret
	for stored := range ClientSecrets.walk(t, byApplication, applicationID, newer, newer.origin()) {
		if stored.Digest.Equal(digest) {
			match = stored
		}
	}
	if match == nil {
		return ClientSecret{}, false
	}
	return match.clone(), true
}
