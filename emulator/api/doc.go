// Package api is WorkOS's HTTP API as data: parsed requests, the answers that handlers return, and the routes.
//
// A [Handler] gets a [Request] and returns an [Answer] or an error. It writes nothing, so it can be tested without a server.
// [AnswerTo] turns an error into an answer in one of two shapes: WorkOS's ([Problem]), or RFC 6749's ([OAuthError]).
package api
