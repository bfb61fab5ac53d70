package caddymodule

import (
	"bytes"
	"slices"
	"sync"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
)

// provisioned are the emulators of each server, in the order in which they were provisioned, which is that of their routes.
var provisioned = emulatorsByServer{of: map[*caddyhttp.Server][]*Emulator{}}

// emulatorsByServer lets a transport find out whether there is an emulator before it.
type emulatorsByServer struct {
	mu sync.Mutex
	of map[*caddyhttp.Server][]*Emulator
}

// serverOf returns the server that a module is provisioned for, or nil for none.
func serverOf(ctx caddy.Context) *caddyhttp.Server {
	server, _ := ctx.Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	return server
}

func (e *emulatorsByServer) add(server *caddyhttp.Server, m *Emulator) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.of[server] = append(e.of[server], m)
}

func (e *emulatorsByServer) remove(server *caddyhttp.Server, m *Emulator) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.of[server] = slices.DeleteFunc(e.of[server], func(other *Emulator) bool { return other == m })
	if len(e.of[server]) == 0 {
		delete(e.of, server)
	}
}

func (e *emulatorsByServer) all(server *caddyhttp.Server) []*Emulator {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.of[server])
}

// hasNamedEmulator tells whether a named route of the server has an emulator. Caddy provisions named routes last.
func hasNamedEmulator(server *caddyhttp.Server) bool {
	for _, route := range server.NamedRoutes {
		for _, handler := range route.HandlersRaw {
			if bytes.Contains(handler, []byte(`"workos_emulator"`)) {
				return true
			}
		}
	}
	return false
}

// proxyOf returns the reverse proxy that a transport is being provisioned for: the innermost one, as the routes of a proxy's
// handle_response may hold others.
func proxyOf(ctx caddy.Context) *reverseproxy.Handler {
	for _, module := range slices.Backward(ctx.Modules()) {
		if proxy, ok := module.(*reverseproxy.Handler); ok {
			return proxy
		}
	}
	return nil
}
