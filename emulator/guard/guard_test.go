package guard

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

const (
	long  = "sk_test_of_a_customer"
	short = "sk_b"
)

func seeded(secrets ...string) *Secrets {
	s := &Secrets{}
	var all []scan.Secret
	for _, secret := range secrets {
		all = append(all, scan.Of(secret)...)
	}
	s.Seed(all)
	return s
}

// requestOf returns a request that the guard finds nothing in.
func requestOf(change func(*http.Request)) *http.Request {
	r := httptest.NewRequest("POST", "http://auth.example.com/user_management/users?limit=10", nil)
	r.Header = http.Header{
		"Accept": {"application/json"}, "Content-Type": {"application/json"}, "User-Agent": {"workos-node/7.0.0 (linux)"},
		"Authorization": {"Bearer sk_live_somebody_elses"}, "X-Request-Id": {"0c6e6a1e-7b0c-4a6b-9e34-0f5a4f1c2d3e"},
	}
	if change != nil {
		change(r)
	}
	return r
}

// TestHeadFindsSecretsInEachPlace has all places of a head, and checks the place of the Finding.
func TestHeadFindsSecretsInEachPlace(t *testing.T) {
	t.Parallel()
	set := seeded(long, short).Set()
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header[http.CanonicalHeaderKey(name)] = []string{value} }
	}
	for _, secret := range []string{long, short} {
		for name, test := range map[string]struct {
			change func(*http.Request)
			place  string
		}{
			"nothing":          {nil, ""},
			"method":           {func(r *http.Request) { r.Method = secret }, "method"},
			"path":             {func(r *http.Request) { r.URL.Path = "/v/" + secret }, "path"},
			"path, parameters": {func(r *http.Request) { r.URL.Path = "/v/" + secret + ";a=b" }, "path"},
			"path, escaped": {func(r *http.Request) {
				r.URL.Path, r.URL.RawPath = "/v/"+secret, "/v/"+strings.ReplaceAll(secret, "s", "%73")
			}, "path"},
			"query":                {func(r *http.Request) { r.URL.RawQuery = "x=" + secret }, "query"},
			"query, name":          {func(r *http.Request) { r.URL.RawQuery = secret + "=x" }, "query"},
			"query, twice escaped": {func(r *http.Request) { r.URL.RawQuery = "x=" + url.QueryEscape(strings.ReplaceAll(secret, "_", "%5F")) }, "query"},
			"query, line break":    {func(r *http.Request) { r.URL.RawQuery = "x=" + secret + "%0A" }, "query"},
			"query, not escaped":   {func(r *http.Request) { r.URL.RawQuery = "%zz&x=" + secret }, "query"},
			"user":                 {func(r *http.Request) { r.URL.User = url.UserPassword("u", secret) }, "user of the URL"},
			"host":                 {func(r *http.Request) { r.Host = secret }, "header Host"},
			"Bearer":               {header("Authorization", "Bearer "+secret), "header Authorization"},
			"Bearer, tab":          {header("Authorization", "Bearer\t"+secret), "header Authorization"},
			"Bearer, quotes":       {header("Authorization", `Bearer "`+secret+`"`), "header Authorization"},
			"Token":                {header("Authorization", `Token token="`+secret+`"`), "header Authorization"},
			"bare":                 {header("Authorization", secret), "header Authorization"},
			"Basic, password":      {header("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("user:"+secret))), "header Authorization"},
			"Basic, user":          {header("Authorization", "basic "+base64.RawURLEncoding.EncodeToString([]byte(secret+":"))), "header Authorization"},
			"Basic, encoded":       {header("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("user:"+strings.ReplaceAll(secret, "_", "%5f")))), "header Authorization"},
			"proxy":                {header("Proxy-Authorization", "Bearer "+secret), "header Proxy-Authorization"},
			"key":                  {header("X-Api-Key", secret), "header X-Api-Key"},
			"cookie":               {header("Cookie", "a=b; key="+secret+"; c=d"), "header Cookie"},
			"referer":              {header("Referer", "https://example.com/?key="+secret), "header Referer"},
			"second value":         {func(r *http.Request) { r.Header["X-Api-Key"] = []string{"a", secret} }, "header X-Api-Key"},
			"name":                 {header(secret, "x"), "name of a header"},
		} {
			err := Head(set, requestOf(test.change))
			var finding *Finding
			if place := ""; errors.As(err, &finding) {
				place = finding.Place
				if place != test.place {
					t.Errorf("%s, %s: it is found in the %s", secret, name, place)
				}
			} else if err != nil || test.place != "" {
				t.Errorf("%s, %s: %v", secret, name, err)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("the error shows it: %v", err)
			}
		}
	}
}

var encoders = map[string]func(io.Writer) io.WriteCloser{
	"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
	"br":      func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
	"zstd":    func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z },
}

func encode(coding, text string) string {
	var out bytes.Buffer
	w := encoders[coding](&out)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return out.String()
}

// TestContentFindsSecrets has bodies of each type, and bodies that do not have the declared type.
func TestContentFindsSecrets(t *testing.T) {
	t.Parallel()
	set := seeded(long, short).Set()
	for _, secret := range []string{long, short} {
		for name, body := range map[string]string{
			"JSON": `{"client_secret":"` + secret + `"}`, "JSON, byte order mark": "\xef\xbb\xbf" + `{"a":"` + secret + `"}`,
			"JSON, NaN": `{"a":NaN,"b":"` + secret + `"}`, "JSON, comment": `{/* */"a":"` + secret + `"}`, "JSON, cut off": `{"a":"` + secret + `"`,
			"JSON, escapes": `{"a":"` + strings.ReplaceAll(secret, "_", `\u005f`) + `"}`, "JSON in JSON": `{"a":"{\"b\":\"` + secret + `\"}"}`,
			"JSON lines": "{}\n{\"a\":\"" + secret + "\"}\n{}", "JSON, twice a member": `{"a":"` + secret + `","a":"b"}`,
			"form": "a=b&client_secret=" + secret, "form, line break": "client_secret=" + secret + "\n", "form, bad escape": "a=%zz&b=" + secret,
			"form, escapes": "a=" + strings.ReplaceAll(secret, "_", "%5F"), "text": secret, "XML": "<a><b>" + secret + "</b></a>",
			"XML, attribute": `<a b='` + secret + `'/>`, "YAML": "a:\n  b: " + secret + "\n", "CSV": "a,b\nc," + secret + "\n",
			"multipart": "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + secret + "\r\n--x--\r\n",
			"UTF-16":    utf16(secret), "URL": `{"a":"https://example.com/?key=` + secret + `"}`,
		} {
			if err := Content(set, "", []byte(body), nil); !errors.As(err, new(*Finding)) {
				t.Errorf("%s, %s: %v", secret, name, err)
			}
			if err := Content(seeded("another-secret", "other").Set(), "", []byte(body), nil); err != nil {
				t.Errorf("%s, %s: another secret's set: %v", secret, name, err)
			}
			for coding := range encoders {
				for header, encoded := range map[string]string{coding: encode(coding, body), "gzip, " + coding: encode(coding, encode("gzip", body))} {
					if err := Content(set, header, []byte(encoded), nil); !errors.As(err, new(*Finding)) {
						t.Errorf("%s, %s, %s: %v", secret, name, header, err)
					}
				}
			}
		}
		if err := Content(set, "", []byte("{}"), http.Header{"X-Checksum": {secret}}); err == nil || !strings.Contains(err.Error(), "trailer X-Checksum") {
			t.Errorf("%s in a trailer: %v", secret, err)
		}
	}
	prose := "see " + long + " in the log"
	for _, body := range []string{prose, "prefix" + long + "suffix", base64.StdEncoding.EncodeToString([]byte(prose)), `{"a":"Bearer ` + long + `"}`} {
		if err := Content(set, "", []byte(body), nil); !errors.As(err, new(*Finding)) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func utf16(text string) string {
	var out strings.Builder
	for i := range len(text) {
		out.WriteByte(text[i])
		out.WriteByte(0)
	}
	return out.String()
}

// TestContentThatCannotBeRead checks that bodies that cannot be decoded are refused.
func TestContentThatCannotBeRead(t *testing.T) {
	t.Parallel()
	set := seeded(long).Set()
	good := encode("gzip", "nothing secret")
	bomb := encode("gzip", strings.Repeat("0", 2*maxEncoded))
	for name, test := range map[string]struct{ coding, body string }{
		"unknown coding": {"compress", "x"}, "no gzip": {"gzip", "x"}, "cut off": {"gzip", good[:len(good)-1]},
		"more behind": {"gzip", good + "x"}, "wrong order": {"gzip, br", encode("gzip", encode("br", "x"))},
		"expands": {"gzip", bomb}, "nested bomb": {"gzip, gzip", encode("gzip", bomb)},
		"too many codings": {"gzip,gzip,gzip,gzip,gzip", "x"},
	} {
		if err := Content(set, test.coding, []byte(test.body), nil); !errors.As(err, new(*UnreadableError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for coding, body := range map[string]string{"gzip": good, "identity": "x", "": "x", "br": ""} {
		if err := Content(set, coding, []byte(body), nil); err != nil {
			t.Errorf("%q of %q: %v", coding, body, err)
		}
	}
	r := requestOf(func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(strings.Repeat("x", maxEncoded+1))) })
	if err := Encoded(set, "gzip", r); !errors.As(err, new(*UnreadableError)) {
		t.Errorf("a large body: %v", err)
	}
}

// TestScreen puts a secret at random places of large bodies that are read in random pieces. The secret is never read as a whole, and bodies
// without one are not changed.
func TestScreen(t *testing.T) {
	t.Parallel()
	secrets := seeded(long, short, strings.Repeat("long-secret-", 100))
	random := mathrand.New(mathrand.NewPCG(5, 6))
	body := make([]byte, 1<<20+chunk*3/2)
	_, _ = rand.Read(body)
	for i := range body { // text, as short secrets are not found in binary data
		body[i] = "abcdefghijklmnopqrstuvwxyz ABC=&\n"[body[i]%33]
	}
	encoded := base64.StdEncoding.EncodeToString([]byte("user:" + long))
	for round := range 42 {
		planted := []string{"", long, "=" + short + "&", strings.Repeat("long-secret-", 100), encoded, utf16(long), "%73" + long[1:]}[round%7]
		at := []int{random.IntN(len(body)), chunk*random.IntN(20) - random.IntN(40), len(body), 0}[round/7%4]
		at = min(max(at, 0), len(body))
		text := append(append(bytes.Clone(body[:at]), planted...), body[at:]...)
		r := requestOf(func(r *http.Request) {
			r.Body = io.NopCloser([]func() io.Reader{
				func() io.Reader { return bytes.NewReader(text) },
				func() io.Reader { return iotest.DataErrReader(bytes.NewReader(text)) },
				func() io.Reader { return &pieces{random, text, nil} },
			}[round%3]())
		})
		Screen(secrets.Set(), r)
		got, err := io.ReadAll(&pieces{random, nil, r.Body})
		switch {
		case planted == "":
			if err != nil || !bytes.Equal(got, text) || Found(r) != nil {
				t.Fatalf("a body without a secret: %d of %d bytes, %v", len(got), len(text), err)
			}
		case err == nil || Found(r) == nil || !bytes.HasPrefix(text, got):
			t.Fatalf("%q at %d: %v, %v", planted, at, err, Found(r))
		case len(got) >= at+len(strings.TrimRight(planted, "&")):
			t.Fatalf("%q at %d: %d bytes came out", planted, at, len(got))
		}
	}
}

// pieces reads in pieces of random sizes.
type pieces struct {
	random *mathrand.Rand
	text   []byte
	from   io.Reader
}

func (p *pieces) Read(into []byte) (int, error) {
	size := min(1+p.random.IntN(100_000), len(into))
	if p.from != nil {
		return p.from.Read(into[:size])
	}
	if len(p.text) == 0 {
		return 0, io.EOF
	}
	n := copy(into[:size], p.text)
	p.text = p.text[n:]
	return n, nil
}

// TestScreenLooksAtTrailers checks trailers, which are known only when the body has ended.
func TestScreenLooksAtTrailers(t *testing.T) {
	t.Parallel()
	r := requestOf(func(r *http.Request) {
		r.Trailer = http.Header{"X-Checksum": nil}
		r.Body = io.NopCloser(io.MultiReader(strings.NewReader("text"), reads(func() { r.Trailer.Set("X-Checksum", long) })))
	})
	Screen(seeded(long).Set(), r)
	if _, err := io.ReadAll(r.Body); err == nil || Found(r) == nil {
		t.Errorf("%v, %v", err, Found(r))
	}
}

// reads is the end of a body, and calls a function when it is read.
type reads func()

func (f reads) Read([]byte) (int, error) { f(); return 0, io.EOF }

// TestScreenPassesErrorsOn is for a caller that disconnects.
func TestScreenPassesErrorsOn(t *testing.T) {
	t.Parallel()
	gone := errors.New("gone")
	r := requestOf(func(r *http.Request) {
		r.Body = io.NopCloser(io.MultiReader(strings.NewReader("text"), iotest.ErrReader(gone)))
	})
	Screen(seeded(long).Set(), r)
	if _, err := io.ReadAll(r.Body); !errors.Is(err, gone) || Found(r) != nil {
		t.Errorf("%v, %v", err, Found(r))
	}
}
