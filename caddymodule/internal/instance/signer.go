package instance

import (
	"fmt"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

// SignBy makes a key the one that signs for the configuration, its fixtures included. The first handler's counts.
func (u *Use) SignBy(key func() (*oauth.SigningKey, error)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.plan.key == nil {
		u.plan.key = key
	}
}

// signer returns the key of the configuration's emulator.
func (u *Use) signer() (*oauth.SigningKey, error) {
	u.mu.Lock()
	find := u.plan.key
	u.mu.Unlock()
	if find == nil {
		return nil, fmt.Errorf("the configuration has no workos_emulator of the instance %q, whose key would sign the token", u.Title())
	}
	return find() // without the lock: it may read the storage
}

// Sign makes a token of a fixture by the key of the configuration's emulator.
func (u *Use) Sign(claims any) (string, error) {
	key, err := u.signer()
	if err != nil {
		return "", err
	}
	return key.SignReplayed(claims)
}

// IsReplayed tells whether a token is one of a fixture, made by the key that signs now, and has not expired.
func (u *Use) IsReplayed(token string) bool {
	key, err := u.signer()
	if err != nil {
		return false
	}
	var claims struct{ Exp int64 }
	return key.Replayed().Verify(token, &claims) == nil && (claims.Exp == 0 || time.Now().Unix() < claims.Exp)
}
