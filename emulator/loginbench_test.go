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
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms")
}

// BenchmarkRefresh measures refreshes, and how many of them there are for one token exchange in the same time.
func BenchmarkRefresh(b *testing.B) {
	f := newServer(b, func(o *Options) { o.Logger = nil }).withLogins()
	token := textOf(f.login(), "refresh_token")
	againstExchanges(b, f, "refreshes/exchange", func() {
		r := f.form(authenticatePath, "grant_type=refresh_token&client_id=client_ENV&refresh_token="+token)
		var body struct {
			Token string `json:"refresh_token"`
		}
		if err := json.Unmarshal(r.Body.Bytes(), &body); err != nil || r.Code != 200 {
			b.Fatal(r.Code, r.Body)
		}
		token = body.Token
	})
}

// BenchmarkAuthorize measures codes that are issued to the user of a login_hint, and how many of them there are for one token exchange in
// the same time.
func BenchmarkAuthorize(b *testing.B) {
	f := newServer(b, func(o *Options) { o.Logger = nil }).withLogins()
	const target = "/user_management/authorize?client_id=client_ENV&response_type=code&provider=authkit&login_hint=alice%40acme.example" +
		"&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcallback"
	againstExchanges(b, f, "codes/exchange", func() {
		if r := f.send("GET", target, "", anonymous); r.Code != 302 {
			b.Fatal(r.Code, r.Body)
		}
	})
}

// againstExchanges measures run and token exchanges in turns, and reports how many runs there are for one exchange in the same time.
func againstExchanges(b *testing.B, f *server, metric string, run func()) {
	b.Helper()
	exchange := func() {
		if r := f.form("/oauth2/token", "grant_type=client_credentials&client_id=client_backend&client_secret=secret-one"); r.Code != 200 {
			b.Fatal(r.Code, r.Body)
		}
	}
	var running, exchanging time.Duration
	timed := func(sum *time.Duration, run func()) {
		start := time.Now()
		run()
		*sum += time.Since(start)
	}
	for b.Loop() {
		timed(&running, run)
		timed(&exchanging, exchange)
	}
	b.ReportMetric(exchanging.Seconds()/running.Seconds(), metric)
}
