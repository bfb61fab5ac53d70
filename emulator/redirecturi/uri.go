// Package redirecturi decides where a browser may be sent after a login or a logout (LOGIN.md §1, "redirect rules").
//
// It is the guard against open redirects, so it reads a URI by rules of its own that leave no room for two readings: a URI that a
// browser could take for one of another host is refused, not repaired. What it returns is written as it is to be sent.
package redirecturi

import (
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/caddy-workos/caddy-workos/emulator/loopback"
)

// maxLength is how long a URI may be, in bytes. Browsers take about as much in an address.
const maxLength = 2048

// URI is a redirect URI that was checked: see [ParseURI].
type URI struct {
	scheme string // in lower case
	host   string // in lower case and ASCII, an IPv6 address in brackets; with the scheme of an app, as it came
	port   string // with its colon, or empty
	rest   string // the path and the query, as they came
}

// refusedSchemes run a script, show what a stranger has written, or read files. No configuration allows them.
var refusedSchemes = []string{
	"about", "blob", "content", "data", "file", "filesystem", "ftp", "intent", "javascript", "jar", "mailto", "res", "vbscript",
	"view-source", "ws", "wss",
}

// ParseURI checks the form of a redirect URI. The error says what is wrong with it, and does not quote it.
//
// It takes absolute URIs with a host and without a fragment or a user (RFC 6749 §3.1.2). Schemes of apps, such as myapp://callback, are
// among them. Hosts in other scripts are turned into punycode.
func ParseURI(text string) (URI, error) {
	scheme, authority, rest, err := split(text)
	if err != nil {
		return URI{}, err
	}
	host, port, err := splitPort(authority)
	if err != nil {
		return URI{}, err
	}
	if port == anyPort {
		return URI{}, errPort
	}
	u := URI{scheme: scheme, port: port, rest: rest}
	return u, u.setHost(host)
}

// setHost checks a host. Hosts of the schemes of apps are not names of machines, and stay as they are.
func (u *URI) setHost(host string) error {
	canonical, err := canonicalHost(host)
	if err != nil {
		return err
	}
	u.host = canonical
	if !u.isWeb() && strings.EqualFold(host, canonical) {
		u.host = host
	}
	return nil
}

// split takes a URI apart, and refuses the characters on which parsers disagree.
func split(text string) (scheme, authority, rest string, err error) {
	switch {
	case text == "":
		return "", "", "", errors.New("is empty")
	case len(text) > maxLength:
		return "", "", "", errors.New("is longer than " + strconv.Itoa(maxLength) + " bytes")
	case strings.Contains(text, "#"):
		return "", "", "", errors.New("must not have a fragment")
	case !utf8.ValidString(text) || strings.ContainsAny(text, "\\\"<>^`{|} ") || strings.ContainsFunc(text, isControl):
		return "", "", "", errors.New("has a character that a URI must not have")
	}
	scheme, rest, found := strings.Cut(text, "://")
	scheme = strings.ToLower(scheme)
	if !found || !isScheme(scheme) {
		return "", "", "", errors.New("must be an absolute URI with a host, such as http://localhost:3000/callback")
	}
	if slices.Contains(refusedSchemes, scheme) {
		return "", "", "", errors.New("must not have the scheme " + scheme)
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	authority, rest = rest[:end], rest[end:]
	switch {
	case strings.Contains(authority, "@"):
		return "", "", "", errors.New("must not name a user")
	case strings.ContainsFunc(rest, isNoASCII) || !isEncoded(rest):
		return "", "", "", errors.New("must have its path and its query percent-encoded")
	}
	return scheme, authority, rest, nil
}

// isEncoded reports whether two hexadecimal digits follow each percent sign.
func isEncoded(text string) bool {
	_, err := url.PathUnescape(text)
	return err == nil
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }

func isNoASCII(r rune) bool { return r >= 0x80 }

func isScheme(scheme string) bool {
	for i, c := range []byte(scheme) {
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || !isDigit(c) && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return scheme != ""
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// splitPort takes the port off an authority. The colon stays with the port.
func splitPort(authority string) (host, port string, err error) {
	host = authority
	if i := strings.LastIndexByte(authority, ':'); i >= 0 && i > strings.LastIndexByte(authority, ']') {
		host, port = authority[:i], authority[i:]
	}
	if port == "" || port == anyPort {
		return host, port, nil
	}
	number, err := strconv.ParseUint(port[1:], 10, 16)
	if err != nil || strconv.FormatUint(number, 10) != port[1:] || number == 0 {
		return "", "", errPort
	}
	return host, port, nil
}

var errPort = errors.New("has a port that is no number from 1 to 65535")

// canonicalHost returns a host in the one form in which all parsers read it.
func canonicalHost(host string) (string, error) {
	wrong := errors.New("has a host that is not written as a name or an address")
	if inside, ok := strings.CutPrefix(host, "["); ok {
		inside, ok = strings.CutSuffix(inside, "]")
		address, err := netip.ParseAddr(inside)
		if !ok || err != nil || !address.Is6() || address.Zone() != "" {
			return "", wrong
		}
		return "[" + address.String() + "]", nil
	}
	ascii := strings.ToLower(host)
	if strings.ContainsFunc(host, isNoASCII) {
		var err error
		if ascii, err = idna.Lookup.ToASCII(host); err != nil {
			return "", wrong
		}
	}
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, isNoHostCharacter) {
			return "", wrong
		}
	}
	if last := labels[len(labels)-1]; isNumber(last) { // a browser reads the host as an IPv4 address, in many notations
		address, err := netip.ParseAddr(ascii)
		if err != nil || address.String() != ascii {
			return "", wrong
		}
	}
	if len(ascii) > 253 {
		return "", wrong
	}
	return ascii, nil
}

// isNoHostCharacter reports what no name of a host has. Underscores are no part of host names, but browsers and development servers take
// them.
func isNoHostCharacter(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

// isNumber reports whether the WHATWG URL standard takes a label for a number, decimal or hexadecimal ("ends in a number checker").
func isNumber(label string) bool {
	if digits, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(digits, "0123456789abcdef") == ""
	}
	return strings.Trim(label, "0123456789") == ""
}

// String returns the URI as it is to be sent.
func (u URI) String() string { return u.scheme + "://" + u.host + u.port + u.rest }

// IsLoopback reports whether the URI leads to this machine by http or https.
func (u URI) IsLoopback() bool {
	return u.isWeb() && loopback.Is(strings.Trim(u.host, "[]"))
}

func (u URI) isWeb() bool { return u.scheme == "http" || u.scheme == "https" }

// Origin returns the scheme, the host and the port.
func (u URI) Origin() string { return u.scheme + "://" + u.host + u.port }

// Parameter is one parameter of a query.
type Parameter struct{ Name, Value string }

// With returns the URI with parameters at the end of its query. A value comes back as it is from every decoder: spaces are %20, which
// is a space in forms and in URIs.
func (u URI) With(parameters ...Parameter) string {
	text := u.String()
	separator := "?"
	if before, query, found := strings.Cut(text, "?"); found {
		separator = "&"
		if query == "" {
			text, separator = before, "?"
		}
	}
	for _, p := range parameters {
		text += separator + p.Name + "=" + strings.ReplaceAll(url.QueryEscape(p.Value), "+", "%20")
		separator = "&"
	}
	return text
}
