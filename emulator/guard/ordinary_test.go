package guard

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// dribble reads in pieces of random sizes.
type dribble struct {
	io.Reader
	random *rand.Rand
	most   int
}

func (d dribble) Read(p []byte) (int, error) {
	return d.Reader.Read(p[:min(len(p), 1+d.random.IntN(d.most))])
}

// TestScreenFinds puts secrets anywhere into large bodies that are sent and read in random pieces.
func TestScreenFinds(t *testing.T) {
	t.Parallel()
	secrets := []string{"long-local-secret", "sk_local_customer_with_more_to_it", "s3cr3t", strings.Repeat("verylong", 60)}
	set := setOf(secrets...)
	random := rand.New(rand.NewPCG(7, 7))
	percent := func(s string) (out string) {
		for i := range len(s) {
			out += fmt.Sprintf("%%%02X", s[i])
		}
		return out
	}
	escapes := func(s string) (out string) {
		for i := range len(s) {
			out += fmt.Sprintf(`\u%04X`, s[i])
		}
		return out
	}
	disguises := []func(string) string{
		func(s string) string { return s }, percent, escapes, url.QueryEscape,
		func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		func(s string) string { return hex.EncodeToString([]byte(s)) },
		func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(percent(s))) },
		func(s string) string { return percent(base64.StdEncoding.EncodeToString([]byte(s))) },
		func(s string) string { return escapes(percent(s)) },
	}
	fillers := []string{"word ", "abcdefghij", `{"a":1},`, "QUJD", "00ff", "\x01\x02\xff", "%41", `\u0041`}
	for range 150 {
		secret := secrets[random.IntN(len(secrets))]
		disguise := disguises[random.IntN(len(disguises))]
		if secret == "s3cr3t" {
			disguise = disguises[random.IntN(4)]
		}
		filler := fillers[random.IntN(len(fillers))]
		if secret == "s3cr3t" {
			filler = fillers[random.IntN(3)]
		}
		size := 200<<10 + random.IntN(100<<10)
		body := []byte(strings.Repeat(filler, size/len(filler)))
		planted := `"` + disguise(secret) + `"`
		boundary := (1 + random.IntN(3)) << 16
		at := boundary - random.IntN(len(planted)+40) + 20
		at = at / len(filler) * len(filler)
		body = append(append(append([]byte{}, body[:at]...), planted...), body[at:]...)
		r := httptest.NewRequest("POST", "/", dribble{bytes.NewReader(body), random, 1 + random.IntN(100_000)})
		Screen(set, r)
		sent, err := io.ReadAll(dribble{r.Body, random, 1 + random.IntN(50_000)})
		if err == nil || Found(r) == nil {
			t.Errorf("%q as %q among %q at %d of %d: %v, sent %d", secret, planted, filler, at, len(body), err, len(sent))
		}
		if bytes.Contains(sent, []byte(disguise(secret))) || !bytes.HasPrefix(body, sent) {
			t.Errorf("%q is sent", planted)
		}
		clean := []byte(strings.Repeat(filler, size/len(filler)))
		r = httptest.NewRequest("POST", "/", dribble{bytes.NewReader(clean), random, 1 + random.IntN(100_000)})
		Screen(set, r)
		if sent, err = io.ReadAll(dribble{r.Body, random, 50_000}); err != nil || !bytes.Equal(sent, clean) {
			t.Errorf("%q alone: %v, %d of %d", filler, err, len(sent), len(clean))
		}
	}
}

// TestOrdinaryMail has the body of a program that sends mail by an API: HTML, and an attachment of HTML in base64.
func TestOrdinaryMail(t *testing.T) {
	t.Parallel()
	set := setOf("long-local-secret")
	html := `<p class="x">Dear%20customer &amp; friend,<br>see <a href="https://example.com/a/b?c=%7B1%7D&amp;d=2">this</a> \ that&nbsp;\n</p>` + "\n"
	tracked := `<a href=\"https://x.example/c?u=https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc%2520d&amp;s=1\">x &amp;amp; y</a>` + `\\n`
	for name, unit := range map[string]string{"html": html, "tracked": tracked} {
		for _, count := range []int{300, 1000, 3000, 4500} {
			body, _ := json.Marshal(map[string]string{"html": strings.Repeat(unit, count), "attachment": base64.StdEncoding.EncodeToString([]byte(strings.Repeat(unit, count/2)))})
			if err := Content(set, "", body, nil); err != nil {
				t.Errorf("%s, %d bytes: %v", name, len(body), err)
			}
			r := httptest.NewRequest("POST", "/", bytes.NewReader(body))
			Screen(set, r)
			if _, err := io.Copy(io.Discard, struct{ io.Reader }{r.Body}); err != nil {
				t.Errorf("%s, %d bytes, as a stream: %v", name, len(body), err)
			}
		}
	}
}
