package caddymodule

import (
	"slices"

	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/directive"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
)

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

// The blocks that have options of this plugin.
var (
	emulatorBlock  = &directive.Block{Name: "workos_emulator", Own: emulatorOptions.Names()}
	fixturesBlock  = &directive.Block{Name: "workos_fixtures", Own: fixturesOptions.Names()}
	transportBlock = &directive.Block{Name: "transport workos", Own: transportOptions.Names(), Also: httpOptions, AlsoOf: "transport http"}

	shortBlock         = &directive.Block{Name: "workos", Own: shortOptions.Names()}
	upstreamBlock      = &directive.Block{Name: "upstream", Own: proxiedOptions.Names(), Also: httpOptions, AlsoOf: "transport http"}
	authkitBlock       = &directive.Block{Name: "authkit", Own: proxiedOptions.Names(), Also: httpOptions, AlsoOf: "transport http"}
	shortFixturesBlock = &directive.Block{Name: "fixtures", Own: without(fixturesOptions.Names(), "instance")}
)

func init() {
	directives := []*directive.Block{emulatorBlock, fixturesBlock, transportBlock, shortBlock}
	for _, b := range directives {
		b.Neighbours = directives
	}
	inShort := []*directive.Block{shortBlock, upstreamBlock, authkitBlock, shortFixturesBlock}
	for _, b := range inShort {
		b.Neighbours = inShort
	}
}

// httpOptions are those of Caddy's own transport which other blocks are most likely to be given.
var httpOptions = []string{
	"read_buffer", "write_buffer", "read_timeout", "write_timeout", "max_response_header", "proxy_protocol", "forward_proxy_url",
	"network_proxy", "dial_timeout", "dial_fallback_delay", "response_header_timeout", "expect_continue_timeout", "resolvers",
	"tls", "tls_client_auth", "tls_insecure_skip_verify", "tls_curves", "tls_timeout", "tls_trusted_ca_certs", "tls_server_name",
	"tls_renegotiation", "tls_except_ports", "tls_trust_pool", "keepalive", "keepalive_interval", "keepalive_idle_conns",
	"keepalive_idle_conns_per_host", "versions", "compression", "max_conns_per_host", "local_address",
}

// without returns names but for one.
func without(names []string, name string) []string {
	return slices.DeleteFunc(names, func(other string) bool { return other == name })
}

// checkRealKey is the check of api_key. It does not show the key.
func checkRealKey(o option.Option) error {
	_, err := realkey.Parse(o.Value)
	if err != nil {
		return o.Errorf("%w", err)
	}
	return nil
}

// oneOf is the check of an option that is one of some words.
func oneOf(words []string) func(option.Option) error {
	return func(o option.Option) error { return o.OneOf(words) }
}
