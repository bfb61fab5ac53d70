package guard

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

// Finding is the error of a request that contains a local secret. It is answered with the 403 `local_secret`. It names the place, and
// never the secret.
type Finding struct {
	Place string // such as `header X-Api-Key`, `path`, `query` or `body`
}

// Error names the place.
func (f *Finding) Error() string { return "a local secret stands in the " + f.Place }

// UnreadableError is the error of a request that cannot be decoded, so that it may contain a local secret. It is answered with the
// 400 `unreadable_body`.
type UnreadableError struct {
	Place string // as in Finding
	Why   error
}

// Error names the place and the reason.
func (e *UnreadableError) Error() string {
	return fmt.Sprintf("the %s cannot be read: %v", e.Place, e.Why)
}

// Unwrap returns the reason.
func (e *UnreadableError) Unwrap() error { return e.Why }

// Head scans a request without its body: method, URL, header and announced trailers. The error is a *[Finding] or an
// *[UnreadableError].
func Head(set *scan.Set, r *http.Request) error {
	look := scanner{set}
	if !look.mayHold(r) {
		return look.credentials("header", r.Header)
	}
	if err := look.at("method", r.Method, scan.Header); err != nil {
		return err
	}
	if err := look.at("path", r.URL.EscapedPath(), scan.Body); err != nil {
		return err
	}
	if err := look.at("query", r.URL.RawQuery, scan.Body); err != nil {
		return err
	}
	if err := look.at("target", r.URL.Opaque, scan.Body); err != nil {
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
	if err := look.fields("header", r.Header); err != nil {
		return err
	}
	if err := look.fields("trailer", r.Trailer); err != nil { // the header announces their names
		return err
	}
	return look.credentials("header", r.Header)
}

// heads are buffers for [scanner.mayHold].
var heads = sync.Pool{New: func() any { b := make([]byte, 0, 4<<10); return &b }}

// mayHold scans all parts at once, joined by line breaks. This is faster than to scan each part. Where it finds something, the parts
// are scanned one by one, to name the place.
func (l scanner) mayHold(r *http.Request) bool {
	buffer := heads.Get().(*[]byte)
	defer heads.Put(buffer)
	text := append(append((*buffer)[:0], r.Method...), '\n')
	text = append(append(text, r.URL.EscapedPath()...), '\n')
	text = append(append(text, r.URL.RawQuery...), '\n')
	text = append(append(text, r.Host...), '\n')
	text = append(append(text, r.URL.Opaque...), '\n')
	if r.URL.User != nil {
		text = append(append(text, r.URL.User.String()...), '\n')
	}
	text = appendFields(appendFields(text, r.Header), r.Trailer)
	*buffer = text
	found, err := l.set.Holds(text, scan.Header, scan.Whole)
	return found || err != nil
}

func appendFields(text []byte, fields http.Header) []byte {
	for name, values := range fields {
		if !usual[name] {
			text = append(append(text, name...), '\n')
			for i := range len(name) {
				text = append(text, lower(name[i]))
			}
			text = append(text, '\n')
		}
		for _, value := range values {
			text = append(append(text, value...), '\n')
		}
	}
	return text
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// scanner scans the parts of a request.
type scanner struct{ set *scan.Set }

// at scans one value. The place is for the error.
func (l scanner) at(place, value string, kind scan.Kind) error {
	return l.result(place, func() (bool, error) { return l.set.Holds(bytesOf(value), kind, scan.Whole) })
}

// result turns the result of a scan into an error.
func (scanner) result(place string, look func() (bool, error)) error {
	found, err := look()
	switch {
	case err != nil:
		return &UnreadableError{place, err}
	case found:
		return &Finding{place}
	}
	return nil
}

// bytesOf returns the bytes of a text without a copy. They must not be changed.
func bytesOf(text string) []byte { return unsafe.Slice(unsafe.StringData(text), len(text)) }

// usual are the header fields whose names are not scanned: they are not secrets, and most requests have them.
var usual = map[string]bool{
	"Accept": true, "Accept-Encoding": true, "Accept-Language": true, "Authorization": true, "Cache-Control": true,
	"Connection": true, "Content-Length": true, "Content-Type": true, "Cookie": true, "Date": true, "Forwarded": true,
	"Idempotency-Key": true, "Origin": true, "Referer": true, "User-Agent": true, "X-Forwarded-For": true,
	"X-Forwarded-Host": true, "X-Forwarded-Proto": true, "X-Request-Id": true,
}

// fields scans the names and values of header fields or trailers.
func (l scanner) fields(kind string, fields http.Header) error {
	for name, values := range fields {
		place := kind + " " + name
		if !usual[name] {
			// net/http has changed the case of the name.
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
		}
	}
	return nil
}

// plain are the header fields that have no credentials.
var plain = map[string]bool{
	"Accept": true, "Accept-Encoding": true, "Accept-Language": true, "Cache-Control": true, "Connection": true,
	"Content-Length": true, "Content-Type": true, "Date": true, "User-Agent": true, "X-Request-Id": true,
}

// trailers scans the trailers of a request, which are known once its body has been read.
func (l scanner) trailers(trailer http.Header) error {
	if err := l.fields("trailer", trailer); err != nil {
		return err
	}
	return l.credentials("trailer", trailer)
}

// credentials decodes each word of a header that is base64 as a whole, as in HTTP Basic, and scans it for short secrets. Elsewhere,
// short secrets are not looked for in base64.
func (l scanner) credentials(kind string, h http.Header) error {
	if !l.set.HasShort() {
		return nil
	}
	for name, values := range h {
		if plain[name] {
			continue
		}
		for _, value := range values {
			for rest := value; rest != ""; {
				start := strings.IndexFunc(rest, isBase64)
				if start < 0 {
					break
				}
				rest = rest[start:]
				word := rest
				if end := strings.IndexFunc(rest, isNoBase64); end >= 0 {
					word, rest = rest[:end], rest[end:]
				} else {
					rest = ""
				}
				if err := l.word(kind+" "+name, word); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (l scanner) word(place, word string) error {
	buffer := heads.Get().(*[]byte)
	defer heads.Put(buffer)
	*buffer = slices.Grow((*buffer)[:0], len(word))
	decoded := (*buffer)[:len(word)]
	encoding := base64.RawURLEncoding
	if strings.ContainsAny(word, "+/") {
		encoding = base64.RawStdEncoding
	}
	n, err := encoding.Decode(decoded, bytesOf(word))
	if err != nil || n == 0 {
		return nil
	}
	found, err := l.set.Holds(decoded[:n], scan.Body, scan.Whole)
	if found || err != nil {
		return l.result(place, func() (bool, error) { return found, err })
	}
	return nil
}

func isBase64(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '+' || r == '-' || r == '/' || r == '_'
}

func isNoBase64(r rune) bool { return !isBase64(r) }
