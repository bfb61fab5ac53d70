package command

import (
	"os"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/secrettest"
)

// TestInit goes through situations, folders and mistakes.
func TestInit(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want []string
	}{
		"nothing":         {nil, []string{"For alone, because no other situation was asked for (alone, replay, mixed)", "  Caddyfile\n", "  seed.yaml\n", "  caddy run\n"}},
		"alone":           {[]string{"alone"}, []string{"Wrote: WorkOS emulated from the seed"}},
		"another folder":  {[]string{"replay", "--dir", "a/b"}, []string{"Caddyfile.record\n", "  cd a/b\n"}},
		"with a space":    {[]string{"--dir", "my folder"}, []string{"  cd 'my folder'\n"}},
		"with a quote":    {[]string{"--dir", "it's"}, []string{`  cd 'it'\''s'` + "\n"}},
		"like a flag":     {[]string{"--dir=-x"}, []string{"  cd ./-x\n"}},
		"of a home":       {[]string{"--dir=~/x"}, []string{"  cd '~/x'\n"}},
		"with a newline":  {[]string{"--dir", "a\nb"}, []string{"  (in that folder)\n"}},
		"mixed":           {[]string{"mixed"}, []string{"seed.yaml  (with secrets: only you can read it)", "echo seed.yaml >> .gitignore"}},
		"mistyped":        {[]string{"reply"}, []string{`no situation "reply", did you mean "replay"?`, "want one of alone, replay, mixed"}},
		"in capitals":     {[]string{"Mixed"}, []string{`did you mean "mixed"?`}},
		"unlike any":      {[]string{"staging"}, []string{`no situation "staging": want one of alone, replay, mixed`}},
		"long":            {[]string{strings.Repeat("a", 10_000)}, []string{"no situation (not shown): want one of"}},
		"control":         {[]string{"\x1b[31m"}, []string{"no situation (not shown)"}},
		"two":             {[]string{"alone", "mixed"}, []string{"several situations"}},
		"no folder":       {[]string{"--dir", ""}, []string{"--dir: name a folder"}},
		"an unset folder": {[]string{"--dir", "{env.WORKOS_TEST_NONE}"}, []string{"--dir: "}},
		"an unknown flag": {[]string{"--dri", "x"}, []string{"--dri"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			said := runInProcess(t, append([]string{"init"}, test.args...))
			for _, want := range test.want {
				if !strings.Contains(said, want) {
					t.Errorf("it says %s, want %q in it", said, want)
				}
			}
		})
	}
	t.Run("twice", func(t *testing.T) {
		t.Chdir(t.TempDir())
		runInProcess(t, []string{"init"})
		before, err := os.ReadFile("seed.yaml")
		if err != nil {
			t.Fatal(err)
		}
		said := runInProcess(t, []string{"init", "mixed"})
		after, err := os.ReadFile("seed.yaml")
		if !strings.Contains(said, "Caddyfile and seed.yaml are there already in .: nothing was written") || err != nil || string(after) != string(before) {
			t.Errorf("it says %s, %v", said, err)
		}
	})
}

// TestInitShowsNoSecret gives secrets as situations and folders.
func TestInitShowsNoSecret(t *testing.T) {
	for kind, secret := range secrettest.Values(t) {
		if strings.Contains(secret, "\x00") {
			continue
		}
		t.Setenv("SECRET_OF_THE_TEST", secret)
		given := [][]string{{"--dir={env.SECRET_OF_THE_TEST}"}}
		if option.Shown(secret) != secret {
			given = append(given, []string{"--dir=" + secret}, []string{"--", secret})
		}
		for _, args := range given {
			t.Chdir(t.TempDir())
			for range 2 { // the second time, there is something
				said := runInProcess(t, append([]string{"init"}, args...))
				if piece := secrettest.PieceOf(secret, said); piece != "" {
					t.Errorf("%s as %.40q: %q is in %s", kind, args, piece, said)
				}
			}
		}
	}
}
