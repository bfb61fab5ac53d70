package caddymodule

import (
	"os"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

func parseEmulator(h httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
	m := new(Emulator)
	return m, m.UnmarshalCaddyfile(h.Dispenser)
}

// UnmarshalCaddyfile sets up the handler from Caddyfile tokens. Syntax:
//
//	workos_emulator [<matcher>] {
//		seed        <file>
//		issuer      <origin>
//		audience    <client_id>
//		signing_key <pem_file|pem>|storage
//		token_ttl   <duration>
//		claims      default|production
//		emulate     <group...>
//		instance    <name>
//		accept_key  <key...>
//		test_api    [on|off]
//		answer_unreachable [on|off]
//	}
//
// emulate and accept_key may be repeated; test_api and answer_unreachable without an argument are on.
func (m *Emulator) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // the directive's name
	if d.NextArg() {
		return d.Err("workos_emulator: wrong argument count: want none but a matcher")
	}
	given := options{}
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		if err := given.note(d); err != nil {
			return err
		}
		known, err := m.unmarshalOption(d)
		if err != nil {
			return err
		}
		if !known {
			return unknownOption(d, "seed, issuer, audience, signing_key, token_ttl, claims, emulate, instance, accept_key, test_api and answer_unreachable")
		}
	}
	m.noteSeedModified()
	return nil
}

// noteSeedModified looks at the seed file, if there is one yet: what is wrong with it shows when it is loaded.
func (m *Emulator) noteSeedModified() {
	var path string
	if expand("seed", m.Seed, &path) != nil || path == "" {
		return
	}
	if file, err := os.Stat(path); err == nil {
		m.SeedModified = file.ModTime().UTC()
	}
}

// unmarshalOption reads the option that the dispenser is at, and tells whether it is one.
func (m *Emulator) unmarshalOption(d *caddyfile.Dispenser) (known bool, err error) {
	switch d.Val() {
	case "seed":
		return true, argument(d, &m.Seed)
	case "issuer":
		return true, argument(d, &m.Issuer)
	case "audience":
		return true, argument(d, &m.Audience)
	case "signing_key":
		return true, argument(d, &m.SigningKey)
	case "token_ttl":
		var text string
		if err := argument(d, &text); err != nil {
			return true, err
		}
		ttl, err := caddy.ParseDuration(text)
		if err != nil || ttl <= 0 {
			return true, d.Errf("token_ttl: want a duration such as 1h, got %s", quoted(text))
		}
		m.TokenTTL = caddy.Duration(ttl)
		return true, nil
	case "claims":
		return true, argument(d, &m.Claims)
	case "emulate":
		return true, arguments(d, &m.Emulate)
	case "instance":
		return true, argument(d, &m.Instance)
	case "accept_key":
		return true, arguments(d, &m.AcceptKey)
	case "test_api":
		return true, toggle(d, &m.TestAPI)
	case "answer_unreachable":
		return true, toggle(d, &m.AnswerUnreachable)
	}
	return false, nil
}

var _ caddyfile.Unmarshaler = (*Emulator)(nil)
