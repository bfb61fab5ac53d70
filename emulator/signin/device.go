package signin

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/store"
)

// Of a device authorization (LOGIN.md §8): how long it is valid, and how often a client may ask for it.
const (
	DeviceLifetime = 5 * time.Minute
	DeviceInterval = 5 * time.Second
)

// DevicePath is the path of the page on which a user enters the code that a device shows.
const DevicePath = "/device"

// ErrNoDevice is the error for a user code that is unknown, has expired or was answered before.
var ErrNoDevice = errors.New("no device waits for this code")

// StartDevice stores a device authorization of a client, and returns its codes.
func (s *Service) StartDevice(tx *store.Txn, clientID string, now time.Time) (deviceCode, userCode string, err error) {
	if deviceCode, err = credential.NewToken(s.Random); err != nil {
		return "", "", err
	}
	if userCode, err = newUserCode(s.Random); err != nil {
		return "", "", err
	}
	return deviceCode, userCode, tx.InsertDevice(store.Device{
		Meta:     store.Meta{ID: store.TokenID(deviceCode), CreatedAt: now, UpdatedAt: now},
		UserCode: store.DigestOf(plainUserCode(userCode)), ClientID: clientID, ExpiresAt: now.Add(DeviceLifetime),
	})
}

// DeviceOf returns the device that waits for a user code to be answered. The case of the letters and hyphens do not matter.
func DeviceOf(tx *store.Txn, userCode string, now time.Time) (store.Device, error) {
	d, ok := tx.DeviceByUserCode(store.DigestOf(plainUserCode(userCode)))
	if !ok || !now.Before(d.ExpiresAt) || d.UserID != "" || d.Denied {
		return store.Device{}, ErrNoDevice
	}
	return d, nil
}

// ApproveDevice signs the user of a login in at the device that shows a user code: in its organization, if it has one, and by its method, or
// else that of [MethodOf]. The error is [ErrNoDevice].
func ApproveDevice(tx *store.Txn, userCode string, a Attempt, now time.Time) error {
	user, ok := store.Users.Get(tx, a.UserID)
	if !ok {
		return store.ErrNotFound
	}
	return answerDevice(tx, userCode, now, func(d *store.Device) {
		d.UserID, d.OrganizationID, d.Method = user.ID, a.OrganizationID, cmp.Or(a.Method, MethodOf(user))
	})
}

// DenyDevice refuses the device that shows a user code. The error is [ErrNoDevice].
func DenyDevice(tx *store.Txn, userCode string, now time.Time) error {
	return answerDevice(tx, userCode, now, func(d *store.Device) { d.Denied = true })
}

func answerDevice(tx *store.Txn, userCode string, now time.Time, answer func(*store.Device)) error {
	d, err := DeviceOf(tx, userCode, now)
	if err != nil {
		return err
	}
	_, err = store.Devices.Update(tx, d.ID, func(d *store.Device) error {
		answer(d)
		d.UpdatedAt = now
		return nil
	})
	return err
}

// userCodeLetters are those of user codes: without vowels, so that they make no words (RFC 8628 §6.1).
const userCodeLetters = "BCDFGHJKLMNPQRSTVWXZ"

// newUserCode returns a code as in BCDF-GHJK.
func newUserCode(random io.Reader) (string, error) {
	const length, half = 8, 4
	code := make([]byte, 0, length+1)
	for len(code) < length {
		var b [1]byte
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return "", fmt.Errorf("make a user code: %w", err)
		}
		if fair := 256 / len(userCodeLetters) * len(userCodeLetters); int(b[0]) < fair {
			code = append(code, userCodeLetters[int(b[0])%len(userCodeLetters)])
		}
	}
	return string(code[:half]) + "-" + string(code[half:]), nil
}

// plainUserCode is a user code as it is compared.
func plainUserCode(typed string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, typed))
}
