package caddymodule

import (
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/directive"
)

// UnmarshalCaddyfile sets up the transport from Caddyfile tokens. Syntax:
//
//	transport workos {
//		api_key <key>
//		direct
//		<any option of transport http>
//	}
func (t *Transport) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // the transport's name
	name := d.Token()
	others, err := transportOptions.ReadMixed(d, t, transportBlock)
	if err != nil {
		return err
	}
	return t.unmarshalHTTP(name, others)
}

// transportOptions are the options of transport workos, beside those of transport http.
var transportOptions = directive.Options[Transport]{
	{Name: "api_key", Read: func(d *caddyfile.Dispenser, t *Transport) error {
		if t.APIKey != "" {
			return d.Err("api_key is given more than once")
		}
		return directive.Argument(d, &t.APIKey)
	}},
	{Name: "direct", Bare: true},
}

// unmarshalHTTP gives Caddy's own transport the options that are its.
func (t *Transport) unmarshalHTTP(name caddyfile.Token, options []caddyfile.Token) error {
	if len(options) == 0 {
		return nil
	}
	// The braces are tokens of their own: a copy of another one might be quoted, and then it is no brace.
	at := caddyfile.Token{File: name.File, Line: name.Line}
	opening, closing := at, at
	at.Text, opening.Text, closing.Text = "http", "{", "}"
	last := options[len(options)-1]
	closing.File, closing.Line = last.File, last.Line+last.NumLineBreaks()+1
	block := append([]caddyfile.Token{at, opening}, options...)
	return t.HTTPTransport.UnmarshalCaddyfile(caddyfile.NewDispenser(append(block, closing)))
}

var _ caddyfile.Unmarshaler = (*Transport)(nil)
