package integration

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// TestHostileTrailerOfCrossCheck: the emulator's own request for an organization takes the caller's trailers along.
func TestHostileTrailerOfCrossCheck(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	body := `{"name":"x","application_type":"m2m","organization_id":"org_REAL"}`
	said := talk(t, p, "POST /connect/applications HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_local_trusted\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nTrailer: X-Key\r\nConnection: close\r\n\r\n"+
		chunked(body)+"0\r\nX-Key: sk_local_customer\r\n\r\n")
	w.mustNotHave(t, "cross-check", said, "sk_local")
}

// TestHostileTrailersOfOwnRequestsOverHTTP2: the emulator's own requests, for merged lists and cross-checks, take the caller's
// trailers along to an upstream that speaks HTTP/2.
func TestHostileTrailersOfOwnRequestsOverHTTP2(t *testing.T) {
	t.Parallel()
	upstream, ca, take := h2Upstream(t)
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	write(t, seed, mixSeed)
	p := startConfig(t, fmt.Sprintf("http://:{$PORT} {\n\tbind 127.0.0.1\n\tworkos {\n\t\tseed %s\n\t\tupstream %s {\n\t\t\tapi_key {env.WORKOS_API_KEY}\n\t\t\ttls_trust_pool file %s\n\t\t}\n\t}\n}\n", seed, upstream, ca), "WORKOS_API_KEY="+realKey)
	take()
	for name, request := range map[string]string{
		"cross-check": "POST /connect/applications HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_local_trusted\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nTrailer: X-Key\r\nConnection: close\r\n\r\n" +
			chunked(`{"name":"x","application_type":"m2m","organization_id":"org_REAL"}`) + "0\r\nX-Key: sk_local_customer\r\n\r\n",
		"merged list": "GET /organizations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_local_trusted\r\nTransfer-Encoding: chunked\r\nTrailer: sk_local_customer\r\nConnection: close\r\n\r\n0\r\n\r\n",
	} {
		said := talk(t, p, request)
		mustNotHold(t, name, said, take(), "sk_local")
	}
}

// TestHostileTrailerNameOfMergedList: a merged list is asked for with the names of the caller's trailers.
func TestHostileTrailerNameOfMergedList(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	said := talk(t, p, "GET /organizations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_local_trusted\r\nTransfer-Encoding: chunked\r\nTrailer: sk_local_customer, X-Key\r\nConnection: close\r\n\r\n0\r\nX-Key: local-client-secret\r\n\r\n")
	w.mustNotHave(t, "merged list", said, "sk_local", "local-client-secret")
}

// TestHostileTrailerNameOfLargeBody: the names of trailers are announced before a large body has been looked at.
func TestHostileTrailerNameOfLargeBody(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	said := talk(t, p, "POST /echo/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: sk_local_customer\r\nConnection: close\r\n\r\n"+
		chunked(strings.Repeat("abc \n", 400_000))+"0\r\n\r\n")
	w.mustNotHave(t, "large body", said, "sk_local")
}

// TestHostileTrailerOverHTTP2: a request with content-length 0 may have trailers in HTTP/2, and is not looked at.
func TestHostileTrailerOverHTTP2(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	conn := dialSite(t, p)
	_, _ = io.WriteString(conn, http2.ClientPreface)
	framer := http2.NewFramer(conn, conn)
	_ = framer.WriteSettings()
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, f := range [][2]string{{":method", "POST"}, {":scheme", "http"}, {":path", "/echo/x"}, {":authority", "x"}, {"content-length", "0"}, {"trailer", "x-key"}} {
		_ = encoder.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]})
	}
	_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block.Bytes(), EndHeaders: true})
	block.Reset()
	_ = encoder.WriteField(hpack.HeaderField{Name: "x-key", Value: "sk_local_customer"})
	_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: true})
	for ended := false; !ended; {
		frame, err := framer.ReadFrame()
		if err != nil { // the site has closed the connection
			break
		}
		switch f := frame.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				_ = framer.WriteSettingsAck()
			}
		case *http2.DataFrame:
			ended = f.StreamEnded()
		case *http2.HeadersFrame:
			ended = f.StreamEnded()
		case *http2.RSTStreamFrame, *http2.GoAwayFrame:
			ended = true
		}
	}
	w.mustNotHave(t, "HTTP/2", "", "sk_local")
}
