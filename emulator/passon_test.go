package emulator

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
)

// served starts a server with the emulator, for tests that httptest.ResponseRecorder is not enough for.
func (f *server) served(t *testing.T) *httptest.Server {
	server := httptest.NewServer(f.Handler(f.next))
	t.Cleanup(server.Close)
	return server
}

// TestWaysToAnswer has next handlers that answer in each way that net/http has.
func TestWaysToAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		next   http.HandlerFunc
		status int
		body   string
	}{
		"a status only":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, 204, ""},
		"a body only":        {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "x") }, 200, "x"},
		"a reader":           {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, strings.NewReader("x")) }, 200, "x"},
		"a flush":            {func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() }, 200, ""},
		"a controlled flush": {func(w http.ResponseWriter, _ *http.Request) { _ = http.NewResponseController(w).Flush() }, 200, ""},
		"an early hint first": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(203)
		}, 203, ""},
		"an early hint only": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusEarlyHints) }, 501, ""},
		"nothing":            {func(http.ResponseWriter, *http.Request) {}, 501, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t)
			f.next = test.next
			response, err := http.Get(f.served(t).URL + "/vault")
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			want := "upstream"
			if test.status == 501 {
				want = "emulator"
			}
			if response.StatusCode != test.status || response.Header.Get("X-Workos-Source") != want || err != nil {
				t.Errorf("%d from %q, %v", response.StatusCode, response.Header.Values("X-Workos-Source"), err)
			}
			if test.status != 501 && string(body) != test.body {
				t.Errorf("the body is %q", body)
			}
		})
	}
}

// TestNextHandlerMayTakeTheConnection is for protocols such as WebSocket. The emulator must not write to the connection afterwards.
func TestNextHandlerMayTakeTheConnection(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	f.next = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer connection.Close()
		_, _ = io.WriteString(connection, "HTTP/1.1 299 Mine\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
	})
	response, err := http.Get(f.served(t).URL + "/vault")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); response.StatusCode != 299 || string(body) != "ok" || err != nil {
		t.Errorf("%d %q %v", response.StatusCode, body, err)
	}
}

// TestErrorsOfTheNextHandlerAreReturned checks that they are returned before anything is written, for Caddy's error routes.
func TestErrorsOfTheNextHandlerAreReturned(t *testing.T) {
	t.Parallel()
	broken := errors.New("no upstream")
	for _, path := range []string{"/vault", "/organizations", "/organizations/org_REAL"} {
		f, w := newServer(t), httptest.NewRecorder()
		r := httptest.NewRequest("GET", path, nil)
		bearer(acceptedKey)(r.Header)
		err := f.Serve(w, r, func(http.ResponseWriter, *http.Request) error { return broken })
		if !errors.Is(err, broken) || w.Body.Len() != 0 || len(w.Header()) != 0 {
			t.Errorf("%s: %v, after %v %s", path, err, w.Header(), w.Body)
		}
	}
}

// TestBodiesArePassedOnWhole has bodies that the emulator reads to decide, and one that is larger than it reads.
func TestBodiesArePassedOnWhole(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ path, contentType, body string }{
		"foreign client":     {"/oauth2/token", "application/x-www-form-urlencoded", "grant_type=client_credentials&client_id=theirs&client_secret=a+b%20c"},
		"foreign validation": {"/api_keys/validations", "application/json", `{ "value" : "sk_live_theirs" }`},
		"unknown route":      {"/vault", "application/json", "{\"a\":\n1}"},
		"no JSON":            {"/vault", "application/json", "{{{"},
		"binary":             {"/vault", "application/octet-stream", "\x00\xff\x00"},
		"large":              {"/vault", "application/octet-stream", strings.Repeat("x", limits.RequestBody+10)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, next := newServer(t), &recorder{status: 299, body: "{}"}
			f.next = next
			f.send("POST", test.path, test.body, header("Content-Type", test.contentType), bearer("sk_live_theirs")).want(299)
			if sent := next.take(); len(sent) != 1 || sent[0].body != test.body || sent[0].authorization != "Bearer sk_live_theirs" || sent[0].keyAllowed {
				t.Errorf("the next handler was sent %d requests: %.200v", len(sent), sent)
			}
		})
	}
}

// TestUnreadableBodyGoesNowhere is about a caller that disconnects while it sends the body.
func TestUnreadableBodyGoesNowhere(t *testing.T) {
	t.Parallel()
	f, next := newServer(t), &recorder{status: 299, body: "{}"}
	r := httptest.NewRequest("POST", "/oauth2/token", io.MultiReader(strings.NewReader("grant_type=client_cred"), unreadable{}))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	f.Handler(next).ServeHTTP(w, r)
	if got := (response{w, t}).want(400); got["error"] != "invalid_request" || len(next.take()) != 0 {
		t.Error(got)
	}
}

type unreadable struct{}

func (unreadable) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestKeyAllowedIsNeverTheCallers rules out that a Grant in the context of the caller's request has an effect.
func TestKeyAllowedIsNeverTheCallers(t *testing.T) {
	t.Parallel()
	type contextKey struct{}
	if realkey.GrantOf(t.Context()).Header || realkey.GrantOf(context.WithValue(t.Context(), contextKey{}, &realkey.Grant{Header: true})).Header {
		t.Error("the real key is allowed to a request that did not come through the emulator")
	}
}

// TestUnavailable checks the answer of a server that has no emulator to serve with.
func TestUnavailable(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	if err := api.WriteUnavailable(w, "not now"); err != nil {
		t.Fatal(err)
	}
	if w.Code != 503 || !bytes.Equal(w.Body.Bytes(), []byte(`{"message":"not now","code":"unavailable"}`)) || w.Header().Get("X-Workos-Source") != "emulator" {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
}
