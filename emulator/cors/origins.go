package cors

import (
	"errors"
	"net/url"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/origin"
)

// Origins are the origins whose pages are allowed. The zero value allows those of this machine.
type Origins struct {
	listed map[string]bool
}

// New returns Origins for a list. An empty list allows the pages of this machine, on any port.
func New(list []string) (Origins, error) {
	listed := make(map[string]bool, len(list))
	for _, text := range list {
		parsed, err := Parse(text)
		if err != nil {
			return Origins{}, err
		}
		listed[parsed] = true
	}
	return Origins{listed}, nil
}

// Parse returns an origin as browsers send it: the scheme and the host in lower case, and no port that goes without saying. The error
// does not contain the text.
func Parse(text string) (string, error) {
	if strings.Contains(text, "*") {
		return "", errors.New("wildcards are not allowed: list each origin, such as http://localhost:3000")
	}
	u, err := origin.Parse(text)
	if err != nil || u.Hostname() == "" {
		return "", errors.New("want an origin such as http://localhost:3000, without a path or user")
	}
	if strings.ContainsFunc(u.Host, func(r rune) bool { return r >= 0x80 }) {
		return "", errors.New("write the host as browsers send it: in punycode, which begins with xn--")
	}
	return serialized(u), nil
}

// serialized returns an origin as RFC 6454 §6.2 serializes it.
func serialized(u *url.URL) string {
	scheme := strings.ToLower(u.Scheme)
	usual := map[string]string{"http": ":80", "https": ":443"}[scheme]
	host := strings.TrimSuffix(strings.ToLower(u.Host), usual)
	return scheme + "://" + strings.TrimSuffix(host, ":")
}

// grant returns what pages of an origin are allowed. seeded is a second list, of origins in the form of [Parse].
func (o Origins) grant(from string, seeded []string) (Grant, bool) {
	for _, other := range seeded {
		if other == from {
			return Grant{origin: from, credentials: true}, true
		}
	}
	switch {
	case o.listed[from]:
		return Grant{origin: from, credentials: true}, true
	case len(o.listed) == 0 && len(seeded) == 0 && origin.IsLoopback(from):
		return Grant{origin: from}, true
	}
	return Grant{}, false
}
