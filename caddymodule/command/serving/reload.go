package serving

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/signingkey"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// Reload reads the seed and the signing key again, and serves by them. What was created at run time is kept. After an error,
// everything stays as it was. It is not safe for concurrent use.
func (r *Running) Reload() (*seed.Seed, error) {
	r.server.discoverSeed() // one that is new, where there was none
	loaded, err := r.server.check()
	if err != nil {
		return nil, err
	}
	if err := r.configure(); err != nil {
		return nil, err
	}
	return loaded, shortened(caddy.Load(r.config, true))
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
