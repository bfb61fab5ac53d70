package emulatortest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/emulatortest"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// recordedPolls returns a folder with a fixture of two answers.
func recordedPolls(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	save(t, dir, "GET/polls/index.json", `{"request":{"method":"GET","path":"/polls"},"responses":[
		{"status":200,"headers":{"Content-Type":"application/json"},"body":{"n":"first"}},
		{"status":200,"headers":{"Content-Type":"application/json"},"body":{"n":"second"}}]}`)
	return dir
}

func TestAMissFailsTheTestAtOnceAndOnce(t *testing.T) {
	t.Parallel()
	s := &spy{t: t}
	srv := newServer(s, emulatortest.Fixtures(recordedPolls(t), fixture.Replay))
	ask := func(target string, wantTold int) {
		t.Helper()
		status, source, answer := send(t, srv, "GET", target, "sk_test_ci", "")
		told := s.told()
		if status != 501 || source != "fixture" || len(told) != wantTold || told[wantTold-1] != "emulatortest: "+answer["message"].(string) {
			t.Errorf("%s is answered with %d from %s: %v; the test is told %q", target, status, source, answer, told)
		}
	}
	ask("/polls?limit=1", 1)
	ask("/polls?limit=1", 1)
	ask("/other", 2)
	srv.Reset()
	ask("/other", 3)
	if told := s.told(); !strings.Contains(told[0], "the nearest one is GET/polls/index.json") {
		t.Errorf("the test is told %q", told[0])
	}
	// For these, the emulator asks fixtures for the upstream's part, and can do without.
	send(t, srv, "GET", "/oauth2/jwks", "", "")
	send(t, srv, "GET", "/organizations", "sk_test_ci", "")
	if told := s.told(); len(told) != 3 {
		t.Errorf("the test is told %q", told)
	}
}

func TestOnceRecordsWhatIsReplayedWithoutTheUpstream(t *testing.T) {
	t.Parallel()
	const secret, realKey = "sk_live_the_real_one", "sk_live_the_other_one"
	login := theirKey().sign(`{"sub":"user_1","iat":1000,"exp":1300}`)
	dir := filepath.Join(t.TempDir(), "workos")
	upstream := newStandIn(t, `{"access_token":"`+login+`","note":"`+secret+` `+realKey+`"}`)
	options := []emulatortest.Option{
		emulatortest.Upstream(upstream.URL), emulatortest.APIKey(realKey), emulatortest.AcceptKey(secret),
		emulatortest.Fixtures(dir, fixture.Once, func(o *fixture.Options) { o.IgnoreQuery = []string{"trace"} }),
	}
	first := newServer(t, options...)
	if _, source, answer := send(t, first, "GET", "/sessions?trace=1", "sk_test_ci", ""); source != "upstream" || answer["access_token"] != login {
		t.Errorf("%s answers %v", source, answer)
	}
	first.Close()
	upstream.Close()

	later := newServer(t, options...)
	_, source, answer := send(t, later, "GET", "/sessions?trace=2", "sk_test_ci", "")
	if source != "fixture" {
		t.Fatalf("%s answers %v", source, answer)
	}
	var claims struct {
		Subject           string `json:"sub"`
		IssuedAt, Expires int64
		Iat, Exp          int64
	}
	if err := later.Key().Replayed().Verify(answer["access_token"].(string), &claims); err != nil {
		t.Fatal(err)
	}
	if claims.Subject != "user_1" || claims.Iat != beginning.Unix() || claims.Exp != beginning.Add(300*time.Second).Unix() {
		t.Errorf("the token is of %+v", claims)
	}
	for name, text := range filesOf(t, dir) {
		for _, hidden := range []string{secret, realKey, login} {
			if strings.Contains(text, hidden) {
				t.Errorf("%s holds a secret: %s", name, text)
			}
		}
	}
}

func filesOf(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[path] = string(text)
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	return files
}

func TestWhatIsWrongWithFixturesFailsTheTest(t *testing.T) {
	t.Parallel()
	invalid := t.TempDir()
	save(t, invalid, "GET/polls/index.json", `{"request":`)
	for name, test := range map[string]struct {
		dir, want string
		mode      fixture.Mode
	}{
		"invalid": {invalid, "a fixture cannot be replayed", fixture.Replay},
		"drift":   {recordedPolls(t), "the upstream's answer differs from the fixture", fixture.Verify},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &spy{t: t}
			upstream := newStandIn(t, `{"m":1}`)
			srv := newServer(s, emulatortest.Upstream(upstream.URL), emulatortest.Fixtures(test.dir, test.mode))
			send(t, srv, "GET", "/polls", "sk_test_ci", "")
			srv.Close() // waits until the answer has been looked at
			told := s.told()
			if len(told) == 0 || !strings.HasPrefix(told[0], "emulatortest: "+test.want) {
				t.Errorf("the test is told %q", told)
			}
		})
	}
}
