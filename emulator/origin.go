package emulator

import (
	"errors"
	"net/url"
	"strings"
)

// ParseOrigin reads the address of an upstream: a scheme and a host, and nothing behind them.
func ParseOrigin(address string) (*url.URL, error) {
	origin, err := url.Parse(address)
	if err != nil || origin.Host == "" || !isHTTP(origin) || strings.Trim(origin.Path, "/") != "" || origin.RawQuery != "" ||
		origin.Fragment != "" || origin.User != nil {
		return nil, errors.New("want an origin such as https://api.workos.com, without a path or user")
	}
	return origin, nil
}

// CheckIssuer returns an error where an issuer is not what clients can compare to the one that they know.
func CheckIssuer(issuer string) error {
	u, err := url.Parse(issuer)
	switch {
	case err != nil || !isHTTP(u) || u.Host == "":
		return errors.New("want an origin such as https://auth.example.com")
	case strings.HasSuffix(issuer, "/") || u.RawQuery != "" || u.Fragment != "":
		return errors.New("must not end with a slash, or have a query or a fragment: clients compare it byte for byte")
	}
	return nil
}

func isHTTP(u *url.URL) bool { return u.Scheme == "https" || u.Scheme == "http" }
