package caddymodule

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/origin"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// defaultInstance is the name of the state where the configuration gives none.
const defaultInstance = "default"

// resolved is the configuration with its placeholders replaced. It is never part of what the admin endpoint shows.
type resolved struct {
	seed             option // an absolute path, or empty
	publicURL        option
	issuer           option
	audience         option
	signingKey       option
	productionClaims bool
	emulate          []string
	instance         option
	acceptKeys       []string
}

// resolve replaces the placeholders and checks the values. Its errors name the option and never hold the value of a
// placeholder.
func (m *Emulator) resolve() (r resolved, err error) {
	for _, o := range []struct {
		name, text string
		into       *option
	}{
		{"seed", m.Seed, &r.seed},
		{"public_url", m.PublicURL, &r.publicURL},
		{"issuer", m.Issuer, &r.issuer},
		{"audience", m.Audience, &r.audience},
		{"signing_key", m.SigningKey, &r.signingKey},
		{"instance", m.Instance, &r.instance},
	} {
		if *o.into, err = resolve(o.name, o.text); err != nil {
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
	r.instance = r.instance.or(defaultInstance)
	if r.seed, err = r.seed.absolute(); err != nil {
		return resolved{}, err
	}
	return r, errors.Join(checkPublicURL(r.publicURL), checkIssuer(r.issuer), m.checkTokenTTL(), r.readClaims(m.Claims), r.readGroups(m.Emulate))
}

func checkPublicURL(public option) error {
	if public.value == "" {
		return nil
	}
	if _, err := origin.ParsePublicURL(public.value); err != nil {
		return public.errorf("%w", err)
	}
	return nil
}

func checkIssuer(issuer option) error {
	if issuer.value == "" {
		return nil
	}
	if err := origin.CheckIssuer(issuer.value); err != nil {
		return issuer.errorf("%w", err)
	}
	return nil
}

func (m *Emulator) checkTokenTTL() error {
	if ttl := time.Duration(m.TokenTTL); ttl < 0 || ttl%time.Second != 0 {
		return fmt.Errorf("token_ttl: want a positive number of whole seconds, got %s", ttl)
	}
	return nil
}

func (r *resolved) readClaims(text string) error {
	claims, err := resolve("claims", text)
	if err != nil {
		return err
	}
	switch claims.value {
	case "", "default":
	case "production":
		r.productionClaims = true
	default:
		return claims.errorf("want default or production, got %s", quoted(claims.text))
	}
	return nil
}

func (r *resolved) readGroups(texts []string) error {
	for _, text := range texts {
		name, err := resolve("emulate", text)
		if err != nil {
			return err
		}
		if emulator.CheckGroup(name.value) != nil {
			return name.errorf("unknown group %s%s: the groups are %s", quoted(name.text), didYouMean(name.text, strings.Fields(groupNames(" "))), groupNames(", "))
		}
		r.emulate = append(r.emulate, name.value)
	}
	return nil
}

// didYouMean names the word of some that a text was most likely meant to be, if it is near to one.
func didYouMean(text string, words []string) string {
	if meant, ok := seed.Nearest(text, words); ok {
		return fmt.Sprintf(", did you mean %q?", meant)
	}
	return ""
}

// groupNames lists all groups.
func groupNames(separator string) string {
	return strings.Join(emulator.Groups(), separator)
}
