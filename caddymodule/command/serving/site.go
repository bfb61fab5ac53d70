package serving

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/text"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/signingkey"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/origin"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// RealKeyVariable is the environment variable of the real key. There is no flag for it: others see a process's flags.
const RealKeyVariable = "WORKOS_API_KEY"

// Site is what `caddy workos` serves: the options of the directive `workos` that it has flags for, with their placeholders.
type Site struct {
	Seed, PublicURL, Issuer, Audience, SigningKey string

	TestAPI    bool
	AcceptKeys []string

	Logins

	Upstream, AuthKit string // origins; empty for none
	UpstreamKey       string // the API key for the upstream

	Fixtures, Mode string // a folder, and what is done with it; empty for none
}

// checkOrigins reads the origins of the flags, and takes the real key for the upstream, if there is one.
func (s *Site) checkOrigins() error {
	for _, given := range []struct{ flag, value string }{{"--upstream", s.Upstream}, {"--authkit", s.AuthKit}} {
		o, err := option.Resolve(given.flag, given.value)
		if err != nil {
			return err
		}
		err = o.Check(func(value string) error {
			_, err := origin.Parse(value)
			return err
		})
		if err != nil {
			return err
		}
	}
	if s.Upstream != "" && strings.TrimSpace(os.Getenv(RealKeyVariable)) != "" {
		s.UpstreamKey = "{env." + RealKeyVariable + "}"
		s.AcceptKeys = []string{s.UpstreamKey}
	}
	return nil
}

// checkFixtures looks at the folder and the mode.
func (s *Site) checkFixtures() error {
	switch {
	case s.Fixtures == "" && s.Mode == "":
		return nil
	case s.Fixtures == "":
		return errors.New("--mode says what is done with fixtures: give their folder with --fixtures")
	case s.Mode == "":
		return errors.New("--fixtures: say what is done with them with --mode: replay, record, once, fallback, verify or live")
	}
	dir, mode, err := s.fixtures()
	switch {
	case err != nil:
		return err
	case mode != fixture.Replay && s.Upstream == "" && s.AuthKit == "":
		return fmt.Errorf("--mode %s asks the real WorkOS: say where it is with --upstream, or replay", mode)
	}
	if info, err := os.Stat(dir.Value); mode == fixture.Replay && (err != nil || !info.IsDir()) {
		return dir.Errorf("there is no folder %s: record some first, with --mode record", dir)
	}
	return nil
}

// fixtures reads --fixtures and --mode.
func (s *Site) fixtures() (dir option.Option, mode fixture.Mode, err error) {
	var wanted option.Option
	err = option.ResolveAll(
		option.Written{Name: "--fixtures", Text: s.Fixtures, Into: &dir}, option.Written{Name: "--mode", Text: s.Mode, Into: &wanted},
	)
	if err == nil && s.Mode != "" {
		mode, err = option.ParseMode(wanted)
	}
	return dir, mode, err
}

// check finds what is wrong with the values of the flags before Caddy does, whose errors name modules. It returns the seed.
func (s *Site) check() (*seed.Seed, error) {
	if err := s.checkOrigins(); err != nil {
		return nil, err
	}
	if err := s.checkFixtures(); err != nil {
		return nil, err
	}
	options, err := s.Resolve()
	if err != nil {
		return nil, err
	}
	if key := options.SigningKey; key.Value != "" && key.Value != signingkey.InStorage {
		if _, err := signingkey.Read(key); err != nil {
			return nil, fmt.Errorf("--signing-key: %w", err)
		}
	}
	if options.Seed.Value == "" {
		return seed.Empty(), nil
	}
	loaded, err := LoadSeed(s.Seed)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w (without --seed, it is %s of the working folder)", err, seedNamesForPeople)
	case err != nil:
		return nil, err
	}
	instance.UseChecked(options.Seed.Value, loaded)
	return loaded, nil
}

// Resolved are the values of flags that are options of `workos_emulator`.
type Resolved struct {
	Seed, PublicURL, Issuer, Audience, SigningKey option.Option
}

// Resolve replaces the placeholders of the flags, and checks their values.
func (s *Site) Resolve() (r Resolved, err error) {
	err = option.ResolveAll(
		option.Written{Name: "seed", Text: s.Seed, Into: &r.Seed}, option.Written{Name: "public_url", Text: s.PublicURL, Into: &r.PublicURL},
		option.Written{Name: "issuer", Text: s.Issuer, Into: &r.Issuer}, option.Written{Name: "audience", Text: s.Audience, Into: &r.Audience},
		option.Written{Name: "signing_key", Text: s.SigningKey, Into: &r.SigningKey},
	)
	if err == nil {
		r.Seed, err = r.Seed.Absolute()
	}
	if err == nil {
		err = errors.Join(option.CheckPublicURL(r.PublicURL), option.CheckIssuer(r.Issuer))
	}
	return r, FlagOfOption(err)
}

// LoadSeed reads the file of --seed.
func LoadSeed(path string) (*seed.Seed, error) {
	file, err := option.Resolve("--seed", path)
	if err != nil {
		return nil, err
	}
	loaded, err := instance.ReadSeed(file)
	var problems seed.Problems
	switch {
	case errors.As(err, &problems):
		return nil, fmt.Errorf("--seed: the file has %s:\n%w", text.Count(len(problems), "problem"), problems)
	case err != nil:
		return nil, fmt.Errorf("--seed: %w", err)
	}
	return loaded, nil
}

// FlagOfOption names the flag in the place of the option that an error is about.
func FlagOfOption(err error) error {
	if err == nil {
		return nil
	}
	name, why, found := strings.Cut(err.Error(), ": ")
	if !found || !option.IsName(name) {
		return err
	}
	return fmt.Errorf("--%s: %s", strings.ReplaceAll(name, "_", "-"), why)
}
