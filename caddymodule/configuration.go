package caddymodule

import (
	"slices"
	"sync"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/realkeys"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/underway"
)

// configuration is what the modules and the requests of one configuration of Caddy's share. Caddy cleans up the modules while
// requests are under way, and the last request may even begin afterwards: what requests need stays until they have ended.
type configuration struct {
	mu       sync.Mutex
	modules  int      // that have joined and not left
	requests int      // under way
	keys     []string // the real keys of its modules
	known    bool     // whether package realkeys knows them
	atEnd    []func() // is called when no module is left and no request is under way
	ended    func()   // tells package underway that it has been called
}

// join counts a module, which is to leave when it is cleaned up.
func (c *configuration) join() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.modules++
	c.update()
}

// leave ends what join has begun. The function is called when the requests of the configuration have ended: at once, where none
// is under way.
func (c *configuration) leave(atEnd func()) {
	c.mu.Lock()
	c.modules--
	c.atEnd = append(c.atEnd, atEnd)
	ended := c.update()
	c.mu.Unlock()
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
		realkeys.Add(keys...)
	}
}

// update does what has become due, and returns what is to be called without the lock. c.mu is held.
func (c *configuration) update() (ended []func()) {
	inUse := c.modules > 0 || c.requests > 0
	switch {
	case inUse && !c.known:
		realkeys.Add(c.keys...)
		c.ended = underway.Begin()
	case !inUse && c.known:
		realkeys.Remove(c.keys...)
		ended, c.atEnd = append(slices.Clone(c.atEnd), c.ended), nil
	}
	c.known = inUse
	return ended
}
