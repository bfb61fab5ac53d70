package requestlog

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/fixture/document"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/redact"
	"github.com/caddy-workos/caddy-workos/emulator/printable"
)

const (
	// maxShown is how many characters of a text from a client are shown.
	maxShown = 100
	// maxRead is the length of a path, in bytes, above which it is not looked into.
	maxRead = 16 << 10
)

// ShownMethod is the method, fit for a terminal and a log.
func (r Request) ShownMethod() string { return document.ShownMethod(r.Method) }

// ShownPath is the path, fit for a terminal and a log: without secrets, without control characters, and at most maxShown
// characters long.
//
// What is taken out: the secrets that are known, in every encoding; what has the form of a secret or stands in the place of one;
// and every segment that looks random without being one of WorkOS's ids, as the tokens of invitations and password resets do.
func (r Request) ShownPath() string {
	if len(r.Path) > maxRead {
		return fmt.Sprintf("(a path of %d bytes)", len(r.Path))
	}
	redactor := redact.New(redact.Options{Secrets: func() []redact.Known { return r.Secrets }})
	segments := strings.Split(plainMarkers(redactor.Path(r.Path)), "/")
	for i, segment := range segments {
		if segment != redact.Marker {
			segments[i] = shownSegment(redactor, r.Secrets, segment)
		}
	}
	return printable.Line(strings.Join(segments, "/"), maxShown)
}

// Detail is what else there is to say of the request in a few words: the error code of its answer, or that there is no fixture,
// and the client_id that it is about, which may be anything that a client has sent. It may be empty.
func (r Request) Detail() string {
	code := r.Code
	if r.Miss != "" {
		code = "fixture_not_found"
	}
	client := r.ClientID
	redactor := redact.New(redact.Options{Secrets: func() []redact.Known { return r.Secrets }})
	if knows(r.Secrets, client) || redactor.Text(redact.Request, client) != client {
		client = redact.Marker
	}
	return printable.Line(strings.TrimSpace(code+" "+client), maxShown)
}

// tagged is a marker with a tag.
var tagged = regexp.MustCompile(`\[redacted:[0-9a-f]+\]`)

// plainMarkers takes the tags out of markers: without a salt, a tag tells a guess right from wrong.
func plainMarkers(path string) string { return tagged.ReplaceAllLiteralString(path, redact.Marker) }

// shownSegment returns a segment of a path, or the marker in its place.
func shownSegment(redactor *redact.Redactor, secrets []redact.Known, segment string) string {
	plain, err := url.PathUnescape(segment)
	switch {
	case err != nil, escapedAlnum.MatchString(segment):
		return redact.Marker
	case looksRandom(plain), knows(secrets, plain), redactor.Text(redact.Request, plain) != plain:
		return redact.Marker
	}
	return segment
}

// escapedAlnum is an escaped letter or digit, or an escape that is escaped again. No client of WorkOS's writes that, and what is
// written so is not looked into.
var escapedAlnum = regexp.MustCompile(`%(3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|25)`)

// knows tells whether a value or one of its words is a secret, however short it is.
func knows(secrets []redact.Known, value string) bool {
	return slices.ContainsFunc(secrets, func(known redact.Known) bool {
		return known.Set.Knows(value) || slices.ContainsFunc(separators.Split(value, -1), known.Set.Knows)
	})
}

// values are what stands between the signs of a text about a request.
var values = regexp.MustCompile(`[^/?&=:;,|'"\s]+`)

// WithoutKnown takes out of a text about a request what the rules of fixtures, by which it was redacted, leave in it: secrets
// that are known and short, and what a client has escaped so that it is not looked into.
func WithoutKnown(text string, secrets []redact.Known) string {
	return values.ReplaceAllStringFunc(text, func(value string) string {
		plain, err := url.QueryUnescape(value)
		if escapedAlnum.MatchString(value) || knows(secrets, value) || err == nil && knows(secrets, plain) {
			return redact.Marker
		}
		return value
	})
}

var (
	// workosID is the form of WorkOS's ids: what it is of, and a ULID.
	workosID = regexp.MustCompile(`^([a-z]+_){1,5}[0-9A-HJKMNP-TV-Z]{26}$`)
	// separators stand between the words of a name.
	separators = regexp.MustCompile(`[-_.~:@+ ]+`)
	// ordinary is a word or a number as people write them, such as "organizations", "Acme", "v2" or "2026".
	ordinary = regexp.MustCompile(`^([A-Za-z]?[a-z]{0,19}|[A-Z]{1,12})[0-9]{0,8}$`)
	// pair are the characters that stand between names and values.
	pair = regexp.MustCompile(`[=:;,&|]`)
)

const (
	// short is the length below which a segment is shown unless it is known to be a secret, as in package scan.
	short = 12
	// maxWords is how many words a name has.
	maxWords = 8
)

// looksRandom tells whether a segment may be a secret by its looks: it is long, is none of WorkOS's ids, and is not made of words.
// One short part may be anything else, as in client_01ENVIRONMENT.
func looksRandom(segment string) bool {
	if len(segment) < short || workosID.MatchString(segment) {
		return false
	}
	if pair.MatchString(segment) {
		return true
	}
	odd := 0
	parts := separators.Split(segment, -1)
	for _, part := range parts {
		if !ordinary.MatchString(part) {
			odd += 1 + len(part)/short
		}
	}
	return odd > 1 || len(parts) > maxWords
}
