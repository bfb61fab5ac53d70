package scan

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// readings are encodings of a text that other programs decode.
var readings = map[string]func(string) string{
	"as it is": func(s string) string { return s },
	"form":     url.QueryEscape,
	"percent": func(s string) string {
		var out strings.Builder
		for i := range len(s) {
			fmt.Fprintf(&out, "%%%02x", s[i])
		}
		return out.String()
	},
	"JSON": func(s string) string { text, _ := json.Marshal(s); return string(text) },
	"JSON escapes": func(s string) string {
		var out strings.Builder
		for _, unit := range utf16.Encode([]rune(s)) {
			fmt.Fprintf(&out, `\u%04x`, unit)
		}
		return `{"a":"` + out.String() + `"}`
	},
	"YAML escapes": func(s string) string {
		var out strings.Builder
		for _, r := range s {
			fmt.Fprintf(&out, `\U%08X`, r)
		}
		return `"` + out.String() + `"`
	},
	"XML": func(s string) string {
		var out bytes.Buffer
		_ = xml.EscapeText(&out, []byte(s))
		return "<key>" + out.String() + "</key>"
	},
	"character references": func(s string) string {
		var out strings.Builder
		for _, r := range s {
			fmt.Fprintf(&out, "&#x%x;", r)
		}
		return out.String()
	},
	"base64":          func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"URL-safe base64": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"base64 in lines": func(s string) string {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("-", 60) + s + strings.Repeat("-", 60)))
		var out strings.Builder
		for line := range slices.Chunk([]byte(text), 76) {
			out.Write(line)
			out.WriteString("\r\n")
		}
		return out.String()
	},
	"hexadecimal": func(s string) string { return hex.EncodeToString([]byte(s)) },
	"UTF-16LE":    func(s string) string { return inUTF16(s, binary.LittleEndian) },
	"UTF-16BE":    func(s string) string { return inUTF16(s, binary.BigEndian) },
}

func inUTF16(s string, order binary.AppendByteOrder) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, unit)
	}
	return string(out)
}

var longSecrets = []string{
	"sk_test_abcdefghijkl", "local-client-secret", "twelve-chars", "pass word + 100% &<>\"'\\/", "pässwörd-geheim-ü", "密码密码密码密码密码",
	strings.Repeat("a very long secret ", 40), "5f0c6fd0faa39c2e5f0c6fd0faa39c2e5f0c6fd0faa39c2e5f0c6fd0faa39c2e",
}

func setOf(secrets ...string) *Set {
	var all []Secret
	for _, secret := range secrets {
		all = append(all, Of(secret)...)
	}
	return NewSet(all, true)
}

func holds(t testing.TB, s *Set, text string) bool {
	t.Helper()
	found, err := s.Holds([]byte(text), Body, Whole)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// takesBytes are the encodings of bytes, and not only of characters.
var takesBytes = map[string]bool{
	"as it is": true, "form": true, "percent": true, "base64": true, "URL-safe base64": true, "base64 in lines": true, "hexadecimal": true,
}

// TestEveryReading puts each secret into a text, in each encoding and in each pair of encodings.
func TestEveryReading(t *testing.T) {
	t.Parallel()
	set := setOf(longSecrets...)
	for name, once := range readings {
		for nameTwice, twice := range readings {
			t.Run(nameTwice+" of "+name, func(t *testing.T) {
				t.Parallel()
				random := rand.New(rand.NewPCG(1, 2))
				for _, secret := range longSecrets {
					if name == "hexadecimal" && nameTwice == "hexadecimal" || nameTwice == "hexadecimal" && name != "as it is" {
						continue // nothing else is decoded in hexadecimal digits
					}
					inner := once(secret)
					if (!utf8.ValidString(inner) || strings.IndexByte(inner, 0) >= 0) && !takesBytes[nameTwice] {
						continue // this encoding changes the secret
					}
					planted := twice(inner)
					for range 8 {
						around := prose(random, random.IntN(40))
						text := around + planted + prose(random, random.IntN(40))
						if !holds(t, set, text) {
							t.Fatalf("%q is not found in %q", secret, text)
						}
					}
				}
			})
		}
	}
}

// prose is text for before and after a secret. It does not end in the beginning of an escape.
func prose(random *rand.Rand, length int) string {
	const characters = "%\\&abc XYZ019.,;:-_/+=\"'{}[]()\n\t"
	text := make([]byte, length)
	for i := range text {
		text[i] = characters[random.IntN(len(characters))]
	}
	return strings.TrimRight(string(text), characters[:3])
}
