package seed

import "go.yaml.in/yaml/v4"

// document is the file as it was written, before names and ids are resolved.
type document struct {
	place
	organizations   []organization
	users           []user
	applications    []application
	apiKeys         []apiKey
	environmentKeys []environmentKey
	keysDeclared    bool // there is an apiKeys block, if an empty one
	errorHooks      []errorHook
}

var documentBlock = block[document]{
	fields: []field[document]{
		{"organizations", false, func(d *document, v value) { d.organizations = list(v, organizationBlock) }},
		{"users", false, func(d *document, v value) { d.users = list(v, userBlock) }},
		{"connectApplications", false, func(d *document, v value) { d.applications = list(v, applicationBlock) }},
		{"apiKeys", false, (*document).decodeKeys},
		{"errorHooks", false, func(d *document, v value) { d.errorHooks = list(v, errorHookBlock) }},
	},
	extensible: true,
	ignored: []string{
		"agentBlueprints", "agents", "connectedAccounts", "connections", "corsOrigins", "dataIntegrations", "directories",
		"featureFlags", "groups", "invitations", "jwtTemplate", "permissions", "pipeConnections", "redirectUris", "roles",
		"webhookEndpoints",
	},
}

// decodeKeys tells the two forms of apiKeys apart: customers' keys as a sequence, environment keys as a mapping.
func (d *document) decodeKeys(v value) {
	if v.isNull() {
		return
	}
	d.keysDeclared = true
	switch v.node.Kind {
	case yaml.MappingNode:
		d.environmentKeys = decodeEnvironmentKeys(v)
	case yaml.SequenceNode:
		d.apiKeys = list(v, apiKeyBlock)
	default:
		v.want("a sequence or a mapping")
	}
}
