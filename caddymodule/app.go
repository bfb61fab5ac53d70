package caddymodule

import (
	"context"
	"fmt"
	"sync"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyevents"
)

func init() { caddy.RegisterModule(new(app)) }

// app is Caddy's app of this plugin, of which each configuration has one: handlers and transports load it to know which
// configuration they belong to. It has no options of its own.
//
// Unlike a handler, it is told when the configuration starts: `caddy validate` provisions handlers as well, and is to change
// nothing.
type app struct {
	configuration

	mu      sync.Mutex
	start   []func() error // is called by Start; an error keeps the configuration from being loaded
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

// joinApp returns the app of the configuration that a module is provisioned for, and counts the module in it until it leaves.
func joinApp(ctx caddy.Context) (*app, error) {
	loaded, err := ctx.App(appName)
	if err != nil {
		return nil, err
	}
	a, ok := loaded.(*app)
	if !ok {
		return nil, fmt.Errorf("the app %q is not of this plugin: it is a %T", appName, loaded)
	}
	a.join()
	return a, nil
}

// onStart has functions called when the configuration starts. Caddy starts its apps in any order, so that a request may come
// before: the handler has to call them by itself then.
func (a *app) onStart(start func() error, started func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.start = append(a.start, start)
	a.started = append(a.started, started)
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
