package integration

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestRecordingTwiceGivesTheSameBytes records answers whose times and tokens are of the moment, into two folders of one salt.
func TestRecordingTwiceGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	keys, refresh := newSigner("sso_oidc_key_pair_THEIRS"), randomText(alphanumeric, 27)
	s := newStandIn(t)
	s.Knows = func(w http.ResponseWriter, r *http.Request) bool {
		in := time.Now().Add(10 * time.Minute).UTC()
		switch r.URL.Path {
		case "/oauth2/jwks", "/sso/jwks/" + theirClient:
			_, _ = io.WriteString(w, keys.jwks())
		case "/user_management/authenticate":
			w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
			w.Header().Set("X-Request-Id", randomText(alphanumeric, 20))
			_, _ = fmt.Fprintf(w, `{"user":%s,"access_token":%q,"refresh_token":%q,"oauth_tokens":{"access_token":"x","expires_at":%d}}`,
				theirUser("user_REAL"), keys.session("user_REAL", "session_REAL"), refresh, in.Unix())
		case "/user_management/magic_auth/magic_1":
			_, _ = fmt.Fprintf(w, `{"id":"magic_1","code":"123456","expires_at":%q}`, in.Format("2006-01-02T15:04:05.000Z"))
		default:
			return false
		}
		return true
	}
	record := func(salt string) (map[string]string, string) {
		dir := filepath.Join(t.TempDir(), "fixtures")
		if salt != "" {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, ".salt"), salt)
		}
		p := startConfig(t, fixtureSite(t, s, dir, "record"), "WORKOS_API_KEY="+realKey)
		for range 2 {
			tells(t, p.URL, "POST", "/user_management/authenticate", strings.Replace(passwordLogin, `""`, `"`+environmentKey+`"`, 1))
			tells(t, p.URL, "GET", "/user_management/magic_auth/magic_1", "")
		}
		p.stop()
		files := folder(t, dir)
		return files, files[".salt"]
	}
	first, salt := record("")
	if salt == "" || len(first) < 3 {
		t.Fatalf("the recording has no salt: %v", sortedKeys(first))
	}
	second, _ := record(salt)
	if !maps.Equal(first, second) {
		for name := range first {
			if first[name] != second[name] {
				t.Errorf("%s was\n%s\nis\n%s", name, first[name], second[name])
			}
		}
	}
	if other, _ := record(""); maps.Equal(first, other) {
		t.Error("another salt makes no difference: whoever knows a value can look for its tag")
	}
}

// TestConditionalRequestsAreRecordedWhole has a client with a cache ask for what it has already.
func TestConditionalRequestsAreRecordedWhole(t *testing.T) {
	t.Parallel()
	s, dir := newStandIn(t), filepath.Join(t.TempDir(), "fixtures")
	s.Knows = func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("ETag", `"1"`)
		switch {
		case r.Header.Get("If-None-Match") != "", r.Header.Get("If-Modified-Since") != "":
			w.WriteHeader(http.StatusNotModified)
		case r.Header.Get("Range") != "":
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, `{"a`)
		default:
			_, _ = io.WriteString(w, `{"a":1}`)
		}
		return true
	}
	conditions := map[string]string{"If-None-Match": `"1"`, "If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT", "Range": "bytes=0-2"}
	key := map[string]string{"Authorization": "Bearer " + environmentKey}
	recorder := startConfig(t, fixtureSite(t, s, dir, "record"), "WORKOS_API_KEY="+realKey)
	for name, value := range conditions {
		with := maps.Clone(key)
		with[name] = value
		if status, _, body := (attempt{"GET", "/things/" + name, "", with}).request(t, recorder.URL, false); status != 200 || body != `{"a":1}` {
			t.Errorf("with %s it is recorded as %d %s", name, status, body)
		}
	}
	recorder.stop()
	replayer := startConfig(t, fixtureSite(t, nil, dir, "replay"))
	for name := range conditions {
		if status, source, body := (attempt{"GET", "/things/" + name, "", key}).request(t, replayer.URL, false); status != 200 || source != "fixture" || body != `{"a":1}` {
			t.Errorf("what was asked with %s is replayed as %d from %s: %s", name, status, source, body)
		}
	}
}
