package execute

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"runtime"
	"slices"
	"strings"
)

// The environment variables that WorkOS's libraries read. None of them reads all, and some want several of them together.
const (
	KeyVariable            = "WORKOS_API_KEY"         // Node, Python, PHP, and what is built on them
	ClientVariable         = "WORKOS_CLIENT_ID"       // the same
	HostVariable           = "WORKOS_API_HOSTNAME"    // AuthKit for Next.js, Remix, React Router, TanStack Start and SvelteKit
	PortVariable           = "WORKOS_API_PORT"        // the same
	HTTPSVariable          = "WORKOS_API_HTTPS"       // the same: true or false; where it is missing, some take it for true
	BaseURLVariable        = "WORKOS_BASE_URL"        // Python
	LaravelVariable        = "WORKOS_API_BASE_URL"    // Laravel
	CookiePasswordVariable = "WORKOS_COOKIE_PASSWORD" // the sealed sessions of AuthKit
)

// Target is what a command is told of the server.
type Target struct {
	// URL is where the command reaches it.
	URL string
	// Key is an API key that the server accepts, and ClientID the client ID of the environment.
	Key, ClientID string
}

// Environment returns the environment of a command: the inherited one, with the target in the place of what it says of WorkOS. A
// password for cookies is made where there is none.
func Environment(inherited []string, t Target) ([]string, error) {
	parsed, err := url.Parse(t.URL)
	if err != nil {
		return nil, fmt.Errorf("the base URL: %w", err)
	}
	base := strings.TrimSuffix(t.URL, "/")
	set := []string{
		KeyVariable + "=" + t.Key,
		ClientVariable + "=" + t.ClientID,
		HostVariable + "=" + hostOf(parsed),
		PortVariable + "=" + portOf(parsed),
		fmt.Sprintf("%s=%t", HTTPSVariable, parsed.Scheme == "https"),
		BaseURLVariable + "=" + base,
		LaravelVariable + "=" + base,
	}
	if Lookup(inherited, CookiePasswordVariable) == "" {
		set = append(set, CookiePasswordVariable+"="+rand.Text()+rand.Text()) // at least 32 characters
	}
	environment := slices.DeleteFunc(slices.Clone(inherited), func(variable string) bool {
		return slices.ContainsFunc(set, func(other string) bool { return isSame(nameOf(variable), nameOf(other)) })
	})
	return append(environment, set...), nil
}

// hostOf is the host of a URL as the libraries write it into others: an IPv6 address stands in brackets.
func hostOf(u *url.URL) string {
	if host := u.Hostname(); !strings.Contains(host, ":") {
		return host
	}
	return "[" + u.Hostname() + "]"
}

// portOf is the port of a URL, given or not: the libraries have defaults of their own.
func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// Lookup returns the value of a variable in an environment, or nothing.
func Lookup(environment []string, name string) string {
	for _, variable := range slices.Backward(environment) { // the last one counts
		if isSame(nameOf(variable), name) {
			_, value, _ := strings.Cut(variable, "=")
			return value
		}
	}
	return ""
}

func nameOf(variable string) string {
	name, _, _ := strings.Cut(variable, "=")
	return name
}

// isSame tells whether two names are those of one variable.
func isSame(a, b string) bool {
	return a == b || runtime.GOOS == "windows" && strings.EqualFold(a, b)
}
