package caddymodule

import "github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"

// The directives stand right after encode, so that what they rewrite is not compressed yet.
func init() {
	httpcaddyfile.RegisterHandlerDirective("workos_emulator", parseEmulator)
	httpcaddyfile.RegisterDirectiveOrder("workos_emulator", httpcaddyfile.After, "encode")
}
