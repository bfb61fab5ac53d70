package integration

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// loggedIn is what a library made of a login.
type loggedIn struct{ Library, Email, User, Said, Sub, Sid, Refused string }

// logIn runs a program of login/ against a site.
func logIn(t *testing.T, program, site string, env ...string) (outcomes []loggedIn) {
	t.Helper()
	folder, err := loginInstalled()
	if err != nil {
		t.Fatal(err)
	}
	people, err := json.Marshal([]map[string]string{{"email": alice.email, "password": alice.password}, {"email": bob.email, "password": bob.password}})
	if err != nil {
		t.Fatal(err)
	}
	said, err := node(t, folder, program+".mjs", append([]string{"SITE=" + site, "KEY=" + environmentKey, "PEOPLE=" + string(people), "CONNECT_SECRET=" + connectSecret}, env...)...)
	if err != nil {
		t.Error(err)
	}
	for line := range strings.Lines(said) {
		var outcome loggedIn
		if err := json.Unmarshal([]byte(line), &outcome); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		outcomes = append(outcomes, outcome)
	}
	return outcomes
}

// connectSecret is the secret of their Connect application.
const connectSecret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// isWho tells what is wrong with a login: everybody is to be who they are.
func (o loggedIn) isWho() error {
	who := map[string]person{alice.email: alice, bob.email: bob}[o.Email]
	if strings.HasPrefix(o.Library, "password: wrong") {
		if o.Refused != "400 invalid_credentials" {
			return fmt.Errorf("%s: %s with a wrong password is told %+v", o.Library, o.Email, o)
		}
		return nil
	}
	for _, said := range []string{o.User, o.Sub} {
		if said != who.id && said != "prof_"+who.id {
			return fmt.Errorf("%s: %s is told that they are %q, want %s: %+v", o.Library, o.Email, said, who.id, o)
		}
	}
	if o.Said != who.email || o.Sid != "" && o.Sid != who.session {
		return fmt.Errorf("%s: %s is told that they are %s, in session %s", o.Library, o.Email, o.Said, o.Sid)
	}
	return nil
}

// TestRecordedLoginsReplay has real libraries log Alice and Bob in while it is recorded, and then twice in replays, where
// state, nonce and PKCE verifier are other ones.
func TestRecordedLoginsReplay(t *testing.T) {
	t.Parallel()
	for program, count := range map[string]int{"authkit": 12, "openid": 4, "passport": 2} {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			l, dir := newLogins(t), filepath.Join(t.TempDir(), "fixtures")
			check := func(when string, outcomes []loggedIn, want int) {
				if len(outcomes) != want {
					t.Errorf("%s: %d logins, want %d: %v", when, len(outcomes), want, outcomes)
				}
				for _, outcome := range outcomes {
					if err := outcome.isWho(); err != nil {
						t.Errorf("%s: %v", when, err)
					}
				}
			}
			recorder := startConfig(t, fixtureSite(t, l.standIn, dir, "record"), "WORKOS_API_KEY="+realKey)
			check("recorded", logIn(t, program, recorder.URL, "ISSUER="+theirIssuer), count)
			recorder.stop()
			l.Close()
			searched := searchFor(append(l.issued, alice.password, bob.password, connectSecret, realKey, environmentKey))
			for name, text := range folder(t, dir) {
				if found := searched.in(name + "\n" + text); len(found) > 0 {
					t.Errorf("%s holds %.300q", name, found)
				}
			}
			replayer := startConfig(t, fixtureSite(t, nil, dir, "replay"))
			check("first replay", logIn(t, program, replayer.URL, "ISSUER="+theirIssuer), count)
			check("second replay", logIn(t, program, replayer.URL, "ISSUER="+theirIssuer), count)
			only := map[string]int{"authkit": 3, "openid": 2, "passport": 1}[program]
			check("Bob alone", logIn(t, program, replayer.URL, "ISSUER="+theirIssuer, "ONLY="+bob.email), only)
			once := startConfig(t, fixtureSite(t, l.standIn, dir, "once"), "WORKOS_API_KEY="+realKey) // the upstream is gone
			check("in mode once", logIn(t, program, once.URL, "ISSUER="+theirIssuer), count)
			if program == "openid" {
				here := startConfig(t, fixtureSite(t, nil, dir, "replay", "iss here"))
				check("with the issuer of the site", logIn(t, program, here.URL, "ISSUER="+here.URL), count)
			}
		})
	}
}
