package authenticate

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

func (f *fixture) device() (device answer, poll body) {
	f.t.Helper()
	device = f.post("/user_management/authorize/device", "application/json", `{"client_id":"`+client+`"}`).want(200)
	return device, grantBody(deviceGrant, "client_secret", "", "device_code", device.text("device_code"))
}

func (f *fixture) wantError(b body, code string) {
	f.t.Helper()
	if a := f.form(b).want(400); a.text("error") != code || a.text("error_description") == "" || len(a.body) != 2 {
		f.t.Errorf("the answer is %s, want %s", a.raw, code)
	}
}

// TestDevice goes from the device's codes to a session (LOGIN.md §8).
func TestDevice(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	device, poll := f.device()
	userCode := device.text("user_code")
	if !credential.IsMarked(device.text("device_code")) || len(device.text("device_code")) != 64 || len(userCode) != 9 || userCode[4] != '-' {
		t.Errorf("the codes are %s", device.raw)
	}
	if device.text("verification_uri") != issuer+"/device" || device.text("verification_uri_complete") != issuer+"/device?user_code="+userCode ||
		device.body["expires_in"] != 300.0 || device.body["interval"] != 5.0 || device.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the answer is %s", device.raw)
	}
	f.wantError(poll, "authorization_pending")
	f.wantError(poll, "slow_down")
	f.pass(4 * time.Second)
	f.wantError(poll, "slow_down")
	f.pass(5 * time.Second)
	f.wantError(poll, "authorization_pending")
	f.wantError(poll.with("client_id", "client_OTHER"), "invalid_grant")
	f.wantError(poll.with("client_id", "client_X"), "invalid_client")

	typed := " " + strings.ToLower(strings.ReplaceAll(userCode, "-", "")) + " "
	f.update(func(tx *store.Txn) error {
		return signin.ApproveDevice(tx, typed, signin.Attempt{UserID: "user_ALICE"}, f.now)
	})
	for name, answer := range map[string]func(tx *store.Txn) error{
		"again": func(tx *store.Txn) error {
			return signin.ApproveDevice(tx, userCode, signin.Attempt{UserID: "user_BOB"}, f.now)
		},
		"denied": func(tx *store.Txn) error { return signin.DenyDevice(tx, userCode, f.now) },
	} {
		if err := f.store.Update(answer); !errors.Is(err, signin.ErrNoDevice) {
			t.Errorf("%s: %v", name, err)
		}
	}
	a := f.form(poll).want(200)
	if a.claims()["sub"] != "user_ALICE" || a.claims()["client_id"] != client || a.text("authentication_method") != "Password" {
		t.Errorf("the answer is %s", a.raw)
	}
	f.wantError(poll, "invalid_grant")
}

// TestDeviceOfMemberOfSeveral asks for an organization, as the other grants do, where none was chosen on the page; and the method is the
// one that was used there.
func TestDeviceOfMemberOfSeveral(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	device, poll := f.device()
	f.update(func(tx *store.Txn) error {
		return signin.ApproveDevice(tx, device.text("user_code"), signin.Attempt{UserID: "user_CAROL"}, f.now)
	})
	if got := f.form(poll).want(403).text("code"); got != "organization_selection_required" {
		t.Errorf("the answer is %s", got)
	}
	device, poll = f.device()
	chosen := signin.Attempt{UserID: "user_CAROL", OrganizationID: "org_REAL", Method: session.MagicAuth}
	f.update(func(tx *store.Txn) error { return signin.ApproveDevice(tx, device.text("user_code"), chosen, f.now) })
	if a := f.form(poll).want(200); a.text("organization_id") != "org_REAL" || a.text("authentication_method") != session.MagicAuth {
		t.Errorf("the answer is %s", a.raw)
	}
}

func TestDeviceThatGetsNoSession(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		happens func(f *fixture, userCode string)
		code    string
	}{
		"denied": {func(f *fixture, code string) {
			f.update(func(tx *store.Txn) error { return signin.DenyDevice(tx, code, f.now) })
		}, "access_denied"},
		"expired": {func(f *fixture, _ string) { f.pass(5 * time.Minute) }, "expired_token"},
		"expired after it was approved": {func(f *fixture, code string) {
			f.update(func(tx *store.Txn) error {
				return signin.ApproveDevice(tx, code, signin.Attempt{UserID: "user_ALICE"}, f.now)
			})
			f.pass(5 * time.Minute)
		}, "expired_token"},
		"the user is deleted": {func(f *fixture, code string) {
			f.update(func(tx *store.Txn) error {
				return errors.Join(signin.ApproveDevice(tx, code, signin.Attempt{UserID: "user_ALICE"}, f.now), store.Users.Delete(tx, "user_ALICE"))
			})
		}, "invalid_grant"},
		"forgotten": {func(f *fixture, _ string) { f.store.Reset() }, "invalid_grant"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			device, poll := f.device()
			test.happens(f, device.text("user_code"))
			f.wantError(poll, test.code)
		})
	}
	f := newFixture(t)
	device, _ := f.device()
	f.pass(5 * time.Minute)
	err := f.store.Update(func(tx *store.Txn) error {
		return signin.ApproveDevice(tx, device.text("user_code"), signin.Attempt{UserID: "user_ALICE"}, f.now)
	})
	if !errors.Is(err, signin.ErrNoDevice) {
		t.Errorf("an expired code is approved: %v", err)
	}
}

// TestDeviceOfFirstUser is approved at once, unless there is no user.
func TestDeviceOfFirstUser(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(h *Handler) { h.FirstUser = true })
	_, poll := f.device()
	if got := f.form(poll).want(200).claims()["sub"]; got != "user_ALICE" {
		t.Errorf("the user is %v", got)
	}
	f.store.Reset()
	_, poll = f.device()
	f.wantError(poll, "authorization_pending")
}

func TestDeviceAuthorizationErrors(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for content, want := range map[string][2]string{
		`{}`:                       {"invalid_request", "Missing required parameter: client_id"},
		`{"client_id":"client_X"}`: {"invalid_client", "Unknown client"},
		`{"client_id":["a","b"]}`:  {"invalid_request", "The parameter client_id must be a string."},
		`{`:                        {"invalid_request", ""},
	} {
		a := f.post("/user_management/authorize/device", "application/json", content).want(400)
		if a.text("error") != want[0] || want[1] != "" && a.text("error_description") != want[1] {
			t.Errorf("%s: %s", content, a.raw)
		}
	}
	f.post("/user_management/authorize/device", "application/x-www-form-urlencoded", "client_id="+client).want(200)
}

// TestUserCodesAreNotStored keeps the codes of devices out of the store, from where they could be read.
func TestUserCodesAreNotStored(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	device, _ := f.device()
	stored, err := json.Marshal(store.Devices.All(f.store.View()))
	if err != nil || strings.Contains(string(stored), device.text("user_code")) || strings.Contains(string(stored), device.text("device_code")) {
		t.Errorf("stored is %s, %v", stored, err)
	}
}
