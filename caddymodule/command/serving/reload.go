package serving

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/signingkey"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/disk"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// ErrStopped says that a server has been stopped.
var ErrStopped = errors.New("the server has been stopped")

// Reload reads the seed and the signing key again, and serves by them. What was created at run time is kept. After an error,
// everything stays as it was. After [Running.Stop], it does nothing but return ErrStopped.
func (r *Running) Reload() (*seed.Seed, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return nil, ErrStopped
	}
	r.server.discoverSeed() // one that is new, where there was none
	if err := r.checkRegular(); err != nil {
		return nil, err
	}
	loaded, err := r.server.check()
	if err != nil {
		return nil, err
	}
	if err := r.configure(); err != nil {
		return nil, err
	}
	return loaded, shortened(caddy.Load(r.config, true))
}

// checkRegular wants the files that are read again to be regular ones: reading a pipe may take for ever.
func (r *Running) checkRegular() error {
	all, err := r.Followed()
	if err != nil {
		return err
	}
	for _, followed := range all {
		info, err := os.Stat(followed.Path)
		if err == nil && !followed.IsFixtures && !info.Mode().IsRegular() {
			return fmt.Errorf("%s: %w", followed.Name, disk.ErrNoFile)
		}
	}
	return nil
}

// shortened leaves out of an error of Caddy's by which of its modules it has come.
func shortened(err error) error {
	const handler = "provision http.handlers."
	if err == nil {
		return nil
	}
	said := err.Error()
	if at := strings.LastIndex(said, handler); at >= 0 {
		if _, why, ok := strings.Cut(said[at+len(handler):], ": "); ok {
			return FlagOfOption(errors.New(why))
		}
	}
	return err
}

// Followed is a file or a folder that says what is served.
type Followed struct {
	Name string // for people
	Path string
	// IsFixtures tells whether it is the folder of fixtures, which are read anew for each request.
	IsFixtures bool
}

// Followed returns what an edit may change: the seed, or those files that would be found as one; the file of the signing key; and
// the fixtures, unless they are being recorded.
func (r *Running) Followed() ([]Followed, error) {
	site, err := r.server.Resolve()
	if err != nil {
		return nil, err
	}
	var all []Followed
	switch {
	case site.Seed.Value != "":
		all = append(all, Followed{Name: option.Shown(r.server.Seed), Path: site.Seed.Value})
	case !r.server.isGiven("seed"):
		for _, name := range SeedNames {
			path, err := filepath.Abs(name)
			if err != nil {
				return nil, err
			}
			all = append(all, Followed{Name: name, Path: path})
		}
	}
	if key := site.SigningKey; key.Value != "" && key.Value != signingkey.InStorage && oauth.FormatOfKey([]byte(key.Value)) == oauth.NoKey {
		all = append(all, Followed{Name: key.String(), Path: key.Value})
	}
	dir, mode, err := r.server.fixtures()
	if err == nil && dir.Value != "" && mode == fixture.Replay {
		if dir, err = dir.Absolute(); err == nil {
			all = append(all, Followed{Name: option.Shown(r.server.Fixtures), Path: dir.Value, IsFixtures: true})
		}
	}
	return all, err
}
