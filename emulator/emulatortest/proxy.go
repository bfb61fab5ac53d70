package emulatortest

import (
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/realkey"
)

// upstreamPatience is how long a caller waits for the upstream's answer to begin.
const upstreamPatience = time.Minute

// proxy is a reverse proxy to one origin of the real WorkOS.
type proxy struct {
	origin    *url.URL
	realKey   *realkey.Key // may be nil
	transport *http.Transport
}

// newProxy returns nil where there is no origin.
func newProxy(origin *url.URL, realKey string) *proxy {
	if origin == nil {
		return nil
	}
	var key *realkey.Key
	if realKey != "" {
		key = realkey.New(realKey)
	}
	return &proxy{origin, key, &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		ForceAttemptHTTP2:     true,
		DisableCompression:    true, // the caller's Accept-Encoding is the one that counts
		ResponseHeaderTimeout: upstreamPatience,
	}}
}

// ask passes a request on. It returns an error, and answers nothing, where the upstream does not.
func (u *proxy) ask(w http.ResponseWriter, r *http.Request) (err error) {
	proxy := httputil.ReverseProxy{
		Rewrite:      u.rewrite,
		Transport:    u,
		ErrorHandler: func(_ http.ResponseWriter, _ *http.Request, failure error) { err = failure },
		ErrorLog:     log.New(io.Discard, "", 0), // of answers that break off, which the caller notices
	}
	proxy.ServeHTTP(w, r)
	return err
}

// rewrite makes the request one to the upstream, which is not told who asked: it would not know the caller.
func (u *proxy) rewrite(r *httputil.ProxyRequest) {
	r.SetURL(u.origin)
	r.Out.URL.RawQuery = r.In.URL.RawQuery // with what Go cannot parse
	for name := range r.Out.Header {
		if strings.HasPrefix(name, "X-Forwarded-") || name == "Via" {
			r.Out.Header.Del(name)
		}
	}
}

// RoundTrip sends a request, with the real key where its caller may have it: on a copy, which is not shared.
func (u *proxy) RoundTrip(r *http.Request) (*http.Response, error) {
	grant := realkey.GrantOf(r.Context())
	if u.realKey == nil || !grant.Allowed(r) {
		return u.transport.RoundTrip(r)
	}
	keyed, err := grant.Put(r, u.realKey)
	if err != nil {
		return nil, err
	}
	return u.transport.RoundTrip(keyed)
}

func (u *proxy) close() {
	if u != nil {
		u.transport.CloseIdleConnections()
	}
}
