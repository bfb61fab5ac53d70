package guard

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"unsafe"

	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

// Finding is the error of a request that holds a local secret. It names the place, and never the secret.
type Finding struct {
	Place string // such as `header X-Api-Key`, `path`, `query` or `body`
}

func (f *Finding) Error() string { return "a local secret stands in the " + f.Place }

// UnreadableError is the error of a request that cannot be looked into, so that it may hold a local secret.
type UnreadableError struct {
	Place string
	Why   error
}

func (e *UnreadableError) Error() string {
	return fmt.Sprintf("the %s cannot be read: %v", e.Place, e.Why)
}

func (e *UnreadableError) Unwrap() error { return e.Why }

// Head looks at all of a request but its body and its trailers. The error is a *Finding or an *UnreadableError.
func Head(set *scan.Set, r *http.Request) error {
	look := looker{set}
	// Most of it is short, and is looked at as a whole where nothing depends on where a value ends.
	if err := look.at("method", r.Method, scan.Header); err != nil {
		return err
	}
	if err := look.at("path", r.URL.EscapedPath(), scan.Body); err != nil {
		return err
	}
	if err := look.at("query", r.URL.RawQuery, scan.Body); err != nil {
		return err
	}
	if r.URL.User != nil {
		if err := look.at("user of the URL", r.URL.User.String(), scan.Header); err != nil {
			return err
		}
	}
	if err := look.at("header Host", r.Host, scan.Header); err != nil {
		return err
	}
	return look.fields("header", r.Header)
}

// looker looks at the parts of a request.
type looker struct{ set *scan.Set }

// at looks at one value.
func (l looker) at(place, value string, kind scan.Kind) error {
	return l.result(place, func() (bool, error) { return l.set.Holds(bytesOf(value), kind, scan.Whole) })
}

// result makes an error of what was found at a place.
func (looker) result(place string, look func() (bool, error)) error {
	found, err := look()
	switch {
	case err != nil:
		return &UnreadableError{place, err}
	case found:
		return &Finding{place}
	}
	return nil
}

// bytesOf returns the bytes of a text, which must not be changed.
func bytesOf(text string) []byte { return unsafe.Slice(unsafe.StringData(text), len(text)) }

// usual are the names of header fields that are not looked at: they are no secrets, and most requests have them.
var usual = map[string]bool{
	"Accept": true, "Accept-Encoding": true, "Accept-Language": true, "Authorization": true, "Cache-Control": true,
	"Connection": true, "Content-Length": true, "Content-Type": true, "Cookie": true, "Date": true, "Forwarded": true,
	"Idempotency-Key": true, "Origin": true, "Referer": true, "User-Agent": true, "X-Forwarded-For": true,
	"X-Forwarded-Host": true, "X-Forwarded-Proto": true, "X-Request-Id": true,
}

// fields looks at header fields or trailers, by name and value.
func (l looker) fields(kind string, fields http.Header) error {
	for name, values := range fields {
		place := kind + " " + name
		if !usual[name] {
			// Go writes the first letters of a name in upper case.
			if err := l.at("name of a "+kind, strings.ToLower(name), scan.Header); err != nil {
				return err
			}
			if err := l.at("name of a "+kind, name, scan.Header); err != nil {
				return err
			}
		}
		for _, value := range values {
			if err := l.at(place, value, scan.Header); err != nil {
				return err
			}
			if err := l.credentials(place, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// credentials looks into each word of a header field that is base64 as a whole, such as that of Basic. Only there a short
// secret is a value of its own in it.
func (l looker) credentials(place, value string) error {
	if !l.set.HasShort() {
		return nil
	}
	for word := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune(" \t,;\"", r) }) {
		standard := standardAlphabet.Replace(strings.TrimRight(word, "="))
		decoded, err := base64.RawStdEncoding.DecodeString(standard)
		if err != nil || len(decoded) == 0 {
			continue
		}
		if err := l.at(place, string(decoded), scan.Body); err != nil {
			return err
		}
	}
	return nil
}

// standardAlphabet makes base64 of URL-safe base64.
var standardAlphabet = strings.NewReplacer("-", "+", "_", "/")
