package seed

// kinds is what a seed file may hold. They are decoded, resolved, applied and counted in this order, and each comes after
// those that it refers to. To add a kind, write a file of its own and a line here.
var kinds = []kind{
	organizations,
	users,
	applications,
	clientSecrets,
	apiKeys,
	environmentKeys,
	errorHooks,
}
