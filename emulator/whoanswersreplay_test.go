package emulator

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	fixtures "github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// recordedLogins are requests about logins of people of the real WorkOS, by name: method, target and body.
var recordedLogins = map[string][3]string{
	"authorize": {"GET", authorizeTarget("&login_hint=" + foreignAddress), ""},
	"password": {"POST", authenticatePath,
		`{"grant_type":"password","client_id":"client_portal","client_secret":"` + acceptedKey + `","email":"` + foreignAddress + `","password":"their password"}`},
	"form": {"POST", authenticatePath,
		"grant_type=password&client_id=client_portal&client_secret=" + acceptedKey + "&email=somebody%40else.example&password=their+password"},
	"code":    {"POST", "/sso/token", "grant_type=authorization_code&client_id=client_portal&client_secret=" + acceptedKey + "&code=01HZYC0DE0FTHEREALW0RK0S0"},
	"magic":   {"POST", "/user_management/magic_auth", `{"email":"` + foreignAddress + `"}`},
	"session": {"GET", "/user_management/sessions/logout?session_id=session_01HZYFOREIGN000000000000", ""},
}

// as sends a request of that kind.
func (s *loginState) as(r [3]string, change func(http.Header)) *httptest.ResponseRecorder {
	request := httptest.NewRequest(r[0], "http://emulator.test"+r[1], strings.NewReader(r[2]))
	switch {
	case strings.HasPrefix(r[2], "{"):
		request.Header.Set("Content-Type", "application/json")
	case r[2] != "":
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	change(request.Header)
	w := httptest.NewRecorder()
	s.Handler(s.next).ServeHTTP(w, request)
	return w
}

// TestRecordedLoginsAndSeededOnes has recordings of logins: they answer for the people of the real WorkOS, whatever the key, and never for
// those of the seed.
func TestRecordedLoginsAndSeededOnes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := newLoginState(t)
	recording := recordedBy(t, s.server, dir, fixtures.Record, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"user":{"object":"user","id":"user_REMOTE","email":%q}}`, foreignAddress)
	}))
	for name, r := range recordedLogins {
		if w := s.as(r, bearer(acceptedKey)); w.Code != 200 || w.Header().Get("X-Workos-Source") != "upstream" {
			t.Fatalf("%s is not passed on: %d %s", name, w.Code, w.Body)
		}
	}
	recording.Close()
	keys := map[string]func(http.Header){
		"none": anonymous, "local": bearer("sk_test_customer"), "full": bearer(acceptedKey), "refused": bearer("sk_test_expired"),
	}
	recordedBy(t, s.server, dir, fixtures.Replay, nil)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		for name, r := range recordedLogins {
			w := s.as(r, keys[key])
			from := w.Header().Get("X-Workos-Source")
			switch {
			case key == "refused" && (w.Code != 401 || from != "emulator"):
				t.Errorf("%s with an expired key: %d by %q", name, w.Code, from)
			case key != "refused" && (w.Code != 200 || from != "fixture"):
				t.Errorf("%s with the key %s: %d by %q: %s", name, key, w.Code, from, w.Body)
			}
		}
		for _, r := range s.loginRequests() {
			if r.how != byCredentials || !r.local {
				continue
			}
			if w := s.as([3]string{r.method, r.target, r.body}, keys[key]); w.Header().Get("X-Workos-Source") != "emulator" {
				t.Errorf("%s, %s with the key %s: %d by %q", r.route, r.name, key, w.Code, w.Header().Get("X-Workos-Source"))
			}
		}
	}
}

// TestSeededUserWinsOverARecording has a user of the address of a recorded login: the recording is not asked any more, with the recorded
// password neither.
func TestSeededUserWinsOverARecording(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := newLoginState(t)
	recording := recordedBy(t, s.server, dir, fixtures.Record, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"user":{"object":"user","id":"user_REMOTE","email":%q}}`, foreignAddress)
	}))
	login := recordedLogins["password"]
	s.as(login, anonymous)
	recording.Close()
	recordedBy(t, s.server, dir, fixtures.Replay, nil)
	if w := s.as(login, anonymous); w.Header().Get("X-Workos-Source") != "fixture" {
		t.Fatalf("it is not replayed: %d %s", w.Code, w.Body)
	}
	made := s.send("PUT", "/user_management/users/user_ALICE", `{"email":"`+strings.ToUpper(foreignAddress)+`","email_verified":true}`).want(200)
	if w := s.as(login, anonymous); w.Code != 400 || w.Header().Get("X-Workos-Source") != "emulator" || !strings.Contains(w.Body.String(), "invalid_credentials") {
		t.Errorf("the recorded password: %d %s", w.Code, w.Body)
	}
	login[2] = strings.Replace(login[2], "their password", localPassword, 1)
	w := s.as(login, anonymous)
	if w.Header().Get("X-Workos-Source") != "emulator" || !strings.Contains(w.Body.String(), "mfa_challenge") || !strings.Contains(w.Body.String(), made["id"].(string)) {
		t.Errorf("the password of the seed: %d %s", w.Code, w.Body)
	}
	if w := s.as([3]string{"GET", authorizeTarget("&login_hint=" + foreignAddress)}, anonymous); w.Code != 302 || w.Header().Get("X-Workos-Source") != "emulator" {
		t.Errorf("its login_hint: %d %s", w.Code, w.Body)
	}
}
