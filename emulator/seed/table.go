package seed

import (
	"io"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/store"
)

// table is how the rows of one of the store's tables are seeded.
type table[T any] struct {
	*store.Table[T]
	// keep gives the row of an entry what no entry has, and the row before has. It may be nil.
	keep func(row *T, before T)
	// fill makes the secret of a row that the file pins none for.
	fill func(row *T, random io.Reader) error
	// share gives a row the secret of another. It is there where fill is.
	share func(row *T, from T)
}

var organizationTable = table[store.Organization]{
	Table: store.Organizations,
	keep: func(row *store.Organization, before store.Organization) {
		row.AllowProfilesOutsideOrganization, row.StripeCustomerID = before.AllowProfilesOutsideOrganization, before.StripeCustomerID
	},
}

var userTable = table[store.User]{Table: store.Users}

var applicationTable = table[store.Application]{Table: store.Applications}

var clientSecretTable = table[store.ClientSecret]{
	Table: store.ClientSecrets,
	fill: func(row *store.ClientSecret, random io.Reader) error {
		secret, err := credential.NewClientSecret(random)
		row.Digest, row.Hint = store.DigestOf(secret), credential.Hint(secret)
		return err
	},
	share: func(row *store.ClientSecret, from store.ClientSecret) { row.Digest, row.Hint = from.Digest, from.Hint },
}

var apiKeyTable = table[store.APIKey]{
	Table: store.APIKeys,
	fill: func(row *store.APIKey, random io.Reader) error {
		value, err := credential.NewAPIKey(random)
		row.Digest, row.Obfuscated = store.DigestOf(value), credential.Obfuscate(value)
		return err
	},
	share: func(row *store.APIKey, from store.APIKey) { row.Digest, row.Obfuscated = from.Digest, from.Obfuscated },
}

var environmentKeyTable = table[store.EnvironmentKey]{Table: store.EnvironmentKeys}
