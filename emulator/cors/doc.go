// Package cors lets web pages of allowed origins call endpoints by script: which origins are allowed ([Parse], [Origins]), and what
// the Fetch standard wants in answers to them ([Grant]).
//
// No answer allows every origin: the caller's own is repeated, and only an origin that the configuration lists may send cookies
// (LOGIN.md §10, CORS).
package cors
