package guard

import (
	"net/http"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// Uses are the customers' keys that a request was sent with, whose use is noted once it is accepted.
type Uses struct{ keys []store.APIKey }

// Add adds a key. One without an id is none.
func (u *Uses) Add(key store.APIKey) {
	if key.ID != "" {
		u.keys = append(u.keys, key)
	}
}

// Note notes the use of the keys, unless the status of the answer refuses them.
func (u *Uses) Note(status int, now time.Time) {
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		return
	}
	for _, key := range u.keys {
		key.Used(now)
	}
}
