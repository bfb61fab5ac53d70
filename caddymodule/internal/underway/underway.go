// Package underway knows what is to end before a process that serves by a command does: the answers that are being sent, and what
// is to be written after the last request of a configuration. Caddy waits for the answers only where it ends the process itself.
package underway

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// process is what is under way in this process.
var process tracker

// watched tells whether there is a command that waits.
var watched atomic.Bool

// Watch has the servers that start from now on tell of their connections.
func Watch() { watched.Store(true) }

// Watched tells whether Watch was called.
func Watched() bool { return watched.Load() }

// Connection is to be told of each change of a connection: its form is that of [http.Server.ConnState].
func Connection(connection net.Conn, state http.ConnState) { process.connection(connection, state) }

// Begin counts something until its end is called.
func Begin() (end func()) { return process.begin() }

// Wait waits until nothing is under way, or the context ends.
func Wait(ctx context.Context) { process.wait(ctx) }

// tracker counts what is under way. Its zero value is ready.
type tracker struct {
	mu          sync.Mutex
	connections map[net.Conn]bool // that an answer is being sent by
	begun       int
	changed     chan struct{} // closed when something ends; nil while there is no waiting call
}

func (t *tracker) connection(connection net.Conn, state http.ConnState) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if state != http.StateActive {
		delete(t.connections, connection)
		t.tell()
		return
	}
	if t.connections == nil {
		t.connections = map[net.Conn]bool{}
	}
	t.connections[connection] = true
}

func (t *tracker) begin() (end func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begun++
	return sync.OnceFunc(func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.begun--
		t.tell()
	})
}

// tell wakes those who wait. t.mu is held.
func (t *tracker) tell() {
	if t.changed != nil {
		close(t.changed)
		t.changed = nil
	}
}

func (t *tracker) wait(ctx context.Context) {
	for {
		t.mu.Lock()
		if len(t.connections) == 0 && t.begun == 0 {
			t.mu.Unlock()
			return
		}
		if t.changed == nil {
			t.changed = make(chan struct{})
		}
		changed := t.changed
		t.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}
