package caddymodule

import (
	"errors"
	"fmt"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/redact"
)

// libraries holds what was done with each folder of fixtures, by its absolute path, for as long as a configuration uses
// it.
var libraries = caddy.NewUsagePool()

// pooledLibrary is a library in the pool.
type pooledLibrary struct{ *fixture.Library }

// Destruct is called when no configuration uses the folder any more.
func (l pooledLibrary) Destruct() error {
	l.Flush()
	return nil
}

// shelf is one handler's hold on a folder of fixtures and on the instance that signs their tokens.
type shelf struct {
	instance *instance
	library  *fixture.Library
	config   any
}

func takeShelf(ctx caddy.Context, instanceName, dir option) (*shelf, error) {
	dir, err := dir.absolute()
	if err != nil {
		return nil, err
	}
	library, _, err := libraries.LoadOrNew(dir.value, func() (caddy.Destructor, error) {
		opened, err := fixture.OpenNamed(dir.value, dir.String())
		return pooledLibrary{opened}, err
	})
	if err != nil {
		return nil, dir.errorf("%w", dir.failed(err))
	}
	held, err := holdInstance(instanceName)
	if err != nil {
		_, _ = libraries.Delete(dir.value)
		return nil, err
	}
	s := &shelf{instance: held, library: library.(pooledLibrary).Library, config: configOf(ctx)}
	s.instance.shelve(s.library, 1)
	return s, nil
}

// secrets returns what is to be redacted: the secrets of the instance and, where answers may come from the real WorkOS, the
// real keys. A replay may have anything for a key.
func (s *shelf) secrets(mode fixture.Mode) func() []redact.Known {
	return func() []redact.Known {
		known := []redact.Known{{Kind: "a secret of the emulator", Set: s.instance.secrets.Set()}}
		if mode != fixture.Replay {
			known = append(known, realKeys.known())
		}
		return known
	}
}

// release gives the hold back.
func (s *shelf) release() error {
	s.instance.shelve(s.library, -1)
	_, errLibrary := libraries.Delete(s.library.Dir())
	_, errInstance := instances.Delete(s.instance.name)
	return errors.Join(errLibrary, errInstance)
}

// sign makes a token by the key of the configuration's emulator.
func (s *shelf) sign(claims any) (string, error) {
	key := s.instance.keyOf(s.config)
	if key == nil {
		return "", fmt.Errorf("the configuration has no workos_emulator of the instance %q, whose key would sign the token", s.instance.title())
	}
	return key.Sign(claims)
}
