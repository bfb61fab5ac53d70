package authenticate

import (
	"net/url"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// deviceAuthorization is the answer of the device authorization endpoint (RFC 8628 §3.2), durations in seconds.
type deviceAuthorization struct {
	DeviceCode              string `json:"device_code"`
	UserCode                string `json:"user_code"`
	VerificationURI         string `json:"verification_uri"`
	VerificationURIComplete string `json:"verification_uri_complete"`
	ExpiresIn               int    `json:"expires_in"`
	Interval                int    `json:"interval"`
}

// deviceIsLocal reports whether a device authorization is answered here, which only the configuration says: the request names no user.
func (h *Handler) deviceIsLocal(r *api.Request) (bool, error) {
	return h.DevicesHere, h.readRequest(r).unclear
}

// authorizeDevice answers POST /user_management/authorize/device (LOGIN.md §8).
func (h *Handler) authorizeDevice(r *api.Request) (api.Answer, error) {
	p := h.readRequest(r)
	if p.unclear != nil {
		return api.Answer{}, p.unclear
	}
	client := p.One("client_id")
	switch {
	case client == "":
		return api.Answer{}, api.InvalidRequest("Missing required parameter: client_id")
	case !h.Sessions.Clients.Known(r.View, client):
		return api.Answer{}, invalidClient("Unknown client")
	}
	page := r.BaseURL() + signin.DevicePath
	answer := deviceAuthorization{
		VerificationURI: page, ExpiresIn: int(signin.DeviceLifetime.Seconds()), Interval: int(signin.DeviceInterval.Seconds()),
	}
	err := h.Store.Update(func(tx *store.Txn) error {
		var err error
		if answer.DeviceCode, answer.UserCode, err = h.SignIn.StartDevice(tx, client, r.Now); err != nil || !h.FirstUser {
			return err
		}
		user, ok := signin.FirstUser(tx)
		if !ok {
			return nil // the device waits until it gives up
		}
		return signin.ApproveDevice(tx, answer.UserCode, signin.Attempt{UserID: user.ID}, r.Now)
	})
	if err != nil {
		return api.Answer{}, err
	}
	answer.VerificationURIComplete = page + "?" + url.Values{"user_code": {answer.UserCode}}.Encode()
	return api.OK(answer)
}

// byDeviceCode answers a device that asks whether somebody has approved it (RFC 8628 §3.4, §3.5).
func (h *Handler) byDeviceCode(r *api.Request, p request) (api.Answer, error) {
	id, client := store.TokenID(p.One("device_code")), p.One("client_id")
	var wait error
	err := h.Store.Update(func(tx *store.Txn) (err error) {
		wait, err = poll(tx, id, client, r.Now)
		return err
	})
	if err == nil {
		err = wait
	}
	if err != nil {
		return api.Answer{}, err
	}
	return h.proceed(r, func(tx *store.Txn) (store.Attempt, error) {
		d, ok := store.Devices.Get(tx, id)
		if !ok {
			return store.Attempt{}, errNoDevice // another request has just had the session
		}
		if err := store.Devices.Delete(tx, id); err != nil {
			return store.Attempt{}, err
		}
		a := p.attempt(store.User{Meta: store.Meta{ID: d.UserID}}, d.Method)
		a.Chosen, a.OrganizationID = true, d.OrganizationID
		return a, nil
	})
}

var errNoDevice = refuse("invalid_grant", "The device code is invalid.")

// poll notes that a device has asked. It returns why the device gets no session yet, or nil where it does.
func poll(tx *store.Txn, id, client string, now time.Time) (wait, err error) {
	d, ok := store.Devices.Get(tx, id)
	switch {
	case !ok || d.ClientID != client:
		return errNoDevice, nil
	case !now.Before(d.ExpiresAt):
		return refuse("expired_token", "The device code has expired."), nil
	case d.Denied:
		return refuse("access_denied", "The authorization request was denied."), nil
	case d.UserID != "":
		return nil, nil
	}
	wait = refuse("authorization_pending", "The authorization request is still pending.")
	if !d.PolledAt.IsZero() && now.Sub(d.PolledAt) < signin.DeviceInterval {
		wait = refuse("slow_down", "The device asks too often: wait five seconds between requests.")
	}
	_, err = store.Devices.Update(tx, id, func(d *store.Device) error { d.PolledAt = now; return nil })
	return wait, err
}
