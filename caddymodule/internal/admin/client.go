package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/api"
)

// Client asks a running Caddy's admin endpoint about an instance.
type Client struct {
	address  string // as it was given
	origin   string
	http     *http.Client
	instance string
}

const (
	// timeout ends a request to an admin endpoint.
	timeout = 30 * time.Second
	// MaxAnswer is how much of its answer is read, in bytes.
	MaxAnswer = 64 << 20
)

// NewClient reads an address, as Caddy's own commands take it: localhost:2019, or unix//run/caddy.sock. The scheme
// http:// may stand before it. What looks like a key is none: no resolver is to be asked for it.
func NewClient(address, instance string) (*Client, error) {
	said := strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/")
	parsed, err := caddy.ParseNetworkAddressWithDefaults(said, "tcp", defaultAdminPort)
	isSocket := err == nil && parsed.IsUnixNetwork()
	isTCP := err == nil && strings.HasPrefix(parsed.Network, "tcp") && !strings.ContainsAny(parsed.Host, "/?#@ ")
	if said == "" || option.Shown(said) != said || !isSocket && !isTCP || parsed.PortRangeSize() > 1 {
		return nil, fmt.Errorf("%s is no address of an admin endpoint: want host:port, such as %s, or unix//path", option.Quoted(address), caddy.DefaultAdminListen)
	}
	dial := parsed.JoinHostPort(0)
	if parsed.Host == "" && !isSocket {
		dial = net.JoinHostPort("localhost", dial[strings.LastIndexByte(dial, ':')+1:])
	}
	origin := "http://" + dial
	if isSocket {
		dial, _, _ = strings.Cut(parsed.Host, "|") // without the permissions that an address to listen on may have
		origin = "http://127.0.0.1"                // which Caddy takes from a socket
	}
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, parsed.Network, dial)
	}}
	return &Client{address: said, origin: origin, instance: instance, http: &http.Client{
		Transport: transport, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

const defaultAdminPort = 2019

// Get asks for what is below the instance, and returns the answer.
func (a *Client) Get(ctx context.Context, operation string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.origin+path+url.PathEscape(a.instance)+"/"+operation, nil)
	if err != nil {
		return nil, fmt.Errorf("%s is no address of an admin endpoint", option.Quoted(a.address))
	}
	r.Header.Set("Origin", a.origin)
	response, err := a.http.Do(r)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return nil, fmt.Errorf("the admin endpoint cannot be asked: %w: is Caddy running, with its admin endpoint at %s? (For 'caddy workos', give it one with --admin)", err, a.address)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, MaxAnswer+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the answer of %s: %w", a.address, err)
	case len(body) > MaxAnswer:
		return nil, fmt.Errorf("the answer of %s is larger than %d MiB", a.address, MaxAnswer>>20)
	case response.StatusCode == http.StatusOK:
		return body, nil
	}
	return nil, a.refused(response.StatusCode, body)
}

// Address is the address of the admin endpoint, as it was given.
func (a *Client) Address() string { return a.address }

// refused says what an answer of another status means.
func (a *Client) refused(status int, body []byte) error {
	var said caddy.APIError
	_ = json.Unmarshal(body, &said)
	switch {
	case status == http.StatusNotFound && strings.HasPrefix(said.Message, noInstance) && option.Shown(a.instance) == a.instance:
		return fmt.Errorf("--instance: %s", option.OneLine(said.Message))
	case status == http.StatusNotFound && strings.HasPrefix(said.Message, noInstance):
		return errors.New("--instance: there is no instance of that name")
	case status == http.StatusNotFound && strings.HasPrefix(said.Message, api.NoOperation):
		return fmt.Errorf("%s does not know this report: it runs another version of this plugin", a.address)
	case status == http.StatusNotFound:
		return fmt.Errorf("%s has no %s: it is no admin endpoint of a Caddy that runs this plugin", a.address, path)
	case status == http.StatusForbidden:
		return fmt.Errorf("the admin endpoint %s refuses to answer (403): ask it by an address that its options 'origins' allow", a.address)
	case said.Message != "":
		return fmt.Errorf("%s answers %d: %s", a.address, status, option.OneLine(said.Message))
	}
	return fmt.Errorf("%s answers %d, which no admin endpoint does", a.address, status)
}
