package signingkey

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

// Read reads the key that an option holds, or that is in the file which it names.
func Read(o option.Option) (*oauth.SigningKey, error) {
	data := []byte(o.Value)
	if oauth.FormatOfKey(data) == oauth.NoKey {
		var err error
		data, err = os.ReadFile(o.Value)
		switch {
		case err != nil && o.Hidden() && isNoPath(err):
			return nil, fmt.Errorf("%s is neither PEM nor the path of a file", o)
		case err != nil:
			return nil, o.Failed(err)
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
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) ||
		slices.ContainsFunc(noPath, func(code syscall.Errno) bool { return errors.Is(err, code) })
}
