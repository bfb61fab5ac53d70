package caddymodule

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
)

func init() { caddy.RegisterModule(new(Transport)) }

// Transport is Caddy's `http` transport, with all its options, which also puts the real key in: into requests that the
// emulator has allowed it for, on a copy that no log or error page ever sees, and only on the way to an upstream that the
// configuration names.
type Transport struct {
	reverseproxy.HTTPTransport

	// The API key of the real WorkOS, as a placeholder such as `{env.WORKOS_API_KEY}`. It is put into requests that
	// `workos_emulator` has allowed it for, and only on the way to the upstreams that the `reverse_proxy` names: dynamic
	// upstreams, or an address that depends on the request, are an error. Default: none: requests of callers with a local key go
	// on without any.
	APIKey string `json:"api_key,omitempty"`

	// Whether the upstream is asked as a client of its own would: by its own name in `Host`, and without `X-Forwarded-*` and
	// `Via`, which would tell it of callers that it does not know. Default: off; on in the short form.
	Direct bool `json:"direct,omitempty"`

	key   *realkey.Key    // nil without one
	hosts map[string]bool // that the key may be sent to, as host:port
	app   *app            // nil until it is joined
}

// CaddyModule returns the Caddy module information.
func (*Transport) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.reverse_proxy.transport.workos",
		New: func() caddy.Module { return new(Transport) },
	}
}

// Provision resolves the key and finds out which upstreams it is for.
func (t *Transport) Provision(ctx caddy.Context) error {
	if err := t.HTTPTransport.Provision(ctx); err != nil {
		return err
	}
	var err error
	if t.app, err = joinApp(ctx); err != nil {
		return err
	}
	var key string
	if err := option.Expand("api_key", t.APIKey, &key); err != nil {
		return err
	}
	if t.APIKey == "" {
		return nil
	}
	key, err = realkey.Parse(key)
	if err != nil {
		return fmt.Errorf("api_key: %w", err)
	}
	proxy := proxyOf(ctx)
	if proxy == nil || len(proxy.Upstreams) == 0 || proxy.DynamicUpstreamsRaw != nil {
		return errors.New("api_key: the reverse_proxy must name its upstreams, for the key is sent to nobody else")
	}
	t.hosts = map[string]bool{}
	for _, upstream := range proxy.Upstreams {
		host, err := keyedHost(upstream.Dial)
		if err != nil {
			return fmt.Errorf("api_key: %w", err)
		}
		t.hosts[host] = true
	}
	if err := t.checkEmulator(ctx); err != nil {
		return fmt.Errorf("api_key: %w", err)
	}
	t.key = realkey.New(key)
	t.app.addKeys(key)
	if !t.TLSEnabled() {
		ctx.Logger().Warn("the real key is sent without TLS", zap.String("option", "api_key"))
	}
	return nil
}

// checkEmulator wants an emulator before the proxy: it alone says which requests may have the key. It warns where none may.
func (t *Transport) checkEmulator(ctx caddy.Context) error {
	server := serverOf(ctx)
	if server == nil {
		return nil // not for a request of a server's
	}
	emulators := provisioned.all(server)
	if len(emulators) == 0 {
		if hasNamedEmulator(server) {
			return nil
		}
		return errors.New("no workos_emulator stands before this reverse_proxy, which says what requests may have the key: " +
			"put one before it, or use the directive workos")
	}
	if !slices.ContainsFunc(emulators, (*Emulator).mayPassKeysOn) {
		ctx.Logger().Warn("no key of the seed may go on to the real WorkOS, so that the real key is never used: " +
			"give apiKeys as a mapping, mark a key upstream: true, or set accept_key")
	}
	return nil
}

// Cleanup closes idle connections, when the requests that are under way have ended: an HTTP/3 connection would be closed under
// them.
func (t *Transport) Cleanup() error {
	if t.app == nil {
		return t.HTTPTransport.Cleanup()
	}
	t.app.leave(func() { _ = t.HTTPTransport.Cleanup() }) // it does not fail
	return nil
}

// keyedHost returns the host:port of an upstream's address, which must not depend on the request.
func keyedHost(dial string) (string, error) {
	upstream, err := option.Resolve("the upstream", dial)
	if err != nil {
		return "", fmt.Errorf("the upstream %s depends on the request: the key is only sent to a fixed one", option.Quoted(dial))
	}
	address, err := caddy.ParseNetworkAddress(upstream.Value)
	if err != nil {
		return "", fmt.Errorf("the upstream %s is no address: want host:port", option.Quoted(dial))
	}
	return strings.ToLower(address.JoinHostPort(0)), nil
}

// RoundTrip sends the request, with the key where it is due.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Opaque != "" {
		return nil, errors.New("the request target is no path: it would be sent as it came, and may name another host")
	}
	if t.Direct {
		t.goDirect(r)
	}
	grant := realkey.GrantOf(r.Context())
	if t.key == nil || !grant.Allowed(r) || !t.mayHaveKey(r) {
		return t.HTTPTransport.RoundTrip(r)
	}
	keyed, err := grant.Put(r, t.key)
	if err != nil {
		return nil, err
	}
	keyed.Host = t.nameOf(r.URL.Host) // whatever the caller asked for
	return t.HTTPTransport.RoundTrip(keyed)
}

// goDirect makes a request one of a client of the upstream. The proxy has made it for this upstream alone, so it needs no
// copy.
func (t *Transport) goDirect(r *http.Request) {
	r.Host = t.nameOf(r.URL.Host)
	for name := range r.Header {
		if name == "Via" || strings.HasPrefix(name, "X-Forwarded-") {
			delete(r.Header, name)
		}
	}
}

// nameOf is what a client writes into the Host header for an upstream: without the port that goes without saying.
func (t *Transport) nameOf(host string) string {
	if t.TLSEnabled() {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}

// mayHaveKey tells whether the request is about to go to a configured upstream.
func (t *Transport) mayHaveKey(r *http.Request) bool {
	if t.hosts[r.URL.Host] {
		return true
	}
	host := strings.ToLower(r.URL.Host)
	if _, _, err := net.SplitHostPort(host); err != nil {
		port := "80"
		if t.TLSEnabled() {
			port = "443"
		}
		host = net.JoinHostPort(host, port)
	}
	return t.hosts[host]
}

var (
	_ caddy.Provisioner         = (*Transport)(nil)
	_ caddy.CleanerUpper        = (*Transport)(nil)
	_ http.RoundTripper         = (*Transport)(nil)
	_ reverseproxy.TLSTransport = (*Transport)(nil)
)
