package caddymodule

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// realKeyVariable is the environment variable of the real key. There is no flag for it: others see a process's flags.
const realKeyVariable = "WORKOS_API_KEY"

// shortOf reads the flags into the short form that they stand for.
func shortOf(c *cobra.Command) (*short, error) {
	s := &short{emulator: Emulator{
		Seed:       stringFlag(c, "seed"),
		PublicURL:  stringFlag(c, "public-url"),
		Issuer:     stringFlag(c, "issuer"),
		Audience:   stringFlag(c, "audience"),
		SigningKey: stringFlag(c, "signing-key"),
		TestAPI:    boolFlag(c, "test-api"),
	}}
	for _, origin := range []struct {
		name string
		into **proxied
	}{{"upstream", &s.upstream}, {"authkit", &s.authkit}} {
		value := stringFlag(c, origin.name)
		if value == "" {
			continue
		}
		p, err := newProxied("--"+origin.name, value)
		if err == nil {
			err = p.secure()
		}
		if err != nil {
			return nil, err
		}
		*origin.into = p
	}
	if s.upstream != nil && strings.TrimSpace(os.Getenv(realKeyVariable)) != "" {
		placeholder := "{env." + realKeyVariable + "}"
		s.upstream.transport.APIKey = placeholder
		s.emulator.AcceptKey = []string{placeholder}
	}
	return s, s.addFixtures(stringFlag(c, "fixtures"), stringFlag(c, "mode"))
}

// addFixtures puts the fixtures of --fixtures and --mode into the short form.
func (s *short) addFixtures(folder, mode string) error {
	switch {
	case folder == "" && mode == "":
		return nil
	case folder == "":
		return errors.New("--mode says what is done with fixtures: give their folder with --fixtures")
	case mode == "":
		return errors.New("--fixtures: say what is done with them with --mode: replay, record, once, fallback, verify or live")
	}
	dir, err := resolve("--fixtures", folder)
	if err != nil {
		return err
	}
	wanted, err := resolve("--mode", mode)
	if err != nil {
		return err
	}
	parsed, err := parseMode(wanted)
	switch {
	case err != nil:
		return err
	case parsed != fixture.Replay && s.upstream == nil && s.authkit == nil:
		return fmt.Errorf("--mode %s asks the real WorkOS: say where it is with --upstream, or replay", parsed)
	}
	if info, err := os.Stat(dir.value); parsed == fixture.Replay && (err != nil || !info.IsDir()) {
		return dir.errorf("there is no folder %s: record some first, with --mode record", dir)
	}
	s.fixtures = &Fixtures{Dir: folder, Mode: mode}
	return nil
}

// check finds what is wrong with the values of the flags before Caddy does, whose errors name modules, and says what is
// in the seed.
func (s *short) check() (about string, err error) {
	options, err := s.emulator.resolveFlags()
	if err != nil {
		return "", err
	}
	if key := options.signingKey; key.value != "" && key.value != storedSigningKey {
		if _, err := readKey(key); err != nil {
			return "", fmt.Errorf("--signing-key: %w", err)
		}
	}
	loaded := seed.Empty()
	about = "nothing (--seed gives more)"
	switch {
	case options.seed.value != "":
		if loaded, err = loadSeed(s.emulator.Seed); err != nil {
			return "", err
		}
		about = loaded.Summary()
		checkedSeed.Store(&parsedSeed{options.seed.value, loaded})
	case len(options.acceptKeys) == 0:
		about = "nothing but the API key " + seed.DefaultKey + " (--seed gives more)"
	}
	s.seedPassesKeysOn = loaded.PassesKeysOn()
	return about, nil
}

// resolveFlags is resolve, whose errors begin with the option, for options that are flags.
func (m *Emulator) resolveFlags() (resolved, error) {
	options, err := m.resolve()
	if err != nil {
		option, problem, _ := strings.Cut(err.Error(), ":")
		return resolved{}, fmt.Errorf("--%s:%s", strings.ReplaceAll(option, "_", "-"), problem)
	}
	return options, nil
}

// loadSeed reads the file of --seed.
func loadSeed(path string) (*seed.Seed, error) {
	file, err := resolve("--seed", path)
	if err != nil {
		return nil, err
	}
	loaded, err := readSeedFile(file)
	var problems seed.Problems
	switch {
	case errors.As(err, &problems):
		return nil, fmt.Errorf("--seed: the file has %s:\n%w", count(len(problems), "problem"), problems)
	case err != nil:
		return nil, fmt.Errorf("--seed: %w", err)
	}
	return loaded, nil
}
