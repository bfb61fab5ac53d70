package seed

import (
	"io"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/store"
)

// table is how the rows of one of the store's tables are seeded.
type table[T any] struct {
	meta   func(*T) *store.Meta
	insert func(*store.Txn, T) error
	remove func(*store.Txn, string) error
	// all lists what a store holds, to find out what was seeded when the seed before is not known.
	all func(*store.Txn) []T
	// update is nil for rows that never change but by being replaced.
	update func(*store.Txn, string, func(*T) error) (T, error)
	// overwrite puts the content of an entry in the place of a row's. What the store itself knows of a row stays.
	overwrite func(row *T, entry T)
	// release gives up the unique values that an entry is about to give to the row, so that two rows may swap theirs.
	release func(row *T, entry T)
	// fill makes the secret of a row that the file pins none for.
	fill func(row *T, random io.Reader) error
}

var organizationTable = table[store.Organization]{
	meta:   func(o *store.Organization) *store.Meta { return &o.Meta },
	insert: (*store.Txn).InsertOrganization,
	remove: (*store.Txn).DeleteOrganization,
	all:    (*store.Txn).AllOrganizations,
	update: (*store.Txn).UpdateOrganization,
	overwrite: func(row *store.Organization, entry store.Organization) {
		row.Name, row.ExternalID = entry.Name, entry.ExternalID
		row.Domains, row.Metadata = entry.Domains, entry.Metadata
	},
	release: func(row *store.Organization, _ store.Organization) { row.ExternalID, row.Domains = "", nil },
}

var userTable = table[store.User]{
	meta:   func(u *store.User) *store.Meta { return &u.Meta },
	insert: (*store.Txn).InsertUser,
	remove: (*store.Txn).DeleteUser,
	all:    (*store.Txn).AllUsers,
	update: (*store.Txn).UpdateUser,
	overwrite: func(row *store.User, entry store.User) {
		row.Email, row.EmailVerified, row.ExternalID = entry.Email, entry.EmailVerified, entry.ExternalID
		row.FirstName, row.LastName, row.Name, row.Metadata = entry.FirstName, entry.LastName, entry.Name, entry.Metadata
	},
	release: func(row *store.User, _ store.User) { row.ExternalID, row.Email = "", "" },
}

var applicationTable = table[store.Application]{
	meta:      func(a *store.Application) *store.Meta { return &a.Meta },
	insert:    (*store.Txn).InsertApplication,
	remove:    (*store.Txn).DeleteApplication,
	all:       (*store.Txn).AllApplications,
	update:    (*store.Txn).UpdateApplication,
	overwrite: func(row *store.Application, entry store.Application) { entry.Meta = row.Meta; *row = entry },
	release:   func(row *store.Application, _ store.Application) { row.ClientID = "" },
}

var clientSecretTable = table[store.ClientSecret]{
	meta:   func(s *store.ClientSecret) *store.Meta { return &s.Meta },
	insert: (*store.Txn).InsertClientSecret,
	remove: (*store.Txn).DeleteClientSecret,
	all: func(tx *store.Txn) []store.ClientSecret {
		var all []store.ClientSecret
		for _, a := range tx.AllApplications() {
			all = append(all, tx.ClientSecrets(a.ID)...)
		}
		return all
	},
	fill: func(row *store.ClientSecret, random io.Reader) error {
		secret, err := credential.NewClientSecret(random)
		row.Digest, row.Hint = store.DigestOf(secret), credential.Hint(secret)
		return err
	},
}

var apiKeyTable = table[store.APIKey]{
	meta:   func(k *store.APIKey) *store.Meta { return &k.Meta },
	insert: (*store.Txn).InsertAPIKey,
	remove: (*store.Txn).DeleteAPIKey,
	all:    (*store.Txn).AllAPIKeys,
	update: (*store.Txn).UpdateAPIKey,
	overwrite: func(row *store.APIKey, entry store.APIKey) {
		row.Name, row.OrganizationID, row.UserID = entry.Name, entry.OrganizationID, entry.UserID
		row.Permissions, row.ExpiresAt, row.Upstream = entry.Permissions, entry.ExpiresAt, entry.Upstream
		if !entry.Digest.IsZero() { // a random value stays
			row.Digest, row.Obfuscated = entry.Digest, entry.Obfuscated
		}
	},
	release: func(row *store.APIKey, entry store.APIKey) {
		if !entry.Digest.IsZero() {
			row.Digest = store.Digest{}
		}
	},
	fill: func(row *store.APIKey, random io.Reader) error {
		value, err := credential.NewAPIKey(random)
		row.Digest, row.Obfuscated = store.DigestOf(value), credential.Obfuscate(value)
		return err
	},
}

var environmentKeyTable = table[store.EnvironmentKey]{
	meta:   func(k *store.EnvironmentKey) *store.Meta { return &k.Meta },
	insert: (*store.Txn).InsertEnvironmentKey,
	remove: (*store.Txn).DeleteEnvironmentKey,
	all:    (*store.Txn).AllEnvironmentKeys,
}
