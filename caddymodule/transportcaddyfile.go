package caddymodule

import (
	"slices"
	"strings"

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
	if d.NextArg() {
		return d.Err("transport workos: wrong argument count: want none, and the options in a block")
	}
	others, err := transportOptions.ReadMixed(d, t, transportBlock)
	if err != nil {
		return err
	}
	return t.unmarshalHTTP(name, others, transportBlock)
}

// transportOptions are the options of transport workos, beside those of transport http.
var transportOptions = directive.Options[Transport]{
	{Name: "api_key", Check: checkRealKey},
	{Name: "direct", Bare: true},
}

// unmarshalHTTP gives Caddy's own transport the options of a block that are its.
func (t *Transport) unmarshalHTTP(name caddyfile.Token, options []caddyfile.Segment, in *directive.Block) error {
	if len(options) == 0 {
		return nil
	}
	// The braces are tokens of their own: a copy of another one might be quoted, and then it is no brace.
	at := caddyfile.Token{File: name.File, Line: name.Line}
	opening, closing := at, at
	at.Text, opening.Text, closing.Text = "http", "{", "}"
	block := append([]caddyfile.Token{at, opening}, slices.Concat(options...)...)
	last := block[len(block)-1]
	closing.File, closing.Line = last.File, last.Line+last.NumLineBreaks()+1
	err := t.HTTPTransport.UnmarshalCaddyfile(caddyfile.NewDispenser(append(block, closing)))
	if err == nil || !strings.Contains(err.Error(), "unrecognized subdirective") {
		return err
	}
	for _, o := range options {
		if d := caddyfile.NewDispenser(o); d.Next() && !slices.Contains(httpOptions, d.Val()) {
			return in.Unknown(d)
		}
	}
	return err
}

var _ caddyfile.Unmarshaler = (*Transport)(nil)
