package instance

import (
	"iter"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/store"
)

// warned is a recorded login that the log has told of.
type warned struct {
	library *fixture.Library
	file    string
	why     string
}

// What the log says of a recorded login of a local user.
const (
	sameAddress = "a recorded login is of an address that a user of the seed has: the seed answers a login with it, and the recording does not"
	sameUser    = "a recorded login is of a user whose id a user of the seed has: it is not replayed, as its token would be that user's; " +
		"give the user of the seed another id, or delete the fixture"
)

// WarnOfRecordedLogins tells the log of recorded logins that are of a user of the seed, each once. It names the fixture, and not the
// user.
func (u *FolderUse) WarnOfRecordedLogins() {
	tx := u.Store.View()
	if !isAny(store.Users.Metas(tx)) {
		return // no file is read
	}
	for _, person := range u.Library.People() {
		byID, _ := store.Users.Get(tx, person.ID)
		byAddress, _ := tx.UserByEmail(person.Email)
		switch {
		case byID.Seed != "":
			u.warnOnce(warned{u.Library, person.File, sameUser})
		case byAddress.Seed != "":
			u.warnOnce(warned{u.Library, person.File, sameAddress})
		}
	}
}

func isAny(rows iter.Seq[store.Meta]) bool {
	for range rows {
		return true
	}
	return false
}

func (u *FolderUse) warnOnce(w warned) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.warned[w] {
		return
	}
	if u.warned == nil {
		u.warned = map[warned]bool{}
	}
	u.warned[w] = true
	u.logger.Warn(w.why, zap.String("instance", u.Title()), zap.String("fixture", w.file))
}
