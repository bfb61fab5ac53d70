package caddymodule

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
)

// adminClient asks a running Caddy's admin endpoint about an instance.
type adminClient struct {
	shown    string // the address
	origin   string
	http     *http.Client
	instance string
}

const (
	// adminTimeout ends a request to an admin endpoint.
	adminTimeout = 30 * time.Second
	// maxAdminAnswer is how much of its answer is read, in bytes.
	maxAdminAnswer = 64 << 20
)

// newAdminClient reads an address, as Caddy's own commands take it: localhost:2019, or unix//run/caddy.sock. The scheme
// http:// may stand before it. What looks like a key is none: no resolver is to be asked for it.
func newAdminClient(address, instance string) (*adminClient, error) {
	said := strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/")
	parsed, err := caddy.ParseNetworkAddressWithDefaults(said, "tcp", defaultAdminPort)
	isSocket := err == nil && parsed.IsUnixNetwork()
	isTCP := err == nil && strings.HasPrefix(parsed.Network, "tcp") && !strings.ContainsAny(parsed.Host, "/?#@ ")
	if said == "" || shown(said) != said || !isSocket && !isTCP || parsed.PortRangeSize() > 1 {
		return nil, fmt.Errorf("%s is no address of an admin endpoint: want host:port, such as %s, or unix//path", quoted(address), caddy.DefaultAdminListen)
	}
	dial := parsed.JoinHostPort(0)
	if parsed.Host == "" && !isSocket {
		dial = net.JoinHostPort(localhost, dial[strings.LastIndexByte(dial, ':')+1:])
	}
	origin := "http://" + dial
	if isSocket {
		dial, _, _ = strings.Cut(parsed.Host, "|") // without the permissions that an address to listen on may have
		origin = "http://127.0.0.1"                // which Caddy takes from a socket
	}
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, parsed.Network, dial)
	}}
	return &adminClient{shown: said, origin: origin, instance: instance, http: &http.Client{
		Transport: transport, Timeout: adminTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

const defaultAdminPort = 2019

// get asks for what is below the instance, and returns the answer.
func (a *adminClient) get(ctx context.Context, path string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.origin+adminPath+url.PathEscape(a.instance)+"/"+path, nil)
	if err != nil {
		return nil, fmt.Errorf("%s is no address of an admin endpoint", quoted(a.shown))
	}
	r.Header.Set("Origin", a.origin)
	response, err := a.http.Do(r)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return nil, fmt.Errorf("the admin endpoint cannot be asked: %w: is Caddy running, with its admin endpoint at %s? (For 'caddy workos', give it one with --admin)", err, a.shown)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAdminAnswer+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the answer of %s: %w", a.shown, err)
	case len(body) > maxAdminAnswer:
		return nil, fmt.Errorf("the answer of %s is larger than %d MiB", a.shown, maxAdminAnswer>>20)
	case response.StatusCode == http.StatusOK:
		return body, nil
	}
	return nil, a.refused(response.StatusCode, body)
}

// refused says what an answer that is none means.
func (a *adminClient) refused(status int, body []byte) error {
	var said struct{ Message, Code, Error string }
	_ = json.Unmarshal(body, &said)
	switch {
	case status == http.StatusNotFound && strings.HasPrefix(said.Message, noInstance) && shown(a.instance) == a.instance:
		return fmt.Errorf("--instance: %s", oneLine(said.Message))
	case status == http.StatusNotFound && strings.HasPrefix(said.Message, noInstance):
		return errors.New("--instance: there is no instance of that name")
	case status == http.StatusNotFound && said.Code == "not_found":
		return fmt.Errorf("%s does not know this report: it runs another version of this plugin", a.shown)
	case status == http.StatusNotFound:
		return fmt.Errorf("%s has no %s: it is no admin endpoint of a Caddy that runs this plugin", a.shown, adminPath)
	case status == http.StatusForbidden:
		return fmt.Errorf("the admin endpoint %s refuses to answer (403): ask it by an address that its options 'origins' allow", a.shown)
	case said.Message != "" || said.Error != "":
		return fmt.Errorf("%s answers %d: %s", a.shown, status, oneLine(said.Message+said.Error))
	}
	return fmt.Errorf("%s answers %d, which no admin endpoint does", a.shown, status)
}

// oneLine makes a text that comes from elsewhere fit for a terminal: without control characters, and not too long.
func oneLine(text string) string {
	const most = 2000
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
			return '�'
		}
		return r
	}, text)
}
