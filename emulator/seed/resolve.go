package seed

import (
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/scan"
	"github.com/caddy-workos/caddy-workos/store"
)

// resolver turns what the file says into rows: it finds ids, and checks what no entry can know by itself.
type resolver struct {
	d    *decoder
	file document
	unique
	seed *Seed
}

func (r *resolver) resolve() {
	organizations := r.organizations()
	users := r.users()
	dir := newDirectory(r.d, r.file, organizations)
	r.applications(dir)
	r.apiKeys(dir, users)
	r.environmentKeys()
	for _, h := range r.file.errorHooks {
		h.check(r.d)
		r.seed.errorHooks = append(r.seed.errorHooks, h.Hook)
	}
}

// organizations returns the organizations' ids, in the order of the file.
func (r *resolver) organizations() []string {
	identities := make([]identity, 0, len(r.file.organizations))
	for _, o := range r.file.organizations {
		identities = append(identities, identity{o.id, []string{o.name.value}, o.place})
	}
	ids := r.derive(id.Organization, "its name is that", identities)
	for i, o := range r.file.organizations {
		r.takeID("organization", ids[i], "id", o.id, o.place)
		r.take("organization external_id", o.externalID.value, o.externalID.place)
		for _, domain := range o.domains {
			r.take("domain", strings.ToLower(domain.domain.value), domain.domain.place)
		}
		row := o.row(ids[i])
		r.seed.organizations = append(r.seed.organizations, newSeeded(organizationTable, ids[i], o.path, row, false))
	}
	return ids
}

// users returns the users' ids by email. An id from the environment is there as the file has it.
func (r *resolver) users() map[string]string {
	identities := make([]identity, 0, len(r.file.users))
	for _, u := range r.file.users {
		identities = append(identities, identity{u.id, []string{u.email.value}, u.place})
	}
	ids := r.derive(id.User, "its email is that", identities)
	byEmail := map[string]string{}
	for i, u := range r.file.users {
		r.takeID("user", ids[i], "id", u.id, u.place)
		r.take("user email", strings.ToLower(u.email.value), u.email.place)
		r.take("user external_id", u.externalID.value, u.externalID.place)
		r.seed.users = append(r.seed.users, newSeeded(userTable, ids[i], u.path, u.row(ids[i]), false))
		byEmail[strings.ToLower(u.email.value)] = ids[i]
		if u.id.set {
			byEmail[strings.ToLower(u.email.value)] = u.id.raw
		}
	}
	return byEmail
}

func (r *resolver) applications(dir directory) {
	applications := r.file.applications
	owners := make([]string, len(applications))
	identities := make([]identity, len(applications))
	for i, a := range applications {
		a.check(r.d)
		owners[i] = dir.resolve(a.owner)
		identities[i] = identity{a.id, a.natural(), a.place}
	}
	ids := r.derive(id.Application, "its name and owner are those", identities)
	for i, a := range applications {
		r.takeID("application", ids[i], "id", a.id, a.place)
		if ids[i] == "" {
			continue
		}
		client := clientID(a, ids[i])
		r.takeID("client_id", client, "client_id", a.clientID, a.place)
		entry := newSeeded(applicationTable, ids[i], a.path, a.row(ids[i], client, owners[i]), false)
		// A change of its secrets is a change of the application too.
		for _, secret := range r.clientSecrets(a, ids[i]) {
			r.seed.clientSecrets = append(r.seed.clientSecrets, secret)
			entry.row.Seed = digest(entry.row.Seed, secret.row.ID)
		}
		r.seed.applications = append(r.seed.applications, entry)
	}
}

func (r *resolver) clientSecrets(a application, applicationID string) []seeded[store.ClientSecret] {
	var secrets []seeded[store.ClientSecret]
	for _, secret := range a.secrets() {
		row := store.ClientSecret{
			ApplicationID: applicationID,
			Digest:        store.DigestOf(secret.value),
			Hint:          credential.Hint(secret.value),
		}
		row.ID = id.Derive(id.ClientSecret, applicationID, string(row.Digest[:]))
		r.pin(secret.value)
		secrets = append(secrets, newSeeded(clientSecretTable, row.ID, secret.path, row, false))
	}
	if !a.clientSecret.given && !a.secretsDeclared {
		row := store.ClientSecret{ApplicationID: applicationID}
		row.ID = id.Derive(id.ClientSecret, applicationID)
		secrets = append(secrets, newSeeded(clientSecretTable, row.ID, a.path, row, true))
	}
	return secrets
}

func (r *resolver) apiKeys(dir directory, users map[string]string) {
	keys := r.file.apiKeys
	owners := make([]string, len(keys))
	identities := make([]identity, len(keys))
	for i, k := range keys {
		if !k.owner.given() {
			at := place{k.path.at("organization"), k.line, k.column}
			if k.userID.given {
				r.d.fail(at, "a user's key needs an organization as well, or an organization_id")
			} else {
				r.d.fail(at, "a key needs an organization, or an organization_id")
			}
		}
		r.checkUserID(k.userID, users)
		owners[i] = dir.resolve(k.owner)
		identities[i] = identity{k.id, k.natural(), k.place}
	}
	ids := r.derive(id.APIKey, "its name and owner are those", identities)
	r.seed.apiKeys = make([]seeded[store.APIKey], 0, len(keys))
	r.seed.secrets = slices.Grow(r.seed.secrets, len(keys))
	for i, k := range keys {
		r.takeID("api key", ids[i], "id", k.id, k.place)
		if k.value.set {
			r.take("api key value", k.value.value, k.value.place)
			r.pin(k.value.value)
		}
		if k.upstream && k.value.value == DefaultKey {
			r.d.fail(k.value.place, "everybody knows this key: it cannot stand for the real one")
		}
		r.seed.apiKeys = append(r.seed.apiKeys, newSeeded(apiKeyTable, ids[i], k.path, k.row(ids[i], owners[i]), !k.value.set))
	}
}

// checkUserID lets any id pass, for the user may live upstream, but not an email address.
func (r *resolver) checkUserID(userID text, users map[string]string) {
	switch {
	case !userID.set || urlSafe.MatchString(userID.value):
	case !strings.Contains(userID.value, "@"):
		r.d.fail(userID.place, "must be an id of letters, digits, _ and -")
	case users[strings.ToLower(userID.value)] != "":
		r.d.fail(userID.place, "must be the id of a user, not an email address; did you mean %q?", users[strings.ToLower(userID.value)])
	default:
		r.d.fail(userID.place, "must be the id of a user, not an email address")
	}
}

// pin notes a secret that the file holds.
func (r *resolver) pin(secret string) { r.seed.secrets = append(r.seed.secrets, scan.Of(secret)...) }

func (r *resolver) environmentKeys() {
	r.seed.environmentKeys = make([]seeded[store.EnvironmentKey], 0, len(r.file.environmentKeys)+1)
	r.seed.secrets = slices.Grow(r.seed.secrets, len(r.file.environmentKeys))
	for _, k := range r.file.environmentKeys {
		r.take("api key value", k.value.value, k.place)
		if k.value.value != DefaultKey {
			r.pin(k.value.value)
		}
		row := k.row()
		r.seed.environmentKeys = append(r.seed.environmentKeys, newSeeded(environmentKeyTable, row.ID, k.path, row, false))
	}
	if !r.file.keysDeclared {
		row := environmentKey{value: text{value: DefaultKey}}.row()
		r.seed.environmentKeys = append(r.seed.environmentKeys, newSeeded(environmentKeyTable, row.ID, (*path)(nil).at("apiKeys"), row, false))
	}
}
