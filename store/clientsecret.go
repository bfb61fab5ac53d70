package store

// ClientSecret is one secret of a Connect application, WorkOS's `connect_application_secret`.
type ClientSecret struct {
	Meta
	usage
	ApplicationID string
	Digest        Digest
	Hint          string // the last characters of the secret
}

func (s *ClientSecret) clone() ClientSecret {
	return *s
}

var clientSecrets = table[ClientSecret]{
	name: "client_secrets",
	lists: []list[ClientSecret]{
		{byCreation, everything[ClientSecret]},
		{byApplication, func(s *ClientSecret) (string, bool) { return s.ApplicationID, true }},
	},
}

// ClientSecret looks a secret up by id.
func (t *Txn) ClientSecret(id string) (ClientSecret, bool) { return get(t, clientSecrets, primary, id) }

// ClientSecrets returns the secrets of an application, oldest first.
func (t *Txn) ClientSecrets(applicationID string) []ClientSecret {
	return all(t, clientSecrets, byApplication, applicationID)
}

// MatchClientSecret returns the application's secret with this digest. Every secret is compared, each in constant time.
func (t *Txn) MatchClientSecret(applicationID string, digest Digest) (ClientSecret, bool) {
	var match *ClientSecret
	for stored := range walk(t, clientSecrets, byApplication, applicationID, newer, newer.origin()) {
		if stored.Digest.Equal(digest) {
			match = stored
		}
	}
	if match == nil {
		return ClientSecret{}, false
	}
	return match.clone(), true
}

// InsertClientSecret adds a secret. It returns [ErrConflict] for a taken id.
func (t *Txn) InsertClientSecret(s ClientSecret) error {
	return insert(t, clientSecrets, s)
}

// DeleteClientSecret deletes a secret.
func (t *Txn) DeleteClientSecret(id string) error { return remove(t, clientSecrets, id) }
