package emulatortest

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/origin"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// Option says what a server is like.
type Option struct {
	name  string
	apply func(*configuration) error
}

// Seed is what the server holds at its start, in YAML or JSON: the text of a seed file. Default: nothing but the
// environment key [seed.DefaultKey].
func Seed(text string) Option {
	return Option{"Seed", func(c *configuration) error {
		parsed, err := seed.Parse("", []byte(text), seed.Options{})
		return c.seedBy("Seed", parsed, err)
	}}
}

// SeedFile is [Seed] from a file. The path is relative to the test's package, as those of all files of a Go test are.
func SeedFile(path string) Option {
	return Option{"SeedFile", func(c *configuration) error {
		loaded, err := seed.Load(path, seed.Options{})
		return c.seedBy("SeedFile", loaded, err)
	}}
}

// Key is the key that signs tokens: see [oauth.ParseKey] and [oauth.GenerateKey]. Default: one that all servers of
// the process share.
func Key(key *oauth.SigningKey) Option {
	return Option{"Key", func(c *configuration) error {
		if key == nil {
			return errors.New("is nil")
		}
		c.emulator.Key = key
		return nil
	}}
}

// PublicURL is where callers reach the server, in the place of its URL: an origin that may have a path, behind a proxy that
// takes one off. The endpoints in discovery documents begin with it. Default: the server's URL.
func PublicURL(public string) Option {
	return Option{"PublicURL", func(c *configuration) (err error) {
		c.emulator.PublicURL, err = origin.ParsePublicURL(public)
		return err
	}}
}

// Issuer is the `iss` of access tokens. Default: that of PublicURL, or else the server's URL.
func Issuer(issuer string) Option {
	return Option{"Issuer", func(c *configuration) error {
		c.emulator.Issuer = issuer
		return origin.CheckIssuer(issuer)
	}}
}

// Audience is the `aud` of access tokens of applications that have none in the seed: in production, the client ID of the
// WorkOS environment. Default: the application's client_id.
func Audience(audience string) Option {
	return Option{"Audience", func(c *configuration) error {
		c.emulator.Audience = audience
		return nil
	}}
}

// TokenTTL is the lifetime of access tokens of applications that have none in the seed, in whole seconds. Default:
// [emulator.DefaultTokenTTL].
func TokenTTL(ttl time.Duration) Option {
	return lasting("TokenTTL", ttl, func(o *emulator.Options) *time.Duration { return &o.TokenTTL })
}

// ProductionClaims leaves out the `scp` claim of access tokens, which those of production do not have.
func ProductionClaims() Option {
	return Option{"ProductionClaims", func(c *configuration) error {
		c.emulator.ProductionClaims = true
		return nil
	}}
}

// Emulate names what to answer. The rest goes to the fixtures and the upstream. Default: all of [emulator.Groups].
func Emulate(groups ...string) Option {
	return Option{"Emulate", func(c *configuration) error {
		if len(groups) == 0 {
			return errors.New("name at least one group")
		}
		c.emulator.Emulate = groups
		return nil
	}}
}

// AcceptKey is an API key, beside those of the seed, whose holder may use all that the server answers.
func AcceptKey(key string) Option {
	return Option{"AcceptKey", func(c *configuration) (err error) {
		key, err := realkey.Parse(key)
		c.emulator.AcceptKeys = append(c.emulator.AcceptKeys, key)
		return err
	}}
}

// StartAt is what the clock shows at first. Default: the time at which the server is started.
func StartAt(now time.Time) Option {
	return Option{"StartAt", func(c *configuration) error {
		c.start = now
		return nil
	}}
}

// KeepRequests is how many of the last requests [Server.Requests] returns, so that a long test does not fill the memory.
// Default: [DefaultKeptRequests].
func KeepRequests(count int) Option {
	return Option{"KeepRequests", func(c *configuration) error {
		if count < 0 {
			return fmt.Errorf("want a number of requests, got %d", count)
		}
		c.keepRequests = count
		return nil
	}}
}

// Upstream is the origin of the real WorkOS's REST API, such as https://api.workos.com, or of what stands for it in a
// test. It is asked what neither the emulator nor fixtures answer. Default: none, and then it is answered
// with 501 `not_emulated`.
func Upstream(origin string) Option {
	return Option{"Upstream", func(c *configuration) error { return parseOrigin(origin, &c.upstream) }}
}

// AuthKit is the origin of the AuthKit domain, which is asked for /oauth2/* and /.well-known/*. Default: that of
// [Upstream].
func AuthKit(origin string) Option {
	return Option{"AuthKit", func(c *configuration) error { return parseOrigin(origin, &c.authkit) }}
}

// APIKey is the key of the real WorkOS. It goes to [Upstream] and nowhere else, in the place of an environment key of
// the seed's. Default: none, and then such a request goes on without a key.
func APIKey(key string) Option {
	return Option{"APIKey", func(c *configuration) (err error) {
		c.realKey, err = realkey.Parse(key)
		return err
	}}
}

// Fixtures replays what was recorded in a folder, or records what [Upstream] answers into it. Each server starts with
// the first answer of each fixture, so that tests that record should not share a folder.
//
// The changes may set what a fixture.Options has about matching, redaction and values; the rest of it is the server's.
func Fixtures(dir string, mode fixture.Mode, change ...func(*fixture.Options)) Option {
	return Option{"Fixtures", func(c *configuration) (err error) {
		if dir == "" {
			return errors.New("name the folder")
		}
		o := &fixture.Options{}
		for _, f := range change {
			f(o)
		}
		if o.Mode, err = fixture.ParseMode(string(mode)); err != nil {
			return err
		}
		c.fixtures = o
		o.Library, err = fixture.Open(dir)
		return err
	}}
}

func parseOrigin(address string, into **url.URL) error {
	parsed, err := origin.Parse(address)
	*into = parsed
	return err
}
