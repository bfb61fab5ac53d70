package authorize

import (
	"errors"
	"net/http"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// errNoDevice is the problem of a user code that no device shows (any more).
var errNoDevice = &problem{
	status: http.StatusNotFound, title: "No device shows this code",
	text: "It was answered before, has expired, or was not typed as the device shows it. Start again on the device.",
}

// isLocalDevice reports whether the device page is shown for a code of this program. Another one may be that of a device of the real
// WorkOS.
func (f flow) isLocalDevice(r *api.Request, query parameters) bool {
	code := query.one("user_code")
	_, err := signin.DeviceOf(r.View, code, r.Now)
	return code == "" && f.hasUser(r) || err == nil
}

// getDevice shows the page on which a device is approved: it asks for the code of the device, then who signs in (LOGIN.md §8).
func (f flow) getDevice(r *api.Request) (api.Answer, error) {
	query, _ := parseParameters(r.RawQuery())
	if token := query.one(interactionParameter); token != "" {
		return f.showStep(r, token)
	}
	code := query.one("user_code")
	if code == "" {
		return f.show(r, http.StatusOK, devicePage, content{Title: "Sign in on a device"})
	}
	d, err := signin.DeviceOf(r.View, code, r.Now)
	if err != nil {
		return f.show(r, http.StatusBadRequest, devicePage, content{
			Title: "Sign in on a device", Device: shown(code), Alert: "No device shows this code. Type it as the device shows it.",
		})
	}
	return f.showDeviceAccounts(r, d, code, "", "")
}

func (f flow) showDeviceAccounts(r *api.Request, d store.Device, code, typed, alert string) (api.Answer, error) {
	const most = 50
	c := content{Title: "Sign in on a device", Client: d.ClientID, Device: deviceCode(code), Email: shown(typed), Alert: alert}
	c.Accounts, c.More = target{}.accounts(r.View, most)
	status := http.StatusOK
	if alert != "" {
		status = http.StatusBadRequest
	}
	return f.show(r, status, accountsPage, c)
}

// deviceCode is a user code as devices show it.
func deviceCode(typed string) string {
	plain := strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(typed))
	const half = 4
	if len(plain) != 2*half {
		return shown(typed)
	}
	return shown(plain[:half] + "-" + plain[half:])
}

// chooseForDevice takes the account that is to sign in on a device.
func (f flow) chooseForDevice(r *api.Request, form parameters) (api.Answer, error) {
	query, _ := parseParameters(r.RawQuery())
	code := query.one("user_code")
	d, err := signin.DeviceOf(r.View, code, r.Now)
	if err != nil {
		return f.showProblem(r, errNoDevice)
	}
	a, typed, ok := target{}.pick(r.View, form)
	switch {
	case !ok && typed == "":
		return f.showDeviceAccounts(r, d, code, typed, "Enter an email address, or choose an account.")
	case !ok:
		return f.showDeviceAccounts(r, d, code, typed, "Nobody here has this address. Choose an account.")
	}
	login := f.newLogin(r, &request{clientID: d.ClientID}, target{}, a)
	i := store.Interaction{Browser: store.DigestOf(browserOf(r)), Login: login, Proven: true, DeviceCode: deviceCode(code)}
	if f.Login == Password {
		i.Login.Chosen, i.Proven = false, false
	}
	return f.start(r, form, nil, i)
}

// answerDevice approves or refuses the device of a login.
func (f flow) answerDevice(r *api.Request, tx *store.Txn, form parameters, i store.Interaction) error {
	var err error
	if form.one("answer") == "approve" {
		err = signin.ApproveDevice(tx, i.DeviceCode, i.Login, r.Now)
	} else {
		err = signin.DenyDevice(tx, i.DeviceCode, r.Now)
	}
	if errors.Is(err, signin.ErrNoDevice) {
		return errNoDevice
	}
	return err
}

// showAnswered shows that a device was approved or refused.
func (f flow) showAnswered(r *api.Request, form parameters) (api.Answer, error) {
	c := content{Title: "The device is not signed in", Text: "You have refused it. You can close this page."}
	if form.one("answer") == "approve" {
		c = content{Title: "The device is signed in", Text: "You can close this page, and go on there."}
	}
	return f.show(r, http.StatusOK, messagePage, c)
}
