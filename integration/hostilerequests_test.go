package integration

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestHostileOpaqueTarget: a request target of an unknown scheme is opaque to net/url, and net/http sends it as it is.
func TestHostileOpaqueTarget(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	for _, target := range []string{"x:sk_local_customer", "x:local-client-secret/a", "mailto:sk_local_trusted?a=b"} {
		said := talk(t, p, "GET "+target+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		w.mustNotHave(t, target, said, "sk_local", "local-client")
	}
}

// TestHostileUpgrade asks for a tunnel, which could not be looked into: the request goes on as one that asks for none.
func TestHostileUpgrade(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	w.answer = func(conn net.Conn, r *http.Request, in *bufio.Reader) bool {
		if r.Header.Get("Upgrade") == "" {
			return false
		}
		fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n", r.Header.Get("Upgrade"))
		_, _ = io.Copy(io.Discard, in)
		return true
	}
	p := attacked(t, w)
	conn := dialSite(t, p)
	_, _ = io.WriteString(conn, "GET /echo/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n")
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if sent := w.take(); response.StatusCode != http.StatusOK || strings.Contains(sent, "Upgrade: ") {
		t.Errorf("%s; the upstream was sent %q", response.Status, sent)
	}
}

// TestHostileEncodedSecretInLargeBody: nothing of an encoded secret in a large body is sent.
func TestHostileEncodedSecretInLargeBody(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	encoded := "local-client-secret"
	for range 3 { // percent-encoded three times, all of it: 27 characters for each
		var again strings.Builder
		for _, c := range []byte(encoded) {
			fmt.Fprintf(&again, "%%%02x", c)
		}
		encoded = again.String()
	}
	// The screen looks at chunks of 64 KiB: let one end just before the secret does.
	const boundary = 20 << 16
	body := strings.Repeat("x ", boundary)[:boundary-len(encoded)+1] + encoded
	body += strings.Repeat(" x", 1<<16)
	said := talk(t, p, fmt.Sprintf("POST /echo/x HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(body), body))
	sent := w.take()
	if at := strings.Index(sent, encoded[:5]); at >= 0 {
		text := sent[at : at+(len(sent)-at)/27*27]
		for range 3 {
			text, _ = url.PathUnescape(text)
		}
		t.Errorf("%.80q: of local-client-secret the upstream was sent %q", said, text)
	}
}

// TestHostileOddRequests are requests with a local secret in places of which there is only one kind of each.
func TestHostileOddRequests(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(z, `{"a":"sk_local_customer"}`)
	z.Close()
	basic := base64.StdEncoding.EncodeToString([]byte("sk_local_customer:"))
	end := "Connection: close\r\n\r\n"
	for name, request := range map[string]string{
		"double slash":       "GET //sk_local_customer/x HTTP/1.1\r\nHost: x\r\n" + end,
		"absolute":           "GET http://sk_local_customer/x HTTP/1.1\r\nHost: x\r\n" + end,
		"absolute, user":     "GET http://u:sk_local_customer@x/x HTTP/1.1\r\nHost: x\r\n" + end,
		"absolute, scheme":   "GET sklocal+sk-local-customer://x/x HTTP/1.1\r\nHost: x\r\n" + end,
		"OPTIONS":            "OPTIONS * HTTP/1.1\r\nHost: sk_local_customer\r\n" + end,
		"CONNECT":            "CONNECT sk_local_customer:443 HTTP/1.1\r\nHost: sk_local_customer:443\r\n" + end,
		"method":             "sk_local_customer /x HTTP/1.1\r\nHost: x\r\n" + end,
		"HTTP/1.0":           "GET /x?k=sk_local_customer HTTP/1.0\r\n\r\n",
		"HTTP/1.0 body":      "POST /x HTTP/1.0\r\nContent-Length: 17\r\n\r\nsk_local_customer",
		"header name":        "GET /x HTTP/1.1\r\nHost: x\r\nsk_local_customer: 1\r\n" + end,
		"two Authorization":  "GET /x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_theirs\r\nAuthorization: Basic " + basic + "\r\n" + end,
		"Proxy-Auth":         "GET /x HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic " + basic + "\r\n" + end,
		"Connection":         "GET /x HTTP/1.1\r\nHost: x\r\nConnection: sk_local_customer, close\r\n\r\n",
		"TE":                 "GET /x HTTP/1.1\r\nHost: x\r\nTE: trailers, sk_local_customer\r\n" + end,
		"Upgrade":            "GET /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: sk_local_customer\r\n\r\n",
		"Expect":             "POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 17\r\n" + end + "sk_local_customer",
		"chunk extension":    "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + end + "1;k=sk_local_customer\r\na\r\n0\r\n\r\n",
		"chunks":             "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + end + "3\r\nsk_\r\n5\r\nlocal\r\n9\r\n_customer\r\n0\r\n\r\n",
		"undeclared trailer": "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + end + "1\r\na\r\n0\r\nX-Key: sk_local_customer\r\n\r\n",
		"declared another":   "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-A\r\n" + end + "1\r\na\r\n0\r\nX-A: 1\r\nX-Key: sk_local_customer\r\n\r\n",
		"no body, trailer":   "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-Key\r\n" + end + "0\r\nX-Key: sk_local_customer\r\n\r\n",
		"gzip, two fields":   fmt.Sprintf("POST /x HTTP/1.1\r\nHost: x\r\nContent-Encoding: identity\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n%s%s", zipped.Len(), end, zipped.String()),
		"gzip, other case":   fmt.Sprintf("POST /x HTTP/1.1\r\nHost: x\r\nContent-Encoding: GZip\r\nContent-Length: %d\r\n%s%s", zipped.Len(), end, zipped.String()),
		"gzip, tab":          fmt.Sprintf("POST /x HTTP/1.1\r\nHost: x\r\nContent-Encoding: \tx-gzip\t,\r\nContent-Length: %d\r\n%s%s", zipped.Len(), end, zipped.String()),
		"login, BOM":         "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 40\r\n" + end + "\ufeff" + `{"client_secret":"sk_local_customer"}`,
		"login, semicolon":   "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 35\r\n" + end + "a=b;client_secret=sk_local_customer",
		"login, nested":      "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 42\r\n" + end + `{"a":{"client_secret":"sk_local_trusted"}}`,
		"login, escaped":     "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 41\r\n" + end + `{"client\u005fsecret":"sk_local_trusted"}`,
		"login, twice":       "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 73\r\n" + end + `{"client_secret":"sk_local_trusted","client_secret":"sk\u005flocal_trusted"}`[:73],
		"login, trailing":    "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 72\r\n" + end + `{"client_secret":"sk_local_trusted"} {"client_secret":"sk_local_trusted"}`,
		"login, other case":  "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 36\r\n" + end + `{"Client_Secret":"sk_local_trusted"}`,
		"login, array":       "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 38\r\n" + end + `[{"client_secret":"sk_local_trusted"}]`,
		"login, path":        "POST //sso/./token/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 36\r\n" + end + `{"client_secret":"sk_local_trusted"}`,
		"JWKS":               "GET /sso/jwks/sk_local_customer HTTP/1.1\r\nHost: sk_local_customer\r\nX-Forwarded-Host: sk_local_customer\r\n" + end,
		"Bearer, tab":        "GET /x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer\tsk_local_trusted\r\n" + end,
		"Bearer, comma":      "GET /x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_theirs, Bearer sk_local_trusted\r\n" + end,
		"hop by hop":         "GET /x HTTP/1.1\r\nHost: x\r\nConnection: Authorization, close\r\nAuthorization: Bearer sk_local_customer\r\n\r\n",
	} {
		said := talk(t, p, request)
		w.mustNotHave(t, name, said, "sk_local", basic, zipped.String())
	}
}
