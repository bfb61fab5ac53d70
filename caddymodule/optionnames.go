package caddymodule

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// block is a block of a Caddyfile that has options of this package.
type block struct {
	name string // as errors call it
	own  []string
	http bool // own ends with the options of Caddy's transport
}

var (
	// emulatorOptions are those of workos_emulator, and of workos.
	emulatorOptions = []string{
		"seed", "public_url", "issuer", "audience", "signing_key", "token_ttl", "claims", "emulate", "instance", "accept_key",
		"test_api", "answer_unreachable",
	}
	fixturesOptions = []string{
		"mode", "match_header", "ignore_query", "ignore_body", "unordered", "redact", "redact_email", "keep", "keep_header",
		"record_errors", "iss", "times", "verify", "instance",
	}
	// httpOptions are those of Caddy's own transport which other blocks are most likely to be given.
	httpOptions = []string{
		"read_buffer", "write_buffer", "read_timeout", "write_timeout", "max_response_header", "proxy_protocol", "forward_proxy_url",
		"network_proxy", "dial_timeout", "dial_fallback_delay", "response_header_timeout", "expect_continue_timeout", "resolvers",
		"tls", "tls_client_auth", "tls_insecure_skip_verify", "tls_curves", "tls_timeout", "tls_trusted_ca_certs", "tls_server_name",
		"tls_renegotiation", "tls_except_ports", "tls_trust_pool", "keepalive", "keepalive_interval", "keepalive_idle_conns",
		"keepalive_idle_conns_per_host", "versions", "compression", "max_conns_per_host", "local_address",
	}

	emulatorBlock      = &block{name: "workos_emulator", own: emulatorOptions}
	fixturesBlock      = &block{name: "workos_fixtures", own: fixturesOptions}
	transportBlock     = &block{name: "transport workos", own: append([]string{"api_key", "direct"}, httpOptions...), http: true}
	shortFixturesBlock = &block{name: "fixtures", own: slices.DeleteFunc(slices.Clone(fixturesOptions), func(name string) bool { return name == "instance" })}
	upstreamBlock      = &block{name: "upstream", own: append([]string{"api_key"}, httpOptions...), http: true}
	authkitBlock       = &block{name: "authkit", own: upstreamBlock.own, http: true}
	shortBlock         = &block{name: "workos", own: append(slices.Clone(emulatorOptions), "upstream", "authkit", "fixtures")}
)

// neighbours are the blocks that an option may have been meant for that does not belong into this one, the likeliest first.
func (b *block) neighbours() []*block {
	switch b {
	case shortBlock, upstreamBlock, authkitBlock, shortFixturesBlock:
		return []*block{shortBlock, upstreamBlock, authkitBlock, shortFixturesBlock}
	}
	return []*block{emulatorBlock, fixturesBlock, transportBlock, shortBlock}
}

// belongs returns the block that an option of this name belongs into.
func (b *block) belongs(name string) *block {
	for _, other := range b.neighbours() {
		if other != b && slices.Contains(other.own, name) {
			return other
		}
	}
	return nil
}

// unknown is the error for what is no option of the block. It may be anything, such as the next line of a key: only what
// looks like the name of an option is shown.
func (b *block) unknown(d *caddyfile.Dispenser) error {
	if !isName(d.Val()) {
		return d.Errf("unknown option: the options are %s", b.list())
	}
	if other := b.belongs(d.Val()); other != nil {
		return d.Errf("%q is no option of %s: it belongs into the block of %s", d.Val(), b.name, other.name)
	}
	if meant, ok := seed.Nearest(d.Val(), b.own); ok {
		return d.Errf("unknown option %q: did you mean %q? In %s, the options are %s", d.Val(), meant, b.name, b.list())
	}
	for _, other := range b.neighbours() {
		if meant, ok := seed.Nearest(d.Val(), other.own); ok {
			return d.Errf("unknown option %q: did you mean %q? It belongs into the block of %s", d.Val(), meant, other.name)
		}
	}
	return d.Errf("unknown option %q in %s: the options are %s", d.Val(), b.name, b.list())
}

// check is unknown for an option of a block that takes those of Caddy's transport too, which says by itself what it does not
// know: it returns an error for what is another block's, or near to one of the block's.
func (b *block) check(d *caddyfile.Dispenser) error {
	if slices.Contains(b.own, d.Val()) || !isName(d.Val()) {
		return nil
	}
	_, near := seed.Nearest(d.Val(), b.own)
	if near || b.belongs(d.Val()) != nil {
		return b.unknown(d)
	}
	return nil
}

// list are the options of the block, for people.
func (b *block) list() string {
	if b == shortBlock {
		return "upstream, authkit, fixtures and those of workos_emulator"
	}
	if b.http {
		return strings.Join(b.own[:len(b.own)-len(httpOptions)], ", ") + " and those of transport http"
	}
	last := len(b.own) - 1
	return fmt.Sprintf("%s and %s", strings.Join(b.own[:last], ", "), b.own[last])
}
