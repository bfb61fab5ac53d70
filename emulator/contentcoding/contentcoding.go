// Package contentcoding decodes the content codings of HTTP (RFC 9110 §8.4.1): gzip, deflate, br and zstd.
package contentcoding

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

var (
	// ErrUnknown is returned for a coding that is none of gzip, deflate, br and zstd.
	ErrUnknown = errors.New("the content coding is none of gzip, deflate, br and zstd")
	// ErrTooLarge is returned by [Decode] for a text that is larger than the limit when decoded.
	ErrTooLarge = errors.New("the decoded body is too large")
)

// maxCodings is how many codings may be applied to one body.
const maxCodings = 4

// maxMemory is the most memory that a zstd decoder may use, in bytes.
const maxMemory = 32 << 20

// IsIdentity reports whether a Content-Encoding header says that nothing is encoded.
func IsIdentity(header string) bool { return len(codings(header)) == 0 }

// codings returns the codings of a Content-Encoding header, in the order in which they were applied.
func codings(header string) (names []string) {
	for name := range strings.SplitSeq(header, ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" && name != "identity" {
			names = append(names, name)
		}
	}
	return names
}

// Reader returns a reader of the decoded text. header is the Content-Encoding; several header fields are joined by commas. Reading fails
// where the text does not have these codings, or has bytes after its end. The caller must close the reader.
func Reader(header string, text io.Reader) (io.ReadCloser, error) {
	names := codings(header)
	if len(names) > maxCodings {
		return nil, fmt.Errorf("%d content codings: want at most %d", len(names), maxCodings)
	}
	r := &reader{Reader: text}
	for i := len(names) - 1; i >= 0; i-- { // the last one was applied last
		if err := r.decode(names[i]); err != nil {
			_ = r.Close()
			return nil, err
		}
	}
	return r, nil
}

// Decode decodes a text in memory: see [Reader]. The decoded text may have at most limit bytes. An empty text stays empty.
func Decode(header string, text []byte, limit int64) ([]byte, error) {
	if IsIdentity(header) || len(text) == 0 {
		return text, nil
	}
	r, err := Reader(header, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	decoded, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(decoded)) > limit:
		return nil, ErrTooLarge
	}
	return decoded, nil
}

// reader decodes codings one after the other.
type reader struct {
	io.Reader
	close []func()
}

func (r *reader) Close() error {
	for _, c := range r.close {
		c()
	}
	return nil
}

func (r *reader) decode(coding string) error {
	source := bufio.NewReader(r.Reader)
	var decoder io.Reader
	var err error
	switch coding {
	case "gzip", "x-gzip":
		decoder, err = gzip.NewReader(source)
	case "deflate":
		decoder, err = inflate(source)
	case "br":
		decoder = brotli.NewReader(source)
	case "zstd":
		var z *zstd.Decoder
		z, err = zstd.NewReader(source, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxMemory))
		if err == nil {
			r.close = append(r.close, z.Close)
			decoder = z
		}
	default:
		return ErrUnknown
	}
	if err != nil {
		return fmt.Errorf("decode %s: %w", coding, err)
	}
	r.Reader = &whole{coding, decoder, source}
	return nil
}

// inflate decodes `deflate`: the zlib format of RFC 9110 §8.4.1.2, or the raw deflate format that some senders use.
func inflate(source *bufio.Reader) (io.Reader, error) {
	if head, err := source.Peek(2); err == nil && head[0]&0x0f == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 {
		return zlib.NewReader(source)
	}
	return flate.NewReader(source), nil
}

// whole is a decoder that fails where its source has bytes after the end of the encoded text.
type whole struct {
	coding  string
	decoder io.Reader
	source  *bufio.Reader
}

func (w *whole) Read(p []byte) (int, error) {
	n, err := w.decoder.Read(p)
	switch {
	case errors.Is(err, io.EOF):
		if _, behind := w.source.Peek(1); behind == nil {
			return n, fmt.Errorf("decode %s: the body goes on behind its end", w.coding)
		}
		return n, io.EOF
	case err != nil:
		return n, fmt.Errorf("decode %s: %w", w.coding, err)
	}
	return n, nil
}
