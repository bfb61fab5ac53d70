package totp

import (
	"bytes"
	"encoding/base64"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// rfcSecret is the secret of the test vectors for SHA-1 in RFC 6238, appendix B: "12345678901234567890".
const rfcSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

// TestRFC6238Vectors has the test vectors of RFC 6238, appendix B, of which a code of six digits is the end.
func TestRFC6238Vectors(t *testing.T) {
	t.Parallel()
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		got, err := Code(rfcSecret, time.Unix(at, 0))
		if err != nil || got != want {
			t.Errorf("at %d the code is %s (%v), want %s", at, got, err, want)
		}
		if !Verify(rfcSecret, want, time.Unix(at, 0)) {
			t.Errorf("at %d, %s is refused", at, want)
		}
	}
}

// TestStep has the code of one step, given at each second around it.
func TestStep(t *testing.T) {
	t.Parallel()
	const begin = 1_700_000_010 // of a step
	code, err := Code(rfcSecret, time.Unix(begin, 0))
	if err != nil {
		t.Fatal(err)
	}
	for offset := int64(-70); offset <= 100; offset++ {
		at, ok := Step(rfcSecret, code, time.Unix(begin+offset, 0))
		if want := offset >= -30 && offset < 60; ok != want || ok && at != begin/30 {
			t.Errorf("%d seconds after the beginning of its step: %t, step %d", offset, ok, at)
		}
	}
}

// TestIsUsed: a step is used up with itself and each later one that can have been valid by the same clock.
func TestIsUsed(t *testing.T) {
	t.Parallel()
	for accepted, want := range map[int64]bool{0: false, 99: false, 100: true, 101: true, 102: true, 103: false, 1000: false} {
		if got := IsUsed(100, accepted); got != want {
			t.Errorf("after %d: %t", accepted, got)
		}
	}
}

func TestWrongCodes(t *testing.T) {
	t.Parallel()
	now := time.Unix(59, 0)
	for _, code := range []string{"", "287083", "28708", "2870820", "94287082", "２８７０８２", "287 082", "-87082", strings.Repeat("2", 1<<20)} {
		if Verify(rfcSecret, code, now) {
			t.Errorf("%.20q is taken", code)
		}
	}
	if Verify("no base32!", "287082", now) || Verify("", "287082", now) {
		t.Error("a code without a secret is taken")
	}
}

func TestParseSecret(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"JBSWY3DPEHPK3PXP": "JBSWY3DPEHPK3PXP", "jbsw y3dp ehpk 3pxp": "JBSWY3DPEHPK3PXP", "MFRGG===": "MFRGG", "ME======": "ME",
		strings.Repeat("A", 104): strings.Repeat("A", 104),
	} {
		if got, err := ParseSecret(text); got != want || err != nil {
			t.Errorf("%q is %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", " ", "=", "A", "18", "é", "MFRGG=x", strings.Repeat("A", 112), "JBSWY3DP\nEHPK3PXP"} {
		if got, err := ParseSecret(text); err == nil {
			t.Errorf("%q is taken as %q", text, got)
		}
	}
}

func TestNewSecret(t *testing.T) {
	t.Parallel()
	secret, err := NewSecret(strings.NewReader("12345678901234567890"))
	if secret != rfcSecret || err != nil {
		t.Errorf("%s, %v", secret, err)
	}
	if secret, err := NewSecret(iotest.ErrReader(bytes.ErrTooLarge)); secret != "" || err == nil {
		t.Errorf("without randomness: %s, %v", secret, err)
	}
}

func TestEnrol(t *testing.T) {
	t.Parallel()
	for name, user := range map[string]string{"plain": "ada@acme.example", "other letters": "é:/?#&@münchen.example"} {
		shown, err := Enrol(rfcSecret, "Acme & Söhne", user)
		if err != nil {
			t.Fatal(err)
		}
		uri, err := url.Parse(shown.URI)
		if err != nil || uri.Scheme != "otpauth" || uri.Host != "totp" || uri.Path != "/Acme & Söhne:"+user {
			t.Errorf("%s: %s, %v", name, shown.URI, err)
		}
		if q := uri.Query(); q.Get("secret") != rfcSecret || q.Get("issuer") != "Acme & Söhne" || len(q) != 2 {
			t.Errorf("%s: %s", name, shown.URI)
		}
		picture, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(shown.QRCode, "data:image/png;base64,"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := png.Decode(bytes.NewReader(picture)); err != nil {
			t.Errorf("%s: the QR code: %v", name, err)
		}
	}
	if _, err := Enrol(rfcSecret, strings.Repeat("x", 5000), "a"); err == nil {
		t.Error("a URI that no QR code holds is taken")
	}
}
