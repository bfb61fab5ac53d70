package seed

import "github.com/caddy-workos/caddy-workos/emulator/seed/format"

// owner names the organization that something belongs to: by its name in the file, or by an id that is taken as it is,
// because the organization may live upstream.
type owner struct {
	organization, organizationID text
	ownerID                      string // once it is resolved
}

var organizationName = format.FilledText(anyRule)

const aboutOrganizationID = "The owner, by id. It is not looked up: it may live upstream."

func (o *owner) hasOwner() bool { return o.organization.Given || o.organizationID.Given }

// resolveOwner finds the id of the organization, which is empty where there is none or the file is wrong about it.
func (o *owner) resolveOwner(r *resolver) {
	switch {
	case o.organization.Given && o.organizationID.Given:
		r.doc.Fail(o.organizationID.Place, "give either organization or organization_id, not both")
	case o.organization.Set:
		o.ownerID = organizations.find(r, o.organization, "give an organization_id")
	default:
		o.ownerID = o.organizationID.Value
	}
}

// The parts of the JSON Schema that are about the owner.
var (
	bothOwners  = format.Schema{Required: []string{"organization", "organization_id"}}
	eitherOwner = []format.Schema{{Required: []string{"organization"}}, {Required: []string{"organization_id"}}}
)
