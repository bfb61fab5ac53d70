package caddymodule

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-workos/caddy-workos/emulator"
)

// defaultInstance is the name of the state where the configuration gives none.
const defaultInstance = "default"

// resolved is the configuration with its placeholders replaced. It is never part of what the admin endpoint shows.
type resolved struct {
	seed             string // an absolute path, or empty
	issuer           string
	audience         string
	signingKey       string
	productionClaims bool
	emulate          []emulator.Group
	instance         string
	acceptKeys       []string
}

// resolve replaces the placeholders and checks the values. Its errors name the option and never hold the value of a
// placeholder.
func (m *Emulator) resolve() (resolved, error) {
	r := resolved{}
	for _, option := range []struct {
		name  string
		value string
		into  *string
	}{
		{"seed", m.Seed, &r.seed},
		{"issuer", m.Issuer, &r.issuer},
		{"audience", m.Audience, &r.audience},
		{"signing_key", m.SigningKey, &r.signingKey},
		{"instance", m.Instance, &r.instance},
	} {
		if err := expand(option.name, option.value, option.into); err != nil {
			return resolved{}, err
		}
	}
	for _, key := range m.AcceptKey {
		var value string
		if err := expand("accept_key", key, &value); err != nil {
			return resolved{}, err
		}
		if strings.TrimSpace(value) == "" {
			return resolved{}, errors.New("accept_key: is empty")
		}
		r.acceptKeys = append(r.acceptKeys, strings.TrimSpace(value))
	}
	if r.instance == "" {
		r.instance = defaultInstance
	}
	if r.seed != "" {
		absolute, err := filepath.Abs(r.seed)
		if err != nil {
			return resolved{}, fmt.Errorf("seed: %w", err)
		}
		r.seed = absolute
	}
	return r, errors.Join(checkIssuer(r.issuer), m.checkTokenTTL(), r.readClaims(m.Claims), r.readGroups(m.Emulate))
}

// expand replaces the placeholders of an option. An option that is not given stays empty.
func expand(option, value string, into *string) error {
	if value == "" {
		return nil
	}
	expanded, err := caddy.NewReplacer().ReplaceOrErr(value, true, true)
	if err == nil && expanded == "" {
		err = errors.New("resolves to nothing")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", option, err)
	}
	*into = expanded
	return nil
}

func checkIssuer(issuer string) error {
	if issuer == "" {
		return nil
	}
	if err := emulator.CheckIssuer(issuer); err != nil {
		return fmt.Errorf("issuer: %w", err)
	}
	return nil
}

func (m *Emulator) checkTokenTTL() error {
	if ttl := time.Duration(m.TokenTTL); ttl < 0 || ttl%time.Second != 0 {
		return fmt.Errorf("token_ttl: want a positive number of whole seconds, got %s", ttl)
	}
	return nil
}

func (r *resolved) readClaims(claims string) error {
	switch claims {
	case "", "default":
	case "production":
		r.productionClaims = true
	default:
		return fmt.Errorf("claims: want default or production, got %q", claims)
	}
	return nil
}

func (r *resolved) readGroups(names []string) error {
	for _, name := range names {
		group, err := emulator.ParseGroup(name)
		if err != nil {
			return fmt.Errorf("emulate: %w", err)
		}
		r.emulate = append(r.emulate, group)
	}
	return nil
}
