package contentcoding

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// encoders has an encoder for each coding. The raw deflate format has the same name as that of zlib.
var encoders = map[string]func(io.Writer) io.WriteCloser{
	"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
	"br":      func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
	"zstd":    func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z },
}

func encode(t *testing.T, text []byte, encoder func(io.Writer) io.WriteCloser) []byte {
	t.Helper()
	var out bytes.Buffer
	w := encoder(&out)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestDecode(t *testing.T) {
	t.Parallel()
	text := []byte(strings.Repeat(`{"a":"b"} `, 100))
	for name, encoder := range encoders {
		encoded := encode(t, text, encoder)
		for header, body := range map[string][]byte{
			name: encoded, " " + strings.ToUpper(name) + " , identity": encoded,
			"gzip, " + name: encode(t, encode(t, text, encoders["gzip"]), encoder),
		} {
			if got, err := Decode(header, body, 1000); !bytes.Equal(got, text) || err != nil {
				t.Errorf("%s: %q, %v", header, got, err)
			}
		}
		if _, err := Decode(name, encoded, 999); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: the limit does not count: %v", name, err)
		}
		for what, body := range map[string][]byte{
			"cut off": encoded[:len(encoded)-3], "other bytes": []byte("this is not encoded at all"), "with more behind": append(bytes.Clone(encoded), "secret"...),
		} {
			if got, err := Decode(name, body, 1000); err == nil {
				t.Errorf("%s, %s: no error, and %q", name, what, got)
			}
		}
	}
	bare := encode(t, text, func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 5); return f })
	if got, err := Decode("deflate", bare, 1000); !bytes.Equal(got, text) || err != nil {
		t.Errorf("bare deflate: %q, %v", got, err)
	}
	for header, want := range map[string]error{"compress": ErrUnknown, "gzip, x": ErrUnknown, "": nil, "identity": nil} {
		if _, err := Decode(header, []byte("text"), 1000); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%q: %v", header, err)
		}
	}
	if _, err := Decode("gzip,gzip,gzip,gzip,gzip", []byte("text"), 1000); err == nil {
		t.Error("any number of codings is undone")
	}
}
