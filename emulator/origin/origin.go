// Package origin parses and finds out the URLs of servers: of the emulator as its callers see it, of the issuer of tokens, and of
// upstreams.
package origin

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/loopback"
)

// Parse parses the address of an upstream: a scheme and a host, and nothing else. A slash at the end is allowed.
func Parse(address string) (*url.URL, error) {
	origin, err := url.Parse(address)
	if err != nil || origin.Host == "" || !IsHTTP(origin) || strings.Trim(origin.Path, "/") != "" || origin.RawQuery != "" ||
		origin.Fragment != "" || origin.User != nil {
		return nil, errors.New("want an origin such as https://api.workos.com or https://example.authkit.app, without a path or user")
	}
	return origin, nil
}

// ParsePublicURL parses the URL at which callers reach the emulator: a scheme, a host, and a path where a proxy removes that. It returns
// the URL without a slash at the end, to be put before a path.
func ParsePublicURL(address string) (string, error) {
	public, err := url.Parse(address)
	if err != nil || public.Host == "" || !IsHTTP(public) || public.RawQuery != "" || public.ForceQuery || strings.Contains(address, "#") ||
		public.User != nil {
		return "", errors.New("want an origin such as https://auth.example.com, which may have a path, without a query, a fragment or a user")
	}
	prefix, ok := cleanPrefix(public.EscapedPath())
	if !ok {
		return "", errors.New("the path must have neither doubled slashes nor dot segments")
	}
	return public.Scheme + "://" + public.Host + prefix, nil
}

// cleanPrefix returns a path without the slash at its end. ok is false for a path that must not be put before another one.
func cleanPrefix(prefix string) (clean string, ok bool) {
	clean = strings.TrimSuffix(prefix, "/")
	return clean, clean == "" || clean != "/" && clean[0] == '/' && path.Clean(clean) == clean
}

// Forwarded returns the URL at which a caller has reached a server, by X-Forwarded-Proto, -Host and -Prefix. Where one of them is
// missing or not valid, it uses the request itself. Of several values the last one counts, which the nearest proxy has added. Use it
// only for requests that come from a trusted proxy.
func Forwarded(r *http.Request) string {
	scheme, host, prefix := schemeOf(r), r.Host, ""
	if proto := strings.ToLower(lastValue(r.Header, "X-Forwarded-Proto")); proto == "https" || proto == "http" {
		scheme = proto
	}
	if forwarded := lastValue(r.Header, "X-Forwarded-Host"); isHost(forwarded) {
		host = forwarded
	}
	forwarded := lastValue(r.Header, "X-Forwarded-Prefix")
	if u, err := url.Parse(forwarded); err == nil && u.EscapedPath() == forwarded { // it is a path and nothing else
		if clean, ok := cleanPrefix(forwarded); ok {
			prefix = clean
		}
	}
	return scheme + "://" + host + prefix
}

// OfRequest returns the origin that a request was sent to, by its TLS state and Host.
func OfRequest(r *http.Request) string { return schemeOf(r) + "://" + r.Host }

func schemeOf(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

// lastValue returns the last value of the header fields with a name, which may be comma-separated lists.
func lastValue(h http.Header, name string) string {
	fields := h.Values(name)
	if len(fields) == 0 {
		return ""
	}
	last := fields[len(fields)-1]
	return strings.TrimSpace(last[strings.LastIndex(last, ",")+1:])
}

// isHost reports whether a text is a host, with or without a port, and nothing else.
func isHost(text string) bool {
	u, err := url.Parse("http://" + text)
	return err == nil && text != "" && u.Host == text && u.Hostname() != "" &&
		!strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"'<>\\%;,", r) })
}

// CheckIssuer returns an error for an issuer that is not an origin without a path, or ends in a slash. Clients compare the issuer byte
// for byte.
func CheckIssuer(issuer string) error {
	u, err := url.Parse(issuer)
	switch {
	case err != nil || !IsHTTP(u) || u.Host == "" || u.User != nil:
		return errors.New("want an origin such as https://auth.example.com")
	case strings.HasSuffix(issuer, "/") || strings.ContainsAny(issuer, "?#"):
		return errors.New("must not end with a slash, or have a query or a fragment: clients compare it byte for byte")
	case u.Path != "":
		return errors.New("must have no path, as that of the real WorkOS has none: public_url may have one")
	}
	return nil
}

// IsHTTP reports whether a URL has the scheme http or https.
func IsHTTP(u *url.URL) bool { return u.Scheme == "https" || u.Scheme == "http" }

// IsLoopback reports whether a text is an origin of this machine as browsers send it, on any port. It is false for "null", which they
// send for pages without an origin.
func IsLoopback(text string) bool {
	u, err := url.Parse(text)
	if err != nil || !IsHTTP(u) || !strings.EqualFold(text, u.Scheme+"://"+u.Host) {
		return false
	}
	return loopback.Is(u.Hostname())
}
