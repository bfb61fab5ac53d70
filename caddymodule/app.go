package caddymodule

import (
	"context"
	"fmt"
	"sync"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyevents"
)

func init() { caddy.RegisterModule(new(app)) }

// app is told when a configuration starts, which a handler is not: `caddy validate` provisions handlers as well, and is to
// change nothing. Handlers load it; it has no configuration of its own.
type app struct {
	mu      sync.Mutex
	start   []func() error // is called by Start: what an error of it says keeps the configuration from being loaded
	started []func()       // is called when all apps have started: nothing keeps the configuration from being loaded any more
}

// appName is the name of the app, as of all apps whose handlers load them.
const appName = "workos"

// CaddyModule returns the Caddy module information.
func (*app) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: appName, New: func() caddy.Module { return new(app) }}
}

// Provision asks Caddy's app of events to tell when the configuration has started.
func (a *app) Provision(ctx caddy.Context) error {
	loaded, err := ctx.App("events")
	if err != nil {
		return err
	}
	return loaded.(*caddyevents.App).On("started", a)
}

// onStart has functions called when the configuration of a handler starts. Caddy starts its apps in any order, so that a
// request may come before: the handler has to call them by itself then.
func onStart(ctx caddy.Context, start func() error, started func()) error {
	loaded, err := ctx.App(appName)
	if err != nil {
		return err
	}
	a, ok := loaded.(*app)
	if !ok {
		return fmt.Errorf("the app %q is not of this plugin: it is a %T", appName, loaded)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.start = append(a.start, start)
	a.started = append(a.started, started)
	return nil
}

// Start does what handlers want to be done at the start.
func (a *app) Start() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, start := range a.start {
		if err := start(); err != nil {
			return err
		}
	}
	return nil
}

// Stop does nothing: handlers clean up after themselves.
func (*app) Stop() error { return nil }

// Handle is told that all apps have started.
func (a *app) Handle(context.Context, caddy.Event) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, started := range a.started {
		started()
	}
	return nil
}

var (
	_ caddy.App           = (*app)(nil)
	_ caddy.Provisioner   = (*app)(nil)
	_ caddyevents.Handler = (*app)(nil)
)
