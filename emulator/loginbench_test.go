package emulator

import (
	"encoding/json"
	"testing"
	"time"
)

// BenchmarkLogin measures a login with a password.
func BenchmarkLogin(b *testing.B) {
	f := newServer(b, func(o *Options) { o.Logger = nil }).withLogins()
	f.login()
	for b.Loop() {
		f.login()
	}
}

// BenchmarkRefresh measures refreshes, and how many of them there are for one token exchange in the same time.
func BenchmarkRefresh(b *testing.B) {
	f := newServer(b, func(o *Options) { o.Logger = nil }).withLogins()
	token := textOf(f.login(), "refresh_token")
	refresh := func() {
		r := f.form(authenticatePath, "grant_type=refresh_token&client_id=client_ENV&refresh_token="+token)
		var body struct {
			Token string `json:"refresh_token"`
		}
		if err := json.Unmarshal(r.Body.Bytes(), &body); err != nil || r.Code != 200 {
			b.Fatal(r.Code, r.Body)
		}
		token = body.Token
	}
	exchange := func() {
		if r := f.form("/oauth2/token", "grant_type=client_credentials&client_id=client_backend&client_secret=secret-one"); r.Code != 200 {
			b.Fatal(r.Code, r.Body)
		}
	}
	var refreshing, exchanging time.Duration
	timed := func(sum *time.Duration, run func()) {
		start := time.Now()
		run()
		*sum += time.Since(start)
	}
	for b.Loop() {
		timed(&refreshing, refresh)
		timed(&exchanging, exchange)
	}
	b.ReportMetric(exchanging.Seconds()/refreshing.Seconds(), "refreshes/exchange")
}
