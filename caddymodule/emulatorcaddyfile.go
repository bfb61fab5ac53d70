package caddymodule

import (
	"os"
	"regexp"
	"time"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/directive"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/signingkey"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
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
//		login       first|page|password
//		create      local|upstream
//		client_id   <id...>
//		redirect_uri        <uri...>
//		sign_out_redirect   <uri...>
//		cors_origin         <origin...>
//		user_token_ttl      <duration>
//		user_token_audience client_id|none
//		session_ttl         <duration>
//		emulate     <group...>
//		instance    <name>
//		accept_key  <key...>
//		test_api    [on|off]
//		answer_unreachable [on|off]
//	}
//
// emulate, accept_key, client_id, redirect_uri, sign_out_redirect and cors_origin may be repeated; test_api and answer_unreachable
// without an argument are on.
func (m *Emulator) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // the directive's name
	if d.NextArg() {
		return d.Err("workos_emulator: wrong argument count: want none but a matcher, and the options in a block")
	}
	if err := emulatorOptions.Read(d, m, emulatorBlock); err != nil {
		return err
	}
	m.noteModified()
	return nil
}

// emulatorOptions are the options of workos_emulator.
var emulatorOptions = directive.Options[Emulator]{
	{Name: "seed"},
	{Name: "public_url", Check: option.CheckPublicURL},
	{Name: "issuer", Check: option.CheckIssuer},
	{Name: "audience"},
	{Name: "signing_key"},
	{Name: "token_ttl", CheckDuration: checkTTL("token_ttl")},
	{Name: "claims", Check: func(o option.Option) error { return new(resolved).readClaims(o.Text) }},
	{Name: "login", Check: func(o option.Option) error { return new(resolved).readLogin(o.Text) }},
	{Name: "create", Check: func(o option.Option) error { return new(resolved).readCreate(o.Text) }},
	{Name: "client_id", Check: option.CheckClientID},
	{Name: "redirect_uri", Check: option.CheckRedirectURI},
	{Name: "sign_out_redirect", Check: option.CheckRedirectURI},
	{Name: "cors_origin", Check: option.CheckOrigin},
	{Name: "user_token_ttl", CheckDuration: checkTTL("user_token_ttl")},
	{Name: "user_token_audience", Check: func(o option.Option) error { return new(resolved).readUserTokenAudience(o.Text) }},
	{Name: "session_ttl", CheckDuration: checkTTL("session_ttl")},
	{Name: "emulate", Check: func(o option.Option) error { return new(resolved).readGroups([]string{o.Text}) }},
	{Name: "instance"},
	{Name: "accept_key", Check: func(o option.Option) error { _, err := readAcceptKey(o.Value); return err }},
	{Name: "test_api"},
	{Name: "answer_unreachable"},
}

// noteModified looks at the files of the seed and of the key, if they are there yet: what is wrong with them shows when they
// are loaded.
func (m *Emulator) noteModified() {
	m.SeedModified = modified("seed", m.Seed)
	if m.SigningKey != signingkey.InStorage {
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
	if option.Expand(name, text, &path) == nil && oauth.FormatOfKey([]byte(path)) == oauth.NoKey {
		paths = append(paths, path)
	}
	for _, path := range paths {
		if file, err := os.Stat(path); path != "" && err == nil && file.ModTime().After(last) {
			last = file.ModTime().UTC()
		}
	}
	return last
}

var _ caddyfile.Unmarshaler = (*Emulator)(nil)
