package seed

import "strings"

// owner names the organization that something belongs to: by its name in the file, or by an id that is taken as it is,
// because the organization may live upstream.
type owner struct {
	organization, organizationID text
}

func (o owner) given() bool { return o.organization.given || o.organizationID.given }

// directory finds organizations by name.
type directory struct {
	d       *decoder
	ids     map[string][]string // by name
	names   []string            // that may be shown
	secrets map[string]bool     // every secret of the file
}

func newDirectory(d *decoder, file document, ids []string) directory {
	dir := directory{d: d, ids: map[string][]string{}, secrets: make(map[string]bool, len(file.applications)+len(file.apiKeys))}
	for _, a := range file.applications {
		for _, secret := range append(a.clientSecrets, a.clientSecret) {
			dir.secrets[secret.value] = true
		}
	}
	for _, k := range file.apiKeys {
		dir.secrets[k.value.value] = true
	}
	for i, o := range file.organizations {
		name := o.name.value
		if dir.mayShow(o.name) && dir.ids[name] == nil {
			dir.names = append(dir.names, name)
		}
		dir.ids[name] = append(dir.ids[name], ids[i])
	}
	return dir
}

// mayShow tells that a name is not one that came from the environment or is a misplaced secret.
func (dir directory) mayShow(name text) bool {
	return name.plain() && !strings.Contains(name.value, keyPrefix) && !dir.secrets[name.value]
}

// resolve returns the id of the owning organization, which is empty where there is none or the file is wrong about it.
func (dir directory) resolve(o owner) string {
	name := o.organization
	switch {
	case name.given && o.organizationID.given:
		dir.d.fail(o.organizationID.place, "give either organization or organization_id, not both")
		return ""
	case !name.set:
		return o.organizationID.value
	}
	switch ids := dir.ids[name.value]; {
	case len(ids) == 1:
		return ids[0]
	case len(ids) > 1:
		dir.d.fail(name.place, "%d organizations have this name; give an organization_id", len(ids))
	case dir.mayShow(name):
		dir.d.fail(name.place, "no organization is named %q%s", name.value, dir.d.didYouMean(name.value, dir.names))
	default:
		dir.d.fail(name.place, "no organization has this name")
	}
	return ""
}
