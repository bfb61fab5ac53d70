package caddymodule

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/store"
)

// instances holds the state of every instance, by name, for as long as a configuration uses it: a reload loses nothing.
var instances = caddy.NewUsagePool()

// instance is the state that outlives a configuration.
type instance struct {
	name      string
	shown     string // the name as it may be told, if it may not be told as it is
	store     *store.Store
	documents upstream.Documents
	keys      oauth.Keys
	faults    fault.Hooks
	// secrets are those of the store, which must not leave.
	secrets guard.Secrets

	mu        sync.Mutex
	applied   *seedPlan         // what the store was seeded by last; nil before the first request
	planned   int               // how many plans there have been
	generated *oauth.SigningKey // made when it is first needed
	stored    *oauth.SigningKey // as the storage had it last
	plans     map[any]*seedPlan // by configuration

	folders map[*fixture.Library]int // the folders of fixtures that are used with it, and how often
}

// title is what the instance is called in errors, logs and answers.
func (i *instance) title() string { return cmp.Or(i.shown, i.name) }

// Destruct is called when no configuration uses the instance any more.
func (*instance) Destruct() error { return nil }

// holdInstance takes a reference to an instance, which is to be given back to the pool.
func holdInstance(name option) (*instance, error) {
	held, _, err := instances.LoadOrNew(name.value, func() (caddy.Destructor, error) {
		return &instance{
			name: name.value, shown: name.String(), store: store.New(), plans: map[any]*seedPlan{}, folders: map[*fixture.Library]int{},
		}, nil
	})
	if err != nil {
		return nil, err
	}
	return held.(*instance), nil
}

// instanceUse is one handler's use of an instance. What it refers to stays good for a request that is still under way when
// the use has been released.
type instanceUse struct {
	instance *instance
	id       any // of the configuration
	plan     *seedPlan
	logger   *zap.Logger
}

// useInstance takes hold of an instance, without any effect on what is in it: the configuration may yet fail, or may only
// be validated. What it took, it gives back when it fails.
func useInstance(ctx caddy.Context, name option, logger *zap.Logger) (*instanceUse, error) {
	held, err := holdInstance(name)
	if err != nil {
		return nil, err
	}
	u := &instanceUse{instance: held, id: idOf(ctx), logger: logger}
	held.mu.Lock()
	defer held.mu.Unlock()
	if u.plan = held.plans[u.id]; u.plan == nil {
		u.plan = &seedPlan{}
		held.plans[u.id] = u.plan
	}
	u.plan.users++
	return u, nil
}

// seedBy says what file the configuration wants the instance to be seeded by, reads it, and finds out whether it can be
// applied.
func (u *instanceUse) seedBy(path option) error {
	u.instance.mu.Lock()
	defer u.instance.mu.Unlock()
	return u.instance.plan(u.plan, path, u.logger)
}

// applySeed makes the store hold the configuration's seed, when the configuration has started or serves its first request:
// then it has replaced the one before, whose late requests change nothing any more.
func (u *instanceUse) applySeed() {
	u.plan.once.Do(func() {
		u.instance.mu.Lock()
		defer u.instance.mu.Unlock()
		u.instance.applyNewer(u.plan, u.logger)
	})
}

// release gives the instance back.
func (u *instanceUse) release() error {
	u.instance.mu.Lock()
	if u.plan.users--; u.plan.users == 0 {
		delete(u.instance.plans, u.id)
	}
	u.instance.mu.Unlock()
	_, err := instances.Delete(u.instance.name)
	return err
}

// signingKey returns the key that the option asks for, a path, PEM or `storage`; without one, the instance's own. That of the
// storage need not be there yet, and may change. Tokens live for ttl, or as the seed says.
func (u *instanceUse) signingKey(ctx caddy.Context, o option, ttl time.Duration) (*followedKey, error) {
	var key *oauth.SigningKey
	var err error
	switch o.value {
	case "":
		key, err = u.instance.generatedKey()
	case storedSigningKey:
		return u.followStoredKey(ctx, ctx.Storage(), ttl)
	default:
		key, err = readKey(o)
	}
	return &followedKey{key: key}, err
}

// readKey reads the key that an option holds, or that is in the file which it names.
func readKey(o option) (*oauth.SigningKey, error) {
	data := []byte(o.value)
	if oauth.FormatOfKey(data) == oauth.NoKey {
		var err error
		data, err = os.ReadFile(o.value)
		switch {
		case err != nil && o.hidden() && isNoPath(err):
			return nil, fmt.Errorf("%s is neither PEM nor the path of a file", o)
		case err != nil:
			return nil, o.failed(err)
		}
	}
	key, err := oauth.ParseKey(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o, err)
	}
	return key, nil
}

// isNoPath tells whether a file could not be opened because there can be none of that name, or is none.
func isNoPath(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) || errors.Is(err, syscall.ENAMETOOLONG) ||
		errors.Is(err, syscall.ENOTDIR)
}

// readSeedFile reads the seed file that an option names. Problems call the file by the option.
func readSeedFile(o option) (*seed.Seed, error) {
	file, err := os.Open(o.value)
	if err != nil {
		return nil, fmt.Errorf("read seed: %w", o.failed(err))
	}
	defer file.Close()
	loaded, err := seed.Read(o.String(), file, seed.Options{Dir: filepath.Dir(o.value)})
	if o.hidden() && errors.As(err, new(*fs.PathError)) {
		return nil, fmt.Errorf("read seed: %w", o.failed(err))
	}
	return loaded, err
}

// signBy makes a key the one that signs for the configuration: also what its fixtures hold. Of several handlers, the first
// one's is.
func (u *instanceUse) signBy(key func() (*oauth.SigningKey, error)) {
	u.instance.mu.Lock()
	defer u.instance.mu.Unlock()
	if u.plan.key == nil {
		u.plan.key = key
	}
}

// signer returns the key of the configuration's emulator.
func (u *instanceUse) signer() (*oauth.SigningKey, error) {
	u.instance.mu.Lock()
	find := u.plan.key
	u.instance.mu.Unlock()
	if find == nil {
		return nil, fmt.Errorf("the configuration has no workos_emulator of the instance %q, whose key would sign the token", u.instance.title())
	}
	return find() // without the lock: it may read the storage
}

// sign makes a token of a fixture by the key of the configuration's emulator.
func (u *instanceUse) sign(claims any) (string, error) {
	key, err := u.signer()
	if err != nil {
		return "", err
	}
	return key.SignReplayed(claims)
}

// replays tells whether there are fixtures, whose tokens the instance's keys sign.
func (i *instance) replays() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.folders) > 0
}

// countFolder counts the handlers that use a folder of fixtures with the instance.
func (i *instance) countFolder(library *fixture.Library, by int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.folders[library] += by; i.folders[library] == 0 {
		delete(i.folders, library)
	}
}

func (i *instance) generatedKey() (*oauth.SigningKey, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.generated == nil {
		key, err := oauth.GenerateKey()
		if err != nil {
			return nil, err
		}
		i.generated = key
	}
	return i.generated, nil
}
