package caddymodule

import "github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"

// The directives stand right after encode, so that what they rewrite is not compressed yet.
func init() {
	httpcaddyfile.RegisterHandlerDirective("workos_emulator", parseEmulator)
	httpcaddyfile.RegisterDirective("workos_fixtures", parseFixtures)
	httpcaddyfile.RegisterDirective("workos", parseShort)
	// Each goes to the place right after encode, so the last comes first.
	httpcaddyfile.RegisterDirectiveOrder("workos", httpcaddyfile.After, "encode")
	httpcaddyfile.RegisterDirectiveOrder("workos_fixtures", httpcaddyfile.After, "encode")
	httpcaddyfile.RegisterDirectiveOrder("workos_emulator", httpcaddyfile.After, "encode")
}
