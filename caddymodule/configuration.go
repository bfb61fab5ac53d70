package caddymodule

import (
	"slices"
	"sync"

	"github.com/caddyserver/caddy/v2"
)

// configurations are those that have modules of this package, by their metrics registries: each configuration has one, which
// no other has.
var configurations = struct {
	mu sync.Mutex
	of map[any]*configuration
}{of: map[any]*configuration{}}

// configuration is one configuration of Caddy's, and the requests that it serves. Caddy cleans up its modules while its
// requests are under way, and the last of them may even begin afterwards: what they need stays until they have ended.
type configuration struct {
	id any

	mu       sync.Mutex
	modules  int      // that have joined and not left
	requests int      // under way
	keys     []string // the real keys of its modules
	known    bool     // its keys are among realKeys
	atEnd    []func() // is called when no module is left and no request is under way
}

// idOf tells configurations apart.
func idOf(ctx caddy.Context) any { return ctx.GetMetricsRegistry() }

// joinConfiguration counts a module, which is to leave when it is cleaned up.
func joinConfiguration(ctx caddy.Context) *configuration {
	id := idOf(ctx)
	configurations.mu.Lock()
	defer configurations.mu.Unlock()
	c := configurations.of[id]
	if c == nil {
		c = &configuration{id: id}
		configurations.of[id] = c
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.modules++
	c.update()
	return c
}

// leave ends what joinConfiguration has begun. The function is called when the requests of the configuration have ended: at
// once, where none is under way.
func (c *configuration) leave(atEnd func()) {
	configurations.mu.Lock()
	c.mu.Lock()
	c.modules--
	if c.modules == 0 {
		delete(configurations.of, c.id)
	}
	c.atEnd = append(c.atEnd, atEnd)
	ended := c.update()
	c.mu.Unlock()
	configurations.mu.Unlock()
	for _, f := range ended {
		f()
	}
}

// begin counts a request. The function that it returns is to be called at the request's end.
func (c *configuration) begin() (end func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests++
	c.update()
	return c.end
}

func (c *configuration) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests--
	if ended := c.update(); len(ended) > 0 {
		go func() { // they may wait for what this goroutine is part of
			for _, f := range ended {
				f()
			}
		}()
	}
}

// addKeys makes real keys known for as long as the configuration has modules or requests.
func (c *configuration) addKeys(keys ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keys = append(c.keys, keys...)
	if c.known {
		realKeys.add(keys...)
	}
}

// update does what has become due, and returns what is to be called without the lock. c.mu is held.
func (c *configuration) update() (ended []func()) {
	inUse := c.modules > 0 || c.requests > 0
	switch {
	case inUse && !c.known:
		realKeys.add(c.keys...)
	case !inUse && c.known:
		realKeys.remove(c.keys...)
	}
	c.known = inUse
	if !inUse {
		ended, c.atEnd = slices.Clone(c.atEnd), nil
	}
	return ended
}
