package integration

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// called is what a method of an SDK asked and made of the answer.
type called struct {
	Name    string
	Asked   []string
	Error   string
	outcome any // the whole line
	at      time.Time
}

// sdkSecrets are the secrets that the SDK is given for its requests, by the member that has them.
func (p *planted) sdkSecrets(t *testing.T) string {
	t.Helper()
	secrets, err := json.Marshal(map[string]any{
		"code": p.opaque(), "codeVerifier": p.opaque(), "refreshToken": p.opaque(), "password": p.password(), "newPassword": p.password(), "token": p.opaque(),
		"pendingAuthenticationToken": p.opaque(), "invitationToken": p.opaque(), "accessToken": p.opaque(), "totpSecret": p.totpSecret(), "value": p.apiKey(),
		"clientSecret": p.thirdParty(), "secret": p.thirdParty(), "credential": p.opaque(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(secrets)
}

// runEveryMethod has the SDK call all its methods, and returns what they said.
func runEveryMethod(t *testing.T, site, secrets string) (calls []called) {
	t.Helper()
	said, err := node(t, sdkFolder(t), "fixtures/everymethod.mjs", "SITE="+site, "KEY="+environmentKey, "PLANTED="+secrets)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(said) {
		c := called{at: time.Now()}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if err := json.Unmarshal([]byte(line), &c.outcome); err != nil {
			t.Fatal(err)
		}
		calls = append(calls, c)
	}
	return calls
}

// TestEveryMethodOfTheSDKIsRecordedAndReplayed has WorkOS's SDK make the same objects of replayed answers as of recorded ones.
func TestEveryMethodOfTheSDKIsRecordedAndReplayed(t *testing.T) {
	t.Parallel()
	r, dir := newRoutes(t), filepath.Join(t.TempDir(), "fixtures")
	secrets := r.sdkSecrets(t)
	recorder := startConfig(t, fixtureSite(t, r.standIn, dir, "record"), "WORKOS_API_KEY="+realKey)
	recorded := runEveryMethod(t, recorder.URL, secrets)
	recorder.stop()
	r.Close()
	if len(recorded) < 200 {
		t.Errorf("only %d methods were called", len(recorded))
	}
	replayer := startConfig(t, fixtureSite(t, nil, dir, "replay"))
	replayed := runEveryMethod(t, replayer.URL, secrets)
	replayer.stop()
	if len(replayed) != len(recorded) {
		t.Fatalf("%d methods asked when it was recorded, %d in the replay", len(recorded), len(replayed))
	}
	understood := 0
	for i, was := range recorded {
		is := replayed[i]
		if was.Error == "" {
			understood++
		}
		if want := strings.ReplaceAll(fmt.Sprint(was.Asked), " upstream", " fixture"); fmt.Sprint(is.Asked) != want {
			t.Errorf("%s asked %v, want %v", was.Name, is.Asked, want)
			continue
		}
		c := &comparison{planted: r.planted, recordedAt: was.at, replayedAt: is.at}
		c.values("", withoutMember(was.outcome, "asked"), withoutMember(is.outcome, "asked"))
		for _, difference := range c.found {
			t.Errorf("%s: %s", was.Name, difference)
		}
	}
	if understood < 150 {
		t.Errorf("only %d answers were understood", understood)
	}
	searched := searchFor(append(r.all(), realKey, environmentKey))
	files := folder(t, dir)
	for _, name := range sortedKeys(files) {
		if found := searched.in(name + "\n" + files[name]); len(found) > 0 {
			t.Errorf("%s holds %.300q", name, found)
		}
	}
	if found := searched.in(recorder.Log.String() + replayer.Log.String()); len(found) > 0 {
		t.Errorf("a log holds %.300q", found)
	}
	t.Logf("%d methods asked, %d answers were understood", len(recorded), understood)
}

func withoutMember(outcome any, name string) any { return without(outcome.(map[string]any), name) }
