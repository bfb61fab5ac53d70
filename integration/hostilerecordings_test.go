package integration

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	byteorder "encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
)

// disguised are the readings of a secret.
func disguised(secret string) map[string]string {
	var percent, escapes, utf []byte
	for _, c := range []byte(secret) {
		percent, escapes = fmt.Appendf(percent, "%%%02x", c), fmt.Appendf(escapes, `\u%04x`, c)
	}
	for _, u := range utf16.Encode([]rune(secret)) {
		utf = byteorder.LittleEndian.AppendUint16(utf, u)
	}
	b64 := base64.StdEncoding.EncodeToString
	return map[string]string{
		"plain": secret, "base64 of key:": b64([]byte(secret + ":")), "base64 with text": b64([]byte("a" + secret + "bc")), "URL-safe": base64.RawURLEncoding.EncodeToString([]byte("xy" + secret)),
		"hex": hex.EncodeToString([]byte(secret)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(secret))), "percent": string(percent), "escapes": string(escapes),
		"utf16": string(utf), "base64 twice": b64([]byte(b64([]byte(secret)))), "reversed case": "",
	}
}

// base64Run finds what may be base64 of binary bodies in files.
var base64Run = regexp.MustCompile(`[A-Za-z0-9+/_-]{16,}`)

// leaks returns which readings a text holds, looking into its base64 as well.
func leaks(text string, secrets ...string) (found []string) {
	for _, secret := range secrets {
		for name, disguise := range disguised(secret) {
			if disguise != "" && strings.Contains(text, disguise) {
				found = append(found, name+" of "+secret)
			}
		}
		for _, run := range base64Run.FindAllString(text, -1) {
			for skip := range 4 {
				part := strings.NewReplacer("-", "+", "_", "/").Replace(run[min(skip, len(run)):])
				decoded, _ := base64.RawStdEncoding.DecodeString(part[:len(part)/4*4])
				if bytes.Contains(decoded, []byte(secret)) || bytes.Contains(decoded, []byte(disguised(secret)["utf16"])) {
					found = append(found, "in base64: "+secret)
				}
			}
		}
	}
	return found
}

