package guard

import (
	"net/http"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// Uses are the customers' keys that a request was sent with. Their use is noted when the request is accepted.
type Uses struct{ keys []store.APIKey }

// Add adds a key. A key without an id is ignored.
func (u *Uses) Add(key store.APIKey) {
	if key.ID != "" {
		u.keys = append(u.keys, key)
	}
}

// Note notes the use of the keys at a time, unless the status of the answer is 401 or 403.
func (u *Uses) Note(status int, now time.Time) {
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		return
	}
	for _, key := range u.keys {
		key.Used(now)
	}
}
