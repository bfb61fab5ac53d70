package store

import "errors"

// DropLoginsOfUser deletes the logins of a user that are under way: attempts, also on
// the login page, codes, and devices that were approved.
func (t *Txn) DropLoginsOfUser(userID string) error {
	return errors.Join(
		Attempts.of(byUser).delete(t, userID),
		Interactions.of(byUser).delete(t, userID),
		Codes.of(byUser).delete(t, userID),
		Devices.of(byUser).delete(t, userID),
	)
}
