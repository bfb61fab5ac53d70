package integration

import (
	"bytes"
	"compress/gzip"
	"encoding/base32"
	"encoding/base64"
	byteorder "encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"mime/quotedprintable"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// encodings are the readings in which a secret is looked for: what JSON, URLs, forms, HTML, mail and dumps make of a text.
var encodings = map[string]func(string) string{
	"raw":                         func(s string) string { return s },
	"percent, of what needs it":   url.QueryEscape,
	"percent, of a path":          url.PathEscape,
	"percent, all, upper case":    func(s string) string { return each(s, "%%%02X") },
	"percent, all, lower case":    func(s string) string { return each(s, "%%%02x") },
	"percent twice":               func(s string) string { return url.QueryEscape(each(s, "%%%02X")) },
	"percent of percent":          func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
	"JSON":                        inJSON,
	"JSON in JSON":                func(s string) string { return inJSON(inJSON(s)) },
	`JSON, all as \u`:             func(s string) string { return eachUnit(s, `\u%04x`) },
	`JSON, all as \U upper case`:  func(s string) string { return eachUnit(s, `\u%04X`) },
	"backslash x":                 func(s string) string { return each(s, `\x%02x`) },
	"octal":                       func(s string) string { return each(s, `\%03o`) },
	"base64, first alignment":     func(s string) string { return inBase64(s, 0, base64.StdEncoding) },
	"base64, second alignment":    func(s string) string { return inBase64(s, 1, base64.StdEncoding) },
	"base64, third alignment":     func(s string) string { return inBase64(s, 2, base64.StdEncoding) },
	"base64url, first alignment":  func(s string) string { return inBase64(s, 0, base64.URLEncoding) },
	"base64url, second alignment": func(s string) string { return inBase64(s, 1, base64.URLEncoding) },
	"base64url, third alignment":  func(s string) string { return inBase64(s, 2, base64.URLEncoding) },
	"base64 twice": func(s string) string {
		return inBase64(base64.StdEncoding.EncodeToString([]byte(s)), 0, base64.StdEncoding)
	},
	"base32":                   func(s string) string { return strings.TrimRight(base32.StdEncoding.EncodeToString([]byte(s)), "=") },
	"hex":                      func(s string) string { return hex.EncodeToString([]byte(s)) },
	"hex, upper case":          func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
	"upper case":               strings.ToUpper,
	"lower case":               strings.ToLower,
	"reversed":                 reversed,
	"UTF-16, little endian":    func(s string) string { return inUTF16(s, byteorder.LittleEndian) },
	"UTF-16, big endian":       func(s string) string { return inUTF16(s, byteorder.BigEndian) },
	"HTML":                     html.EscapeString,
	"HTML, decimal references": func(s string) string { return each(s, "&#%d;") },
	"HTML, hex references":     func(s string) string { return each(s, "&#x%x;") },
	"quoted-printable":         quotedPrintable,
	"quoted-printable, all":    func(s string) string { return each(s, "=%02X") },
}

func each(s, format string) string {
	var made []byte
	for _, c := range []byte(s) {
		made = fmt.Appendf(made, format, c)
	}
	return string(made)
}

func eachUnit(s, format string) string {
	var made []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		made = fmt.Appendf(made, format, unit)
	}
	return string(made)
}

func inJSON(s string) string {
	text, _ := json.Marshal(s)
	return string(text[1 : len(text)-1])
}

// inBase64 is what base64 makes of a secret behind some bytes, without the digits that depend on what stands around it.
func inBase64(s string, before int, encoding *base64.Encoding) string {
	text := encoding.EncodeToString([]byte(strings.Repeat("x", before) + s))
	from := 0
	if before > 0 {
		from = 4
	}
	end := (before + len(s)) / 3 * 4
	return text[from:max(from, end)]
}

func inUTF16(s string, order byteorder.AppendByteOrder) string {
	var made []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		made = order.AppendUint16(made, unit)
	}
	return string(made)
}

