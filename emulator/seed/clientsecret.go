package seed

import (
	"io"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/store"
)

// clientSecrets are the secrets of applications. They have no block of their own.
var clientSecrets = &kindOf[struct{}, store.ClientSecret]{
	singular: "client secret", plural: "client secrets",
	table: &table[store.ClientSecret]{
		Table: store.ClientSecrets,
		makeSecret: func(row *store.ClientSecret, random io.Reader) error {
			secret, err := credential.NewClientSecret(random)
			row.Digest, row.Hint = store.DigestOf(secret), credential.Hint(secret)
			return err
		},
		shareSecret: func(row *store.ClientSecret, from store.ClientSecret) { row.Digest, row.Hint = from.Digest, from.Hint },
		owners:      func(s *store.ClientSecret) []ownerRow { return []ownerRow{{store.Applications, s.ApplicationID}} },
	},
}

// secretList is the field client_secrets.
type secretList struct {
	texts []text
	given bool // it is there, if empty
}

var (
	secretText  = format.FilledText(anyRule)
	secretTexts = format.New("sequence of strings", secretsSchema, decodeSecrets)
)

var secretsSchema = format.Schema{
	Type: format.Types{"array"}, Items: &format.Schema{Type: format.Types{"string"}, MinLength: 1},
	MaxItems: credential.MaxClientSecrets, UniqueItems: true,
}

func decodeSecrets(v document.Value) secretList {
	if v.IsNull() {
		return secretList{}
	}
	list := secretList{v.FilledTexts(), true}
	if len(list.texts) > credential.MaxClientSecrets {
		v.Fail("an application has at most %d client secrets", credential.MaxClientSecrets)
	}
	first := map[string]text{}
	for _, secret := range list.texts {
		if before, taken := first[secret.Value]; taken {
			v.Document().Fail(secret.Place, "is the same secret as %s", before.Path)
			continue
		}
		first[secret.Value] = secret
	}
	return list
}

// secrets are the secrets that the file has of an application.
func (a *application) secrets(do func(text)) {
	for _, secret := range a.clientSecrets.texts {
		do(secret)
	}
	do(a.clientSecret)
}

// addSecrets adds the secrets of an application. A change of them is a change of the application too.
func (a *application) addSecrets(r *resolver, added *seeded[store.Application]) {
	application := &added.row
	if application.ID == "" {
		return
	}
	add := func(path *document.Path, row store.ClientSecret) {
		clientSecrets.table.seal(&row)
		clientSecrets.add(r.seed, seeded[store.ClientSecret]{path: path, row: row})
		application.Seed = digest(application.Seed, row.ID)
	}
	if !a.clientSecret.Given && !a.clientSecrets.given {
		derived := id.Derive(id.ClientSecret, application.ID)
		add(a.Path, store.ClientSecret{Meta: store.Meta{ID: derived, RandomSecret: true}, ApplicationID: application.ID})
	}
	a.secrets(func(secret text) {
		if !secret.Set {
			return
		}
		hashed := store.DigestOf(secret.Value)
		add(secret.Path, store.ClientSecret{
			Meta:          store.Meta{ID: id.Derive(id.ClientSecret, application.ID, string(hashed[:]))},
			ApplicationID: application.ID,
			Digest:        hashed,
			Hint:          credential.Hint(secret.Value),
		})
	})
}

// followApplications has client secrets that were created at run time go with an application that the file no longer holds.
func followApplications(tx *store.Txn, change *tableDifference[store.Application], all differences, _ time.Time) error {
	secrets := differenceOf[store.ClientSecret](all)
	for _, id := range change.removed {
		for _, secret := range tx.ClientSecrets(id) {
			secrets.removed = append(secrets.removed, secret.ID)
		}
	}
	return nil
}
