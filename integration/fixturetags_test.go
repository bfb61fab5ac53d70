package integration

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// authenticate asks for a session, and returns the status and what came.
func authenticate(t *testing.T, site string, sent map[string]string) (string, map[string]any) {
	t.Helper()
	sent["client_id"], sent["client_secret"] = theirClient, environmentKey
	body, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	said := tells(t, site, "POST", "/user_management/authenticate", string(body))
	var answer map[string]any
	if err := json.Unmarshal([]byte(said[4:]), &answer); err != nil {
		t.Fatalf("it is answered with %s", said)
	}
	return said[:3], answer
}

// sessionOf is whose session an answer is.
func sessionOf(answer map[string]any) string {
	user, _ := answer["user"].(map[string]any)
	return fmt.Sprint(user["id"])
}

// login has a person log in by a code, as an app does whose user comes back from the login page.
func (l *logins) login(t *testing.T, site string, who person) (code string, answer map[string]any) {
	t.Helper()
	l.mu.Lock()
	code = l.issue(grant{who: who})
	l.mu.Unlock()
	status, answer := authenticate(t, site, map[string]string{"grant_type": "authorization_code", "code": code})
	if status != "200" || sessionOf(answer) != who.id {
		t.Fatalf("%s logs in and is told %s %v", who.email, status, answer)
	}
	return code, answer
}

// TestUnknownCodeFindsTheOnlyRecording has a client send a code that no recording has: where only one fits it is that one,
// and where two persons have logged in it is neither one's.
func TestUnknownCodeFindsTheOnlyRecording(t *testing.T) {
	t.Parallel()
	for persons, want := range map[int]string{1: "200", 2: "501"} {
		t.Run(fmt.Sprint(persons), func(t *testing.T) {
			t.Parallel()
			l, dir := newLogins(t), filepath.Join(t.TempDir(), "fixtures")
			recorder := startConfig(t, fixtureSite(t, l.standIn, dir, "record"), "WORKOS_API_KEY="+realKey)
			var codes []string
			for _, who := range []person{alice, bob}[:persons] {
				code, _ := l.login(t, recorder.URL, who)
				codes = append(codes, code)
			}
			recorder.stop()
			replayer := startConfig(t, fixtureSite(t, nil, dir, "replay"))
			for i, code := range codes { // those that were recorded are found in any order
				who := []person{alice, bob}[i]
				status, answer := authenticate(t, replayer.URL, map[string]string{"grant_type": "authorization_code", "code": code})
				if status != "200" || sessionOf(answer) != who.id {
					t.Errorf("the code of %s is answered with %s %v", who.email, status, answer)
				}
			}
			status, answer := authenticate(t, replayer.URL, map[string]string{"grant_type": "authorization_code", "code": "a-code-written-by-hand"})
			if status != want {
				t.Errorf("an unknown code is answered with %s %v", status, answer)
			}
			if said := fmt.Sprint(answer); want == "501" && (!strings.Contains(said, "2") || !strings.Contains(said, "code")) {
				t.Errorf("the miss does not say that two recordings fit but for the code: %s", said)
			}
		})
	}
}

// TestRefreshesFollowTheChain refreshes twice for each of two persons, in turns, and in a replay in another order.
func TestRefreshesFollowTheChain(t *testing.T) {
	t.Parallel()
	l, dir := newLogins(t), filepath.Join(t.TempDir(), "fixtures")
	recorder := startConfig(t, fixtureSite(t, l.standIn, dir, "once"), "WORKOS_API_KEY="+realKey)
	refresh := func(site string, who person, answer map[string]any) map[string]any {
		t.Helper()
		status, next := authenticate(t, site, map[string]string{"grant_type": "refresh_token", "refresh_token": fmt.Sprint(answer["refresh_token"])})
		if status != "200" || sessionOf(next) != who.id {
			t.Errorf("%s refreshes and is told %s %v", who.email, status, next)
		}
		if next["refresh_token"] == answer["refresh_token"] {
			t.Errorf("%s is given the same refresh token again", who.email)
		}
		return next
	}
	aliceCode, aliceNow := l.login(t, recorder.URL, alice)
	bobCode, bobNow := l.login(t, recorder.URL, bob)
	for range 2 {
		aliceNow, bobNow = refresh(recorder.URL, alice, aliceNow), refresh(recorder.URL, bob, bobNow)
	}
	recorder.stop()

	replayer := startConfig(t, fixtureSite(t, nil, dir, "replay"))
	for _, one := range []struct {
		who  person
		code string
	}{{bob, bobCode}, {alice, aliceCode}} {
		_, now := authenticate(t, replayer.URL, map[string]string{"grant_type": "authorization_code", "code": one.code})
		now = refresh(replayer.URL, one.who, now)
		now = refresh(replayer.URL, one.who, now)
		status, answer := authenticate(t, replayer.URL, map[string]string{"grant_type": "refresh_token", "refresh_token": fmt.Sprint(now["refresh_token"])})
		if status != "501" {
			t.Errorf("a third refresh, which was not recorded, is answered with %s %v", status, answer)
		}
	}
}

// TestWrongPasswordIsNoRecordedLogin sends passwords that were not recorded.
func TestWrongPasswordIsNoRecordedLogin(t *testing.T) {
	t.Parallel()
	l, dir := newLogins(t), filepath.Join(t.TempDir(), "fixtures")
	recorder := startConfig(t, fixtureSite(t, l.standIn, dir, "record"), "WORKOS_API_KEY="+realKey)
	try := func(site string, who person, password string) (string, map[string]any) {
		return authenticate(t, site, map[string]string{"grant_type": "password", "email": who.email, "password": password})
	}
	for _, who := range []person{alice, bob} {
		if status, answer := try(recorder.URL, who, who.password); status != "200" || sessionOf(answer) != who.id {
			t.Fatalf("%s logs in and is told %s %v", who.email, status, answer)
		}
	}
	if status, answer := try(recorder.URL, alice, "wrong"); status != "400" {
		t.Fatalf("a wrong password is told %s %v", status, answer)
	}
	recorder.stop()
	replayer := startConfig(t, fixtureSite(t, nil, dir, "replay"))
	for _, who := range []person{alice, bob} {
		if status, answer := try(replayer.URL, who, who.password); status != "200" || sessionOf(answer) != who.id {
			t.Errorf("%s logs in and is told %s %v", who.email, status, answer)
		}
	}
	if status, answer := try(replayer.URL, alice, "wrong"); status != "400" || answer["code"] != "invalid_credentials" {
		t.Errorf("the recorded wrong password is told %s %v", status, answer)
	}
	logins := 0
	for i := range 40 { // of 12 bits, hardly one is the same by chance
		status, answer := try(replayer.URL, bob, fmt.Sprintf("never recorded %d", i))
		if status == "200" {
			logins++
		} else if status != "501" {
			t.Errorf("a password that was not recorded is told %s %v", status, answer)
		}
	}
	if logins > 2 {
		t.Errorf("%d of 40 wrong passwords log in", logins)
	}
	if status, answer := try(replayer.URL, bob, alice.password); status == "200" {
		t.Errorf("Bob logs in with Alice's password: %v", answer)
	}
}
