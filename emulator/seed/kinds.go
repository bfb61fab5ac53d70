package seed

// kinds is what a seed file may hold. They are resolved, applied, counted and documented in this order, and each comes after
// those that it refers to.
//
// To add a kind:
//
//  1. Write a file with its entry, a struct that embeds [document.Place], and a variable of type *[kindOf]: user.go is one
//     with a table, errorhook.go one without; application.go refers to other entries.
//  2. Add a line here.
//  3. Run `go generate ./emulator/seed`, which writes seed.schema.json and the tables of docs/seed.md.
//
// The name of a block that was ignored before needs no other change.
var kinds = []kind{
	organizations,
	users,
	factors,
	applications,
	clientSecrets,
	apiKeys,
	environmentKeys,
	permissions,
	roles,
	memberships,
	connections,
	invitations,
	redirectURIsOfLogins,
	corsOrigins,
	errorHooks,
}
