package instance

import (
	"cmp"
	"maps"
	"slices"

	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/realkeys"
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

// FolderUse is one handler's use of a folder of fixtures, and of the instance that signs their tokens.
type FolderUse struct {
	*Use
	Library *fixture.Library
}

// AcquireFolder takes references to a folder of fixtures and to an instance.
func AcquireFolder(configuration any, name, dir option.Option, logger *zap.Logger) (*FolderUse, error) {
	dir, err := dir.Absolute()
	if err != nil {
		return nil, err
	}
	path, err := fixture.ResolveFolder(dir.Value)
	if err != nil {
		return nil, dir.Errorf("%w", dir.Failed(err))
	}
	library, _, err := libraries.LoadOrNew(path, func() (caddy.Destructor, error) {
		opened, err := fixture.OpenNamed(path, dir.String())
		return pooledLibrary{opened}, err
	})
	if err != nil {
		return nil, dir.Errorf("%w", dir.Failed(err))
	}
	used, err := Acquire(configuration, name, logger)
	if err != nil {
		_, _ = libraries.Delete(path)
		return nil, err
	}
	u := &FolderUse{Use: used, Library: library.(pooledLibrary).Library}
	u.countFolder(u.Library, 1)
	return u, nil
}

// Redacted returns what is to be redacted: the secrets of the instance and, where answers may come from the real WorkOS, the
// real keys. A replay may have anything for a key.
func (u *FolderUse) Redacted(mode fixture.Mode) func() []redact.Known {
	return func() []redact.Known {
		known := []redact.Known{u.Known()}
		if mode != fixture.Replay {
			known = append(known, realkeys.Known())
		}
		return known
	}
}

// Known returns the secrets of the instance for a redactor.
func (i *Instance) Known() redact.Known {
	return redact.Known{Kind: "a secret of the emulator", Set: i.Secrets.Set()}
}

// ReleaseInstance gives the instance back. The folder stays: requests that are under way go on recording into it.
func (u *FolderUse) ReleaseInstance() error {
	u.countFolder(u.Library, -1)
	return u.Release()
}

// ReleaseFolder gives the folder back, when no request of the configuration is under way any more.
func (u *FolderUse) ReleaseFolder() error {
	u.Library.Flush()
	_, err := libraries.Delete(u.Library.Dir())
	return err
}

// Libraries returns the folders of fixtures that are used with the instance, in order of their names.
func (i *Instance) Libraries() []*fixture.Library {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.SortedFunc(maps.Keys(i.folders), func(a, b *fixture.Library) int { return cmp.Compare(a.Dir(), b.Dir()) })
}

// countFolder counts the handlers that use a folder of fixtures with the instance.
func (i *Instance) countFolder(library *fixture.Library, by int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.folders[library] += by; i.folders[library] == 0 {
		delete(i.folders, library)
		maps.DeleteFunc(i.warned, func(w warned, _ bool) bool { return w.library == library })
	}
}
