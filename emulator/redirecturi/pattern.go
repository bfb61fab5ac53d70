package redirecturi

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/caddy-workos/caddy-workos/emulator/loopback"
)

// anyPort stands in a pattern for any port of a loopback host (RFC 8252 §7.3).
const anyPort = ":*"

// Pattern is a redirect URI as it is listed: exact, or with one wildcard.
type Pattern struct {
	URI
	prefix, suffix string // of the first label of the host, around its wildcard
	wildcard       bool   // in the host
}

// Parse parses a listed redirect URI (LOGIN.md §1, "redirect rules"). It is a URI that [ParseURI] takes, in which one `*` may stand:
//
//   - in the leftmost label of the host, for one or more letters, digits, hyphens and underscores: https://*.example.com/callback,
//     https://pr-*.example.com/callback. What follows it must not be a public suffix, such as ngrok-free.app.
//   - in the place of the port of a loopback host: http://localhost:*/callback.
func Parse(text string) (Pattern, error) {
	scheme, authority, rest, err := split(text)
	if err != nil {
		return Pattern{}, err
	}
	host, port, err := splitPort(authority)
	if err != nil {
		return Pattern{}, err
	}
	p := Pattern{URI: URI{scheme: scheme, port: port, rest: rest}}
	label, domain, below := strings.Cut(host, ".")
	switch {
	case strings.Contains(rest, "*"):
		return Pattern{}, errors.New("has a * in its path or its query: it may stand in the first label of the host only, or for the port of a loopback host")
	case strings.Contains(domain, "*") || strings.Count(authority, "*") > 1:
		return Pattern{}, errors.New("has a * that is not in the leftmost label of the host, or more than one")
	case strings.Contains(label, "*") && (!below || !p.isWeb()):
		return Pattern{}, errors.New("has a * in the place of a whole host, or with a scheme other than http and https")
	case !strings.Contains(label, "*"):
		if err := p.setHost(host); err != nil {
			return Pattern{}, err
		}
	default:
		if err := p.readWildcard(strings.ToLower(label), domain); err != nil {
			return Pattern{}, err
		}
	}
	if p.port == anyPort && !p.IsLoopback() {
		return Pattern{}, errors.New("has a * for the port, which only a loopback host may have")
	}
	return p, nil
}

func (p *Pattern) readWildcard(label, domain string) error {
	p.wildcard = true
	p.prefix, p.suffix, _ = strings.Cut(label, "*")
	if strings.ContainsFunc(p.prefix+p.suffix, isNoHostCharacter) {
		return errors.New("has a character beside the * that no host name has")
	}
	var err error
	if p.host, err = canonicalHost(domain); err != nil {
		return err
	}
	if isNumber(p.host[strings.LastIndexByte(p.host, '.')+1:]) {
		return errors.New("has a * in an address")
	}
	if suffix, _ := publicsuffix.PublicSuffix(p.host); suffix == p.host && !loopback.Is(p.host) {
		return fmt.Errorf("has a * right before %s, below which anybody may have a name", p.host)
	}
	return nil
}

// Matches reports whether a URI is the listed one.
func (p Pattern) Matches(u URI) bool {
	if u.scheme != p.scheme || u.rest != p.rest || p.port != anyPort && u.port != p.port {
		return false
	}
	if !p.wildcard {
		return u.host == p.host
	}
	label, domain, _ := strings.Cut(u.host, ".")
	return domain == p.host && len(label) > len(p.prefix)+len(p.suffix) &&
		strings.HasPrefix(label, p.prefix) && strings.HasSuffix(label, p.suffix)
}

// IsExact reports whether the pattern has no wildcard, so that it is a URI to which a browser can be sent.
func (p Pattern) IsExact() bool { return !p.wildcard && p.port != anyPort }

// List are the listed redirect URIs. An empty one allows all of loopback hosts.
type List []Pattern

// ParseList parses patterns. The error is of the first that is wrong, and quotes it.
func ParseList(texts []string) (List, error) {
	list := make(List, 0, len(texts))
	for _, text := range texts {
		p, err := Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%q %w", text, err)
		}
		list = append(list, p)
	}
	return list, nil
}

// Allows reports whether a browser may be sent to a URI.
func (l List) Allows(u URI) bool {
	if len(l) == 0 {
		return u.IsLoopback()
	}
	for _, p := range l {
		if p.Matches(u) {
			return true
		}
	}
	return false
}

// Default returns the first of the list that has no wildcard.
func (l List) Default() (URI, bool) {
	for _, p := range l {
		if p.IsExact() {
			return p.URI, true
		}
	}
	return URI{}, false
}
