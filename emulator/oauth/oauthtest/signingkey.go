// Package oauthtest has what tests of other packages need of package oauth.
package oauthtest

import (
	"sync"

	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

// SigningKey returns a signing key, which is one and the same for all tests of a process: making one takes long.
var SigningKey = sync.OnceValue(func() *oauth.SigningKey {
	key, err := oauth.GenerateKey()
	if err != nil {
		panic(err)
	}
	return key
})
