package store

import "time"

// Device is a device authorization (RFC 8628). Its id is that of [TokenID], of the `device_code`.
type Device struct {
	Meta
	UserCode  Digest // unique
	ClientID  string
	ExpiresAt time.Time
	PolledAt  time.Time // zero until the first poll
	// What became of it: UserID and Method are set when somebody has approved it, Denied when they have refused.
	UserID         string
	OrganizationID string // optional
	Method         string // in the words of `authentication_method`
	Denied         bool
}

func (d *Device) clone() Device { return *d }

// Devices is the table of device authorizations.
var Devices = newTable(Table[Device]{
	name:   "devices",
	unique: []unique[Device]{{field: "user_code", value: func(d *Device) string { return d.UserCode.key() }}},
	lists:  []list[Device]{{byUser, func(d *Device) (string, bool) { return d.UserID, d.UserID != "" }}},
})

// DeviceByUserCode looks up a device authorization by its user code.
func (t *Txn) DeviceByUserCode(code Digest) (Device, bool) {
	return Devices.get(t, "user_code", code.key())
}

// InsertDevice stores a device authorization, and drops old ones.
func (t *Txn) InsertDevice(d Device) error {
	return Devices.insertBounded(t, d, mostAttempts, func(old *Device) bool { return !d.CreatedAt.Before(old.ExpiresAt) })
}
