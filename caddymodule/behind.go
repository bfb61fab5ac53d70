package caddymodule

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/google/uuid"
)

// behind tells what is behind an emulator from what is behind another one, of the same configuration or of another: the
// documents of one upstream are not to be served for those of another. See [emulator.Options.Upstream].
type behind struct {
	id     string
	byHost bool // it depends on the Host of a request as well
}

// behindOf returns it by what the configuration of the emulator's server says. It is to be called while the emulator is
// provisioned: Caddy drops the text of what it has provisioned, and what is behind the emulator comes later.
//
// Two emulators have the same one only if their servers have the same configuration, but for options of emulators, and they
// are at the same place in it. Then a reload that changes nothing else keeps the documents.
//
// A named route is provisioned when the text of those that invoke it is dropped already, and what comes after it differs
// from site to site, which are told apart by the Host.
func behindOf(server *caddyhttp.Server) behind {
	if server == nil {
		return behind{id: uuid.NewString()}
	}
	if isProvisioned(server.Routes) && (server.Errors == nil || isProvisioned(server.Errors.Routes)) {
		return behind{id: uuid.NewString(), byHost: true}
	}
	text, err := textOf(server)
	if err != nil {
		return behind{id: uuid.NewString()}
	}
	digest := sha256.Sum256(text)
	return behind{id: fmt.Sprintf("%s %d", hex.EncodeToString(digest[:]), len(provisioned.all(server)))}
}

// isProvisioned tells whether the text of all handlers of the routes is dropped.
func isProvisioned(routes caddyhttp.RouteList) bool {
	return !slices.ContainsFunc(routes, func(r caddyhttp.Route) bool { return r.HandlersRaw != nil })
}

// textOf returns what is left of the text of a server's routes, without the options of emulators, and with the values of
// placeholders. It must not be logged or shown: it may hold secrets.
func textOf(server *caddyhttp.Server) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	add := func(routes caddyhttp.RouteList) error {
		for _, route := range routes {
			for _, set := range route.MatcherSets { // their text is dropped
				for _, matcher := range set {
					fmt.Fprintf(&text, "%T ", matcher)
					if err := encoder.Encode(matcher); err != nil {
						return err
					}
				}
				text.WriteString("or\n")
			}
			encoded, err := json.Marshal(route)
			if err != nil {
				return err
			}
			var value any
			if err := json.Unmarshal(encoded, &value); err != nil {
				return err
			}
			if err := encoder.Encode(withoutEmulators(value)); err != nil {
				return err
			}
		}
		return nil
	}
	err := add(server.Routes)
	if server.Errors != nil {
		text.WriteString("errors\n")
		err = errors.Join(err, add(server.Errors.Routes))
	}
	names := make([]string, 0, len(server.NamedRoutes))
	for name := range server.NamedRoutes {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&text, "route %q\n", name)
		err = errors.Join(err, add(caddyhttp.RouteList{*server.NamedRoutes[name]}))
	}
	return text.Bytes(), err
}

// withoutEmulators takes the options of emulators out of JSON, and puts the values of placeholders in.
func withoutEmulators(value any) any {
	switch v := value.(type) {
	case string:
		return caddy.NewReplacer().ReplaceKnown(v, "")
	case []any:
		for i := range v {
			v[i] = withoutEmulators(v[i])
		}
	case map[string]any:
		if v["handler"] == "workos_emulator" {
			return map[string]any{"handler": v["handler"]}
		}
		for name := range v {
			v[name] = withoutEmulators(v[name])
		}
	}
	return value
}
