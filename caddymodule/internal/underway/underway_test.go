package underway

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestWaitForWhatHasBegun, each until its end.
func TestWaitForWhatHasBegun(t *testing.T) {
	t.Parallel()
	var of tracker
	of.wait(t.Context())
	first, second := of.begin(), of.begin()
	waited := make(chan struct{})
	go func() {
		of.wait(t.Context())
		close(waited)
	}()
	first()
	first() // counts once
	select {
	case <-waited:
		t.Error("it has not waited for the second")
	default:
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	of.wait(ended)
	second()
	select {
	case <-waited:
	case <-time.After(10 * time.Second):
		t.Error("it waits for ever")
	}
}

// TestWaitForAnswers of a server, until they are sent: connections that are kept open do not count.
func TestWaitForAnswers(t *testing.T) {
	t.Parallel()
	var of tracker
	asked, answer := make(chan struct{}), make(chan struct{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(asked)
		<-answer
	}))
	server.Config.ConnState = func(connection net.Conn, state http.ConnState) { of.connection(connection, state) }
	server.Start()
	t.Cleanup(server.Close)
	answered := make(chan error, 1)
	go func() {
		response, err := server.Client().Get(server.URL)
		if err == nil {
			err = response.Body.Close()
		}
		answered <- err
	}()
	<-asked
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	of.wait(ended)
	of.mu.Lock()
	if len(of.connections) != 1 {
		t.Errorf("%d connections are under way", len(of.connections))
	}
	of.mu.Unlock()
	close(answer)
	if err := <-answered; err != nil {
		t.Error(err)
	}
	inTime, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	of.wait(inTime)
	if inTime.Err() != nil {
		t.Error("it waits for ever")
	}
}