func quotedPrintable(s string) string {
	var made strings.Builder
	w := quotedprintable.NewWriter(&made)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return made.String()
}

func reversed(s string) string {
	made := []byte(s)
	slices.Reverse(made)
	return string(made)
}

// piece is how much of a secret must not be found: less of it could be there by chance.
const piece = 12

// searcher finds pieces of many secrets, in any encoding, in one pass over a text.
type searcher struct {
	begin  []bool                 // by the beginning of a piece, see beginning: whether there is one
	pieces map[[piece]byte]string // what was found, in words
	codes  map[string]bool        // secrets that are shorter
}

// beginning is a number of 20 bits for the first four bytes of a piece.
func beginning(text string) uint32 {
	return (uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | uint32(text[3])<<24) * 2654435761 >> 12
}

// searchFor prepares to look for secrets.
func searchFor(secrets []string) *searcher {
	s := &searcher{make([]bool, 1<<20), map[[piece]byte]string{}, map[string]bool{}}
	for _, secret := range secrets {
		if len(secret) < piece {
			s.codes[secret] = true
			continue
		}
		for name, encode := range encodings {
			text, what := encode(secret), name+" of "+secret
			step := max(1, len(text)-piece) // the beginning and the end
			if name == "raw" {
				step = 1
			}
			for at := 0; at+piece <= len(text); at += step {
				s.begin[beginning(text[at:])] = true
				s.pieces[[piece]byte([]byte(text[at:at+piece]))] = what
			}
		}
	}
	return s
}

// digitRun is a number that stands for itself.
var digitRun = regexp.MustCompile(`(^|[^0-9A-Za-z.+-])([0-9]{6})($|[^0-9A-Za-z.+-])`)

// in tells what of the secrets a text holds, also in what its base64 hides.
func (s *searcher) in(text string) (found []string) {
	for _, reading := range append([]string{text}, hidden(text)...) {
		for at := 0; at+piece <= len(reading); at++ {
			if !s.begin[beginning(reading[at:])] {
				continue
			}
			if name, is := s.pieces[[piece]byte([]byte(reading[at:at+piece]))]; is && !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	for _, run := range digitRun.FindAllStringSubmatch(text, -1) {
		if s.codes[run[2]] {
			found = append(found, "the code "+run[2])
		}
	}
	return found
}

// hidden decodes what looks like base64 in a text, and undoes gzip.
func hidden(text string) (readings []string) {
	for _, run := range base64Run.FindAllString(text, -1) {
		part := strings.NewReplacer("-", "+", "_", "/").Replace(run)
		decoded, _ := base64.RawStdEncoding.DecodeString(part[:len(part)/4*4])
		if unpacked, err := gzip.NewReader(bytes.NewReader(decoded)); err == nil {
			inside, _ := io.ReadAll(unpacked)
			decoded = append(decoded, inside...)
		}
		readings = append(readings, string(decoded))
	}
	return readings
}

// TestSearcherFindsEachEncoding holds that the search is worth something.
func TestSearcherFindsEachEncoding(t *testing.T) {
	t.Parallel()
	if len(encodings) < 20 {
		t.Errorf("there are only %d encodings", len(encodings))
	}
	p := newPlanted(nil)
	secret := p.password().(string)
	s := searchFor(append(p.all(), "482913"))
	for name, encode := range encodings {
		if found := s.in("before " + encode(secret) + " after"); len(found) == 0 {
			t.Errorf("%s: it is not found in %q", name, encode(secret))
		}
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, secret)
	z.Close()
	if found := s.in(`{"[base64]":"` + base64.StdEncoding.EncodeToString(packed.Bytes()) + `"}`); len(found) == 0 {
		t.Error("it is not found in gzip")
	}
	if found := s.in(`{"code":"482913"}`); len(found) != 1 {
		t.Errorf("a code of six digits is found %v", found)
	}
	if found := s.in(`{"at":"2026-01-15T12:00:00.482913Z","n":4829131,"h":"a482913"}`); len(found) != 0 {
		t.Errorf("what is no code is taken for one: %v", found)
	}
}
