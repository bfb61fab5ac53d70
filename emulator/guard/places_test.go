package guard

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

func setOf(secrets ...string) *scan.Set {
	var all []scan.Secret
	for _, s := range secrets {
		all = append(all, scan.Of(s)...)
	}
	return scan.NewSet(all, true)
}

// TestPlacesBesideTheUsual has rare places of a request.
func TestPlacesBesideTheUsual(t *testing.T) {
	set := setOf("s3cr3t", "long-local-secret")
	for name, change := range map[string]func(r *http.Request){
		"opaque":            func(r *http.Request) { r.URL.Opaque = "long-local-secret" },
		"name of a trailer": func(r *http.Request) { r.Trailer = http.Header{"Long-Local-Secret": nil} },
		"short in long Basic": func(r *http.Request) {
			r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(strings.Repeat("u", 4000)+":s3cr3t")))
		},
		"short behind %01 in query": func(r *http.Request) { r.URL.RawQuery = "a=%01&k=%733cr3t" },
		"short behind %01 in path":  func(r *http.Request) { r.URL.Path, r.URL.RawPath = "/\x01/s3cr3t", "/%01/%733cr3t" },
		"short in URL of Referer":   func(r *http.Request) { r.Header.Set("Referer", "https://u:s3cr3t@x/") },
	} {
		r := httptest.NewRequest("GET", "/x", nil)
		change(r)
		if err := Head(set, r); err == nil {
			t.Errorf("%s: nothing is found", name)
		}
	}
}

// TestTrailersHoldCredentials checks that trailers are scanned for credentials, as headers are.
func TestTrailersHoldCredentials(t *testing.T) {
	set := setOf("s3cr3t")
	trailer := http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("client:s3cr3t"))}}
	if err := Content(set, "", []byte("x"), trailer); err == nil {
		t.Error("nothing is found")
	}
}

// TestSmallBodiesThatExpand checks that they are refused before they are decoded to the end.
func TestSmallBodiesThatExpand(t *testing.T) {
	set := setOf("s3cr3t", "long-local-secret")
	for name, unit := range map[string]string{"backslashes": `\`, "mixture": `%5c\u0025&amp;&#x25;`, "quotes": `","`} {
		var compressed bytes.Buffer
		w, _ := gzip.NewWriterLevel(&compressed, 9)
		_, _ = w.Write([]byte(strings.Repeat(unit, 11<<20/len(unit))))
		w.Close()
		if err := Content(set, "gzip", compressed.Bytes(), nil); !errors.As(err, new(*UnreadableError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
