package caddymodule

import (
	"os"
	"regexp"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/oauth"
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
//		public_url  <url>
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
			return emulatorBlock.unknown(d)
		}
	}
	m.noteModified()
	return nil
}

// noteModified looks at the files of the seed and of the key, if they are there yet: what is wrong with them shows when they
// are loaded.
func (m *Emulator) noteModified() {
	m.SeedModified = modified("seed", m.Seed)
	if m.SigningKey != storedSigningKey {
		m.SigningKeyModified = modified("signing_key", m.SigningKey)
	}
}

// fileInPlaceholder finds the files whose content stands for a placeholder.
var fileInPlaceholder = regexp.MustCompile(`\{file\.([^{}]+)\}`)

// modified is when the files were last modified by which an option gets its value: that of a placeholder, or the one that
// it names.
func modified(name, text string) (last time.Time) {
	var paths []string
	for _, found := range fileInPlaceholder.FindAllStringSubmatch(text, -1) {
		paths = append(paths, found[1])
	}
	var path string
	if expand(name, text, &path) == nil && oauth.FormatOfKey([]byte(path)) == oauth.NoKey {
		paths = append(paths, path)
	}
	for _, path := range paths {
		if file, err := os.Stat(path); path != "" && err == nil && file.ModTime().After(last) {
			last = file.ModTime().UTC()
		}
	}
	return last
}

// unmarshalOption reads the option that the dispenser is at, and tells whether it is one.
func (m *Emulator) unmarshalOption(d *caddyfile.Dispenser) (known bool, err error) {
	switch d.Val() {
	case "seed":
		return true, argument(d, &m.Seed)
	case "public_url":
		if err := argument(d, &m.PublicURL); err != nil {
			return true, err
		}
		return true, checked(d, "public_url", m.PublicURL, checkPublicURL)
	case "issuer":
		if err := argument(d, &m.Issuer); err != nil {
			return true, err
		}
		return true, checked(d, "issuer", m.Issuer, checkIssuer)
	case "audience":
		return true, argument(d, &m.Audience)
	case "signing_key":
		return true, argument(d, &m.SigningKey)
	case "token_ttl":
		return true, durationArgument(d, &m.TokenTTL)
	case "claims":
		if err := argument(d, &m.Claims); err != nil {
			return true, err
		}
		return true, checked(d, "claims", m.Claims, func(o option) error { return new(resolved).readClaims(o.text) })
	case "emulate":
		if err := arguments(d, &m.Emulate); err != nil {
			return true, err
		}
		for _, group := range m.Emulate {
			check := func(o option) error { return new(resolved).readGroups([]string{o.text}) }
			if err := checked(d, "emulate", group, check); err != nil {
				return true, err
			}
		}
		return true, nil
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
