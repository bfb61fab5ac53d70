package integration

import (
	"testing"
)

// TestLoginOfANextjsApp signs in to an app of authkit-nextjs in Chromium: by seeded users alone, and together with those of a
// WorkOS that has its own login page.
func TestLoginOfANextjsApp(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		login string
		mixed bool
	}{"alone": {login: "page"}, "alone with passwords": {login: "password"}, "mixed": {mixed: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			browserFolder(t)
			folder, err := nextjsBuilt()
			if err != nil {
				t.Fatal(err)
			}
			var real *realLogins
			var standIn *standIn
			options, env := []string{}, []string{"LOGIN=" + test.login}
			if test.login != "" {
				options = append(options, "login "+test.login)
			}
			if test.mixed {
				real = newRealLogins(t)
				standIn = real.standIn
				env = append(env, real.environment()...)
			}
			p, port := startConfig(t, loginSite(t, standIn, options...), "WORKOS_API_KEY="+realKey), freePort(t)
			app, _ := startNextjs(t, folder, port, p.URL)
			drive(t, "nextjs.test.mjs", p.URL, app, env...)
			if real != nil {
				real.sawNothingOfThisSite(t)
			}
		})
	}
}
