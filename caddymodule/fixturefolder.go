package caddymodule

import (
	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/redact"
)

// libraries holds what was done with each folder of fixtures, by its path without symbolic links, for as long as a configuration uses
// it.
var libraries = caddy.NewUsagePool()

// pooledLibrary is a library in the pool.
type pooledLibrary struct{ *fixture.Library }

// Destruct is called when no configuration uses the folder any more.
func (l pooledLibrary) Destruct() error {
	l.Flush()
	return nil
}

// folderUse is one handler's use of a folder of fixtures, and of the instance that signs their tokens.
type folderUse struct {
	*instanceUse
	library *fixture.Library
}

func useFolder(ctx caddy.Context, instanceName, dir option, logger *zap.Logger) (*folderUse, error) {
	dir, err := dir.absolute()
	if err != nil {
		return nil, err
	}
	path, err := fixture.ResolveFolder(dir.value)
	if err != nil {
		return nil, dir.errorf("%w", dir.failed(err))
	}
	library, _, err := libraries.LoadOrNew(path, func() (caddy.Destructor, error) {
		opened, err := fixture.OpenNamed(path, dir.String())
		return pooledLibrary{opened}, err
	})
	if err != nil {
		return nil, dir.errorf("%w", dir.failed(err))
	}
	used, err := useInstance(ctx, instanceName, logger)
	if err != nil {
		_, _ = libraries.Delete(path)
		return nil, err
	}
	u := &folderUse{instanceUse: used, library: library.(pooledLibrary).Library}
	u.instance.countFolder(u.library, 1)
	return u, nil
}

// secrets returns what is to be redacted: the secrets of the instance and, where answers may come from the real WorkOS, the
// real keys. A replay may have anything for a key.
func (u *folderUse) secrets(mode fixture.Mode) func() []redact.Known {
	return func() []redact.Known {
		known := []redact.Known{{Kind: "a secret of the emulator", Set: u.instance.secrets.Set()}}
		if mode != fixture.Replay {
			known = append(known, realKeys.known())
		}
		return known
	}
}

// releaseInstance gives the instance back. The folder stays: requests that are under way go on recording into it.
func (u *folderUse) releaseInstance() error {
	u.instance.countFolder(u.library, -1)
	return u.release()
}

// releaseFolder gives the folder back, when no request of the configuration is under way any more.
func (u *folderUse) releaseFolder() error {
	u.library.Flush()
	_, err := libraries.Delete(u.library.Dir())
	return err
}
