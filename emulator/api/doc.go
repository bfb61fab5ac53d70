// Package api is WorkOS's HTTP API as data: a request that has been parsed, the answer that a handler returns, the errors in
// their two shapes, WorkOS's and RFC 6749's, and the routes.
//
// A [Handler] gets a [Request] and returns an [Answer] or an error. It writes nothing, so it can be tested without a server.
package api
