package scan

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
)

// TestThreeReadings nests three encodings.
func TestThreeReadings(t *testing.T) {
	t.Parallel()
	set := setOf(longSecrets...)
	// one of each kind but hexadecimal digits, in which nothing else is decoded
	names := []string{"form", "percent", "JSON", "JSON escapes", "XML", "character references", "base64", "URL-safe base64", "base64 in lines", "UTF-16LE", "UTF-16BE"}
	missed := map[string]int{}
	var walk func(text, how string, depth int, secret string)
	total := 0
	walk = func(text, how string, depth int, secret string) {
		if depth > 0 {
			total++
			for _, around := range []string{"%s", "text %s more", "aXb%s"} {
				if found, err := set.Holds([]byte(fmt.Sprintf(around, text)), Body, Whole); !found || err != nil {
					missed[fmt.Sprintf("%s (%v) in %s", how, err, around)]++
					if len(missed) < 40 {
						t.Logf("%q as %s in %q: %v", secret, how, around, err)
					}
				}
			}
		}
		if depth == 3 {
			return
		}
		for _, name := range names {
			if (!utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0) && !takesBytes[name] {
				continue
			}
			if len(text) > 20_000 {
				continue
			}
			walk(readings[name](text), name+" of "+how, depth+1, secret)
		}
	}
	for _, secret := range longSecrets {
		if len(secret) > 100 {
			continue
		}
		walk(secret, "it", 0, secret)
	}
	var all []string
	for how, count := range missed {
		all = append(all, fmt.Sprintf("%d × %s", count, how))
	}
	slices.Sort(all)
	if len(all) > 0 {
		t.Errorf("%d of %d: %d kinds", len(missed), total, len(all))
	}
}

// TestShortSecretsBehindBinary checks that short secrets are found in text after binary data.
func TestShortSecretsBehindBinary(t *testing.T) {
	t.Parallel()
	set := setOf("s3cr3t")
	for name, text := range map[string]string{
		"multipart behind a file": "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n\x89PNG\x01\x02\r\n--b\r\nContent-Disposition: form-data; name=\"client_secret\"\r\n\r\ns3cr3t\r\n--b--\r\n",
		"percent":                 "a=%01&client_secret=%733cr3t",
		"percent, raw secret":     "a=%01&client_secret=s3cr3t",
		"form with DEL":           "a=\x7f&client_secret=s3cr3t",
	} {
		if found, err := set.Holds([]byte(text), Body, Whole); !found || err != nil {
			t.Errorf("%s: %v %v", name, found, err)
		}
	}
}

// TestShortSecretsInOtherSyntaxes has values in other syntaxes.
func TestShortSecretsInOtherSyntaxes(t *testing.T) {
	t.Parallel()
	set := setOf("s3cr3t")
	for name, text := range map[string]string{
		"URL with a password": `{"redirect_uri":"https://user:s3cr3t@example.com/"}`,
		"Bearer in JSON":      `{"authorization":"Bearer s3cr3t"}`,
		"Basic in JSON":       `{"authorization":"Basic ` + base64.StdEncoding.EncodeToString([]byte("client:s3cr3t")) + `"}`,
		"base64 in JSON":      `{"client_secret":"` + base64.StdEncoding.EncodeToString([]byte("s3cr3t")) + `"}`,
		"multipart in base64": "--b\r\nContent-Disposition: form-data; name=\"client_secret\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte("s3cr3t")) + "\r\n--b--\r\n",
		"JSON of JSON":        `{"a":"{\"client_secret\":\"s3cr3t\"}"}`,
		"YAML":                "client_secret: s3cr3t\n",
		"Markdown code":       "`s3cr3t`",
		"XML attribute":       `<a secret='s3cr3t'/>`,
		"the last of a text":  "client_secret=s3cr3t\n",
		"UTF-8 BOM":           "\ufeffs3cr3t",
	} {
		if found, err := set.Holds([]byte(text), Body, Whole); !found || err != nil {
			t.Errorf("%s: %v %v", name, found, err)
		}
	}
}

