package command

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
)

// archiveSources say which requests of an archive are to WorkOS.
type archiveSources struct {
	hosts []string
	bases baseURLs
}

// workosHosts are those of WorkOS itself. A name that begins with a dot stands for all below it.
var workosHosts = []string{"api.workos.com", ".authkit.app"}

// check looks at the hosts of the flag.
func (s *archiveSources) check() error {
	for _, host := range s.hosts {
		if u, err := url.Parse("//" + host); err != nil || u.Host != host || u.Hostname() == "" {
			return fmt.Errorf("--host: want a host such as auth.example.com, got %s", option.Quoted(host))
		}
	}
	return nil
}

// takes tells whether a request is one to WorkOS.
func (s *archiveSources) takes(u *url.URL) bool {
	if s.bases.below(u) != nil {
		return true
	}
	hostname := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	isOf := func(host string) bool {
		return hostname == host || strings.HasPrefix(host, ".") && strings.HasSuffix(hostname, host) && len(hostname) > len(host)
	}
	return slices.ContainsFunc(workosHosts, isOf) ||
		slices.ContainsFunc(s.hosts, func(host string) bool { return strings.EqualFold(host, u.Host) || strings.EqualFold(host, hostname) })
}

// pathOf is the escaped path that WorkOS is asked for, below that of a base URL.
func (s *archiveSources) pathOf(u *url.URL) string {
	path := u.EscapedPath()
	if base := s.bases.below(u); base != nil {
		path = strings.TrimPrefix(path, strings.TrimSuffix(base.EscapedPath(), "/"))
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return path
}

// shownHost is a host as it can be printed.
func shownHost(host string) string {
	if option.Shown(host) != host {
		return "(not shown)"
	}
	return host
}

// baseURLs are the values of --base-url.
type baseURLs []*url.URL

// Set adds a URL.
func (b *baseURLs) Set(text string) error {
	u, err := parseBaseURL(text)
	if err == nil {
		*b = append(*b, u)
	}
	return err
}

func (b *baseURLs) String() string { return "" }

// Type is what the help calls the value.
func (*baseURLs) Type() string { return "url" }

// below returns the longest base URL that a URL is below, or nil.
func (b baseURLs) below(u *url.URL) *url.URL {
	var found *url.URL
	for _, base := range b {
		prefix := strings.TrimSuffix(base.EscapedPath(), "/")
		path := u.EscapedPath()
		isBelow := strings.EqualFold(base.Scheme, u.Scheme) && strings.EqualFold(hostAndPort(base), hostAndPort(u)) &&
			(path == prefix || strings.HasPrefix(path, prefix+"/"))
		if isBelow && (found == nil || len(prefix) > len(strings.TrimSuffix(found.EscapedPath(), "/"))) {
			found = base
		}
	}
	return found
}

// hostAndPort is the host of a URL with its port, given or not.
func hostAndPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[strings.ToLower(u.Scheme)]
	}
	return u.Hostname() + ":" + port
}

// errNoBaseURL says what a base URL is.
var errNoBaseURL = errors.New("want a URL such as https://auth.example.com, which may have a path")

func parseBaseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "", u.RawQuery != "", u.Fragment != "", u.User != nil:
		return nil, fmt.Errorf("--base-url: %w", errNoBaseURL)
	}
	return u, nil
}