// TestHostileRecordings plants the real key and local secrets in answers and requests that are recorded.
func TestHostileRecordings(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	secrets := []string{realKey, "local-client-secret", "sk_local_customer"}
	ordinary := `{"id":"org_01","secret_name":"not one","n":12345678901234567890,"t":"sk_test","e":"a%20b&amp;c\\d","u":"https://example.com/a?b=c"}`
	s.Knows = func(w http.ResponseWriter, r *http.Request) bool {
		kind, number, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/echo/"), "/")
		var index int
		_, _ = fmt.Sscan(number, &index)
		secret := secrets[index%len(secrets)]
		d := disguised(secret)
		switch kind {
		case "json":
			delete(d, "utf16")
			var members []string
			for name, text := range d {
				if name == "escapes" {
					members = append(members, `"escapes":"`+text+`"`)
					continue
				}
				members = append(members, fmt.Sprintf("%q:%q", name, text), fmt.Sprintf("%q:%q", text+"n", name), fmt.Sprintf("%q:%q", name+"2", "see "+text+" there"))
			}
			_, _ = io.WriteString(w, "{"+strings.Join(members, ",")+"}")
		case "text", "html", "none":
			w.Header().Set("Content-Type", map[string]string{"text": "text/plain", "html": "text/html", "none": ""}[kind])
			for name, text := range d {
				_, _ = io.WriteString(w, name+": "+text+"\n")
			}
		case "binary":
			w.Header().Set("Content-Type", "application/octet-stream")
			for _, text := range d {
				_, _ = io.WriteString(w, "\x00\xff\xfe"+text)
			}
		case "gzip":
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			for name, text := range d {
				_, _ = io.WriteString(z, name+": "+text+"\n")
			}
			z.Close()
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(b.Bytes())
		case "headers":
			for name, text := range d {
				if name != "utf16" {
					w.Header().Add("X-Key", text)
					w.Header().Add("Set-Cookie", "a="+text+"; Path=/"+text)
					w.Header().Add("Location", "https://x.example/"+text+"?k="+text+"#"+text)
					w.Header().Add("Link", "<https://u:"+text+"@x.example/>")
				}
			}
			w.Header().Set("X-"+secret, "1")
			w.Header().Set("Trailer", "X-Late")
			_, _ = io.WriteString(w, "{}")
			w.Header().Set("X-Late", secret)
		case "ordinary":
			_, _ = io.WriteString(w, ordinary)
		case "bad":
			w.WriteHeader(400)
			_, _ = io.WriteString(w, `{"message":"bad key `+secret+`","code":"x"}`)
		case "sse":
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, "data: {\"a\":\""+secret+"\"}\n\n")
		default:
			_, _ = io.WriteString(w, "{}")
		}
		return true
	}
	folder := t.TempDir()
	seed := filepath.Join(folder, "seed.yaml")
	write(t, seed, mixSeed)
	site := func(mode string) string {
		return fmt.Sprintf("{\n\tdebug\n}\nhttp://:{$PORT} {\n\tbind 127.0.0.1\n\tlog\n\tworkos {\n\t\tseed %s\n\t\tupstream %s {\n\t\t\tapi_key {env.WORKOS_API_KEY}\n\t\t\ttls_trust_pool file %s\n\t\t}\n\t\tfixtures %s {\n\t\t\tmode %s\n\t\t}\n\t}\n}\n",
			seed, s.URL, s.CA, filepath.Join(folder, "fixtures"), mode)
	}
	p := startConfig(t, site("record"), "WORKOS_API_KEY="+realKey)
	get := func(method, path, body string, headers ...string) string {
		request := newRequest(t, method, p.URL+path, "sk_local_trusted", body)
		request.Header.Set("Content-Type", "application/json")
		for i := 0; i+1 < len(headers); i += 2 {
			request.Header.Set(headers[i], headers[i+1])
		}
		answer := receive(t, request)
		return fmt.Sprint(answer.status, " ", answer.header, " ", answer.body)
	}
	for _, kind := range []string{"json", "text", "html", "none", "binary", "gzip", "headers", "bad", "sse", "ordinary"} {
		for i := range secrets {
			get("GET", fmt.Sprintf("/echo/%s/%d", kind, i), "")
		}
	}
	// The real key is no local secret: requests with it are sent, and recorded.
	for name, text := range disguised(realKey) {
		if text == "" {
			continue
		}
		if name != "utf16" {
			get("GET", "/echo/path/"+text, "")
			get("GET", "/echo/query?k="+url.QueryEscape(text)+"&"+url.QueryEscape(text)+"=1", "")
			get("GET", "/echo/header", "", "X-Match", text)
			get("POST", "/echo/form", "a="+url.QueryEscape(text)+"&"+url.QueryEscape(text)+"=x", "Content-Type", "application/x-www-form-urlencoded")
			get("POST", "/echo/multi", "--b\r\nContent-Disposition: form-data; name=\""+text+"\"\r\n\r\n"+text+"\r\n--b--\r\n", "Content-Type", "multipart/form-data; boundary=b")
			if name != "escapes" {
				get("POST", "/echo/json", fmt.Sprintf(`{"a":%q,%q:1}`, text, text))
			}
		}
		get("POST", "/echo/raw", "\x01\x02"+text, "Content-Type", "application/octet-stream")
	}
	p.stop()
	files := 0
	_ = filepath.WalkDir(filepath.Join(folder, "fixtures"), func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if found := leaks(path, secrets...); len(found) > 0 {
			t.Errorf("the path %s holds %v", path, found)
		}
		if entry.IsDir() {
			return nil
		}
		files++
		text, _ := os.ReadFile(path)
		if found := leaks(string(text), secrets...); len(found) > 0 {
			t.Errorf("%s holds %v: %.1500s", filepath.Base(path), found, text)
		}
		if strings.Contains(string(text), "/echo/ordinary/0") && !strings.Contains(string(text), "12345678901234567890") {
			t.Errorf("ordinary content is gone: %s", text)
		}
		return nil
	})
	if files == 0 {
		t.Error("nothing was recorded")
	}
	for line := range strings.Lines(p.Log.String()) {
		ofCaddy := strings.Contains(line, `"logger":"http.handlers.reverse_proxy"`) || strings.Contains(line, `"logger":"http.log.access`)
		if found := leaks(line, secrets...); len(found) > 0 && !ofCaddy {
			t.Errorf("the log holds %v: %.600s", found, line)
		}
	}
	// The page of a miss, by replay, which may have anything for the real key.
	p = startConfig(t, site("replay"), "WORKOS_API_KEY=sk_test_anything")
	for _, secret := range secrets[1:] {
		for name, text := range disguised(secret) {
			if name == "utf16" || text == "" {
				continue
			}
			for _, said := range []string{get("GET", "/echo/path/"+text+"/miss", ""), get("GET", "/echo/query?z="+url.QueryEscape(text), ""), get("POST", "/echo/json", fmt.Sprintf(`{"zz":%q}`, text)), get("GET", "/echo/header", "", "X-Match", text+"z")} {
				if found := leaks(said, secret); len(found) > 0 {
					t.Errorf("%s: the miss says %v: %.900s", name, found, said)
				}
			}
		}
	}
}
