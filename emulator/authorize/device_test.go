package authorize_test

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// startDevice stores a device authorization, and returns its user code and a function that reads its row.
func (s *site) startDevice() (userCode string, row func() store.Device) {
	s.t.Helper()
	var deviceCode string
	err := s.store.Update(func(tx *store.Txn) (err error) {
		deviceCode, userCode, err = (&signin.Service{Random: rand.Reader}).StartDevice(tx, "client_test", s.time())
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return userCode, func() store.Device {
		d, ok := store.Devices.Get(s.store.View(), store.TokenID(deviceCode))
		if !ok {
			s.t.Fatal("the device is gone")
		}
		return d
	}
}

// TestDevice approves and refuses devices.
func TestDevice(t *testing.T) {
	t.Parallel()
	s := newSite(t, false, option(emulator.LoginPage))
	for answer, title := range map[string]string{"approve": "The device is signed in", "deny": "The device is not signed in"} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			userCode, device := s.startDevice()
			b := s.browser()
			if p := b.open("/device"); p.status != 200 || !strings.Contains(p.body, `<label for="user_code">`) {
				t.Errorf("%d: %s", p.status, p.body)
			}
			typed := strings.ToLower(strings.ReplaceAll(userCode, "-", ""))
			if p := b.open("?user_code=" + typed); p.status != 200 || !strings.Contains(p.body, `<p class="usercode">`+userCode+"</p>") {
				t.Errorf("%d: %s", p.status, p.body)
			}
			if p := b.submit("email", "nobody@acme.example"); p.status != 400 || !strings.Contains(p.body, `role="alert"`) {
				t.Errorf("%d: %s", p.status, p.body)
			}
			if p := b.submit("account", "user_carol"); !strings.Contains(p.body, "<h1>Choose an organization</h1>") {
				t.Fatalf("%d: %s", p.status, p.body)
			}
			p := b.submit("organization", "org_other")
			if !strings.Contains(p.body, "<h1>Approve this device?</h1>") || !strings.Contains(p.body, "carol@acme.example") {
				t.Fatalf("%d: %s", p.status, p.body)
			}
			if d := device(); d.UserID != "" || d.Denied {
				t.Errorf("the device is answered before: %+v", d)
			}
			at, before := b.at, b.page
			if p = b.submit("answer", answer); !strings.Contains(p.body, "<h1>"+title+"</h1>") {
				t.Errorf("%d: %s", p.status, p.body)
			}
			if d := device(); (d.UserID == "user_carol" && d.OrganizationID == "org_other") != (answer == "approve") || d.Denied != (answer == "deny") {
				t.Errorf("the device is %+v", d)
			}
			b.at, b.page = at, before
			if p = b.submit("answer", "approve"); p.status != 410 {
				t.Errorf("again: %d: %s", p.status, p.body)
			}
			if p = b.open("/device?user_code=" + userCode); p.status != 400 || !strings.Contains(p.body, "No device shows this code") {
				t.Errorf("again: %d: %s", p.status, p.body)
			}
		})
	}
}

// TestDeviceNeedsALogin signs in with the steps of a real login before a device is approved.
func TestDeviceNeedsALogin(t *testing.T) {
	t.Parallel()
	s := newSite(t, false, option(emulator.LoginPassword))
	userCode, device := s.startDevice()
	b := s.browser()
	b.open("/device?user_code=" + userCode)
	if p := b.submit("account", "user_alice"); !strings.Contains(p.body, "<h1>Enter your password</h1>") {
		t.Fatalf("%d: %s", p.status, p.body)
	}
	if p := b.submit("step", "approval", "answer", "approve"); strings.Contains(p.body, "is signed in") || device().UserID != "" {
		t.Errorf("%d: %s", p.status, p.body)
	}
	if p := b.submit("password", "wrong"); p.status != 400 {
		t.Errorf("%d: %s", p.status, p.body)
	}
	b.submit("password", "secret")
	b.pass(4 * time.Minute)
	b.submit("answer", "approve")
	if device().UserID != "user_alice" {
		t.Errorf("the device is %+v", device())
	}

	userCode, device = s.startDevice()
	b.open("/device?user_code=" + userCode)
	b.submit("account", "user_alice")
	b.submit("password", "secret")
	b.pass(6 * time.Minute) // the device has expired, and the login has not
	if p := b.submit("answer", "approve"); p.status != 404 || device().UserID != "" {
		t.Errorf("%d: %s", p.status, p.body)
	}
}
