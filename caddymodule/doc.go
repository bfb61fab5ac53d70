// Package caddymodule plugs the emulator into Caddy. Import it for its side effect: it registers the modules
//
//	http.handlers.workos_emulator           Emulator
//	http.handlers.workos_fixtures           Fixtures
//	http.handlers.workos_upstream           Upstream
//	http.reverse_proxy.transport.workos     Transport
//	admin.api.workos                        the instances, on the admin endpoint
//	workos                                  an app without options, which the modules load
//
// the directives workos_emulator, workos_fixtures and workos, the transport workos of reverse_proxy, and the command
// `caddy workos`. The short form, workos, stands for the handlers and a reverse_proxy for each upstream.
//
// docs/configuration.md is the reference. Its tables are made of the comments and lists of this package.
package caddymodule

import _ "github.com/caddy-workos/caddy-workos/caddymodule/internal/admin" // registers its module

//go:generate go test . -run ^TestReference$ -update
