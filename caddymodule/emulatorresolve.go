package caddymodule

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator"
)

// resolved is the configuration with its placeholders replaced. It is never part of what the admin endpoint shows.
type resolved struct {
	seed             option.Option // an absolute path, or empty
	publicURL        option.Option
	issuer           option.Option
	audience         option.Option
	signingKey       option.Option
	productionClaims bool
	emulate          []string
	instance         option.Option
	acceptKeys       []string
	logins
}

// resolve replaces the placeholders and checks the values. Its errors name the option and never hold the value of a
// placeholder.
func (m *Emulator) resolve() (r resolved, err error) {
	err = option.ResolveAll(
		option.Written{Name: "seed", Text: m.Seed, Into: &r.seed},
		option.Written{Name: "public_url", Text: m.PublicURL, Into: &r.publicURL},
		option.Written{Name: "issuer", Text: m.Issuer, Into: &r.issuer},
		option.Written{Name: "audience", Text: m.Audience, Into: &r.audience},
		option.Written{Name: "signing_key", Text: m.SigningKey, Into: &r.signingKey},
		option.Written{Name: "instance", Text: m.Instance, Into: &r.instance},
	)
	if err != nil {
		return resolved{}, err
	}
	for _, key := range m.AcceptKey {
		var value string
		if err := option.Expand("accept_key", key, &value); err != nil {
			return resolved{}, err
		}
		if value, err = readAcceptKey(value); err != nil {
			return resolved{}, err
		}
		r.acceptKeys = append(r.acceptKeys, value)
	}
	if err := r.resolveLogins(m); err != nil {
		return resolved{}, err
	}
	r.instance = r.instance.Or(instance.Default)
	if r.seed, err = r.seed.Absolute(); err != nil {
		return resolved{}, err
	}
	return r, errors.Join(
		option.CheckPublicURL(r.publicURL), option.CheckIssuer(r.issuer), checkTTL("token_ttl")(time.Duration(m.TokenTTL)),
		r.readClaims(m.Claims), r.readGroups(m.Emulate),
	)
}

// readAcceptKey returns a key without the white space around it. Its error does not hold the key.
func readAcceptKey(value string) (string, error) {
	key := strings.TrimSpace(value)
	if key == "" {
		return "", errors.New("accept_key: is empty")
	}
	return key, nil
}

// checkTTL is the check of an option that is a lifetime.
func checkTTL(name string) func(time.Duration) error {
	return func(ttl time.Duration) error {
		if ttl < 0 || ttl%time.Second != 0 {
			return fmt.Errorf("%s: want a positive number of whole seconds, got %s", name, ttl)
		}
		return nil
	}
}

func (r *resolved) readClaims(text string) error {
	claims, err := option.Resolve("claims", text)
	if err != nil {
		return err
	}
	r.productionClaims = claims.Value == "production"
	return claims.Or("default").OneOf(claimsChoices)
}

var claimsChoices = []string{"default", "production"}

func (r *resolved) readGroups(texts []string) error {
	for _, text := range texts {
		name, err := option.Resolve("emulate", text)
		if err != nil {
			return err
		}
		if emulator.CheckGroup(name.Value) != nil {
			groups := emulator.Groups()
			return name.Errorf("unknown group %s%s: the groups are %s", option.Quoted(name.Text), option.DidYouMean(name.Text, groups), strings.Join(groups, ", "))
		}
		r.emulate = append(r.emulate, name.Value)
	}
	return nil
}
