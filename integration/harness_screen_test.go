package integration

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// screened is a `caddy workos` in a folder of its own, with its outputs apart.
type screened struct {
	*process
	Folder   string
	Out, Err *syncBuffer
}

// exampleFolder is a folder with the example's seed under a name that is looked for.
func exampleFolder(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("../seed.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "seed.yaml"), string(text))
	return dir
}

// launchScreen runs `caddy workos` in a folder.
func launchScreen(t testing.TB, folder string, env []string, args ...string) *screened {
	t.Helper()
	s := &screened{Folder: folder, Out: &syncBuffer{}, Err: &syncBuffer{}}
	s.process = startCommandTo(t, s.Out, s.Err, folder, env, append([]string{"workos"}, args...)...)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the output:\n%s", lastLines(s.Out.String(), 60))
		}
	})
	return s
}

// lastOfBanner is in the last line of the screen before the requests.
const lastOfBanner = "More: caddy workos --help"

var bannerURL = regexp.MustCompile(`^WorkOS is at (\S+) \(`)

// startScreen is launchScreen on a free port, until the screen is there. It answers then.
func startScreen(t testing.TB, folder string, env []string, args ...string) *screened {
	t.Helper()
	s := launchScreen(t, folder, env, append([]string{"--port", "0"}, args...)...)
	s.waitFor("the screen", lastOfBanner)
	found := bannerURL.FindStringSubmatch(s.Out.String())
	if found == nil {
		t.Fatalf("the screen begins with %q", firstLine(s.Out.String()))
	}
	s.URL = found[1]
	return s
}

// waitFor waits until a text is on the screen.
func (s *screened) waitFor(what, text string) {
	s.t.Helper()
	eventually(s.t, what, func() bool {
		select {
		case <-s.exited:
			s.t.Fatalf("it has ended: %v, %s", s.err, s.Err)
		default:
		}
		return strings.Contains(s.Out.String(), text)
	})
}

// requestLines are the lines below the banner.
func (s *screened) requestLines() []string {
	_, below, _ := strings.Cut(s.Out.String(), lastOfBanner)
	_, below, _ = strings.Cut(below, "\n\n")
	if below == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(below, "\n"), "\n")
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