// TestReadingsOnTopOfEachOther nests the documented encodings.
func TestReadingsOnTopOfEachOther(t *testing.T) {
	t.Parallel()
	wrapped := func(text string, width int) string {
		var lines []string
		for line := range slices.Chunk([]byte(text), width) {
			lines = append(lines, string(line))
		}
		return strings.Join(lines, "\n")
	}
	b64 := base64.StdEncoding.EncodeToString
	for name, test := range map[string]struct{ secret, text string }{
		"UTF-16 of mixed scripts in base64":       {"pass пароль 12345", b64([]byte(readings["UTF-16LE"]("pass пароль 12345")))},
		"hexadecimal of percent":                  {"sk_test_abcdefghijkl", hex.EncodeToString([]byte(readings["percent"]("sk_test_abcdefghijkl")))},
		"hexadecimal of base64":                   {"sk_test_abcdefghijkl", hex.EncodeToString([]byte(b64([]byte("sk_test_abcdefghijkl"))))},
		"hexadecimal of hexadecimal":              {"sk_test_abcdefghijkl", hex.EncodeToString([]byte(hex.EncodeToString([]byte("sk_test_abcdefghijkl"))))},
		"hexadecimal of UTF-16":                   {"sk_test_abcdefghijkl", hex.EncodeToString([]byte(readings["UTF-16LE"]("sk_test_abcdefghijkl")))},
		"character references with leading zeros": {"sk_test_abcdefghijkl", "sk_test_abcdefghijk&#x00000000006c;"},
		"base64 in lines with leading spaces":     {"sk_test_abcdefghijkl", "data: |\n  " + strings.ReplaceAll(wrapped(b64([]byte("a text before it, sk_test_abcdefghijkl")), 36), "\n", "\n  ")},
		"base64 in JSON with escaped line breaks": {"sk_test_abcdefghijkl", `"` + strings.ReplaceAll(wrapped(b64([]byte("a text before it, sk_test_abcdefghijkl")), 36), "\n", `\n`) + `"`},
		"base64 in percent-encoded lines":         {"sk_test_abcdefghijkl", strings.ReplaceAll(wrapped(b64([]byte("a text before it, sk_test_abcdefghijkl")), 36), "\n", "%0D%0A")},
		"UTF-16 of base64":                        {"sk_test_abcdefghijkl", readings["UTF-16LE"](b64([]byte("sk_test_abcdefghijkl")))},
		"UTF-16 in lines of base64":               {"sk_test_abcdefghijkl", wrapped(b64([]byte(readings["UTF-16BE"]("sk_test_abcdefghijkl"))), 20)},
		"JSON, a slash":                           {"sk_test_abc/defghijkl", `"sk_test_abc\/defghijkl"`},
	} {
		if found, err := setOf(test.secret).Holds([]byte(test.text), Body, Whole); !found || err != nil {
			t.Errorf("%s: %v %v", name, found, err)
		}
	}
}

// TestOrdinaryTextsAreNotTooDeep checks that texts of ordinary programs do not fail with ErrTooDeep.
func TestOrdinaryTextsAreNotTooDeep(t *testing.T) {
	t.Parallel()
	set := setOf(longSecrets...)
	short := setOf(append(slices.Clone(longSecrets), "test")...)
	html := `<p class="x">Dear%20customer &amp; friend,<br>see <a href="https://example.com/a/b?c=%7B1%7D&amp;d=2">this</a> \ that&nbsp;\n</p>` + "\n"
	mail, _ := json.Marshal(map[string]string{"html": strings.Repeat(html, 1200), "raw": base64.StdEncoding.EncodeToString([]byte(strings.Repeat(html, 600)))})
	twice, _ := json.Marshal(string(mail))
	thrice, _ := json.Marshal(string(twice))
	inBase64 := base64.StdEncoding.EncodeToString(mail)
	b64b64 := base64.StdEncoding.EncodeToString([]byte(inBase64))
	smaller, _ := json.Marshal(map[string]string{"html": strings.Repeat(html, 400), "raw": base64.StdEncoding.EncodeToString([]byte(strings.Repeat(html, 200)))})
	plain, _ := json.Marshal(map[string]string{"html": strings.Repeat(html, 1000)})
	chat := `{"text":"see https://example.com/a%20b?c=1&amp;d=2 or C:\\Users\\x
"},`
	for name, text := range map[string]string{
		"small mail": string(smaller), "HTML in JSON": string(plain), "chat": "[" + strings.Repeat(chat, 3000) + "0]",
		"Windows paths": "[" + strings.Repeat(`"C:\Program Files\x%20y\a&amp;b",`, 5000) + "0]",
		"mail":          string(mail), "mail in JSON": string(twice), "twice": string(thrice), "in base64": inBase64, "twice in base64": b64b64,
		"form of mail":  readings["form"](string(mail)),
		"form of twice": readings["form"](string(twice)),
		"SVG":           `{"a":"data:image/svg+xml;base64,` + base64.StdEncoding.EncodeToString([]byte(strings.Repeat(`<path d="M10 10%20&amp;\n"/>`, 15000))) + `"}`,
	} {
		for kind, s := range map[string]*Set{"": set, " with short": short} {
			if found, err := s.Holds([]byte(text), Body, Whole); found || err != nil {
				t.Errorf("%s%s (%d bytes): %v %v", name, kind, len(text), found, err)
			}
		}
	}
}

// TestTextFullOfMarks checks that the text around marks is not decoded again for each mark.
func TestTextFullOfMarks(t *testing.T) {
	set := setOf(strings.Repeat("long", 250))
	text := strings.Repeat(credential.Mark, 64<<10/len(credential.Mark))
	for name, encoded := range map[string]string{
		"hexadecimal": hex.EncodeToString([]byte(text))[:64<<10], "base64": base64.StdEncoding.EncodeToString([]byte(text))[:64<<10],
	} {
		f := &finder{}
		f.begin(set, Body, len(encoded))
		before := f.work
		if f.read(piece{text: []byte(encoded), part: Whole}, maxDepth, false) || f.exhausted {
			t.Errorf("%s: a secret is found, or it is too deep", name)
		}
		if work := before - f.work; work > 8*len(encoded) {
			t.Errorf("%s: %d bytes were looked at for %d", name, work, len(encoded))
		}
	}
}
