package integration

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestLoginWithTheNodeSDK runs each of the tests in sdk/logins/ against a binary of its own: mixed.test.mjs with a WorkOS behind it, the
// others alone.
func TestLoginWithTheNodeSDK(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(sdkFolder(t), "logins", "*.test.mjs"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no tests in sdk/logins/: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".test.mjs")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			real, env := newRealLogins(t), []string(nil)
			var standIn *standIn
			if name == "mixed" {
				standIn, env = real.standIn, real.environment()
			}
			p := startConfig(t, loginSite(t, standIn, "redirect_uri http://localhost:3000/callback", "sign_out_redirect http://localhost:3000/bye"), "WORKOS_API_KEY="+realKey)
			runNode(t, file, append(env, "SITE="+p.URL, "KEY="+environmentKey, "CLIENT_ID="+theirClient, "PASSWORD="+loginPassword, "TOTP_SECRET="+loginTOTPSecret)...)
			for _, secret := range []string{loginPassword, loginTOTPSecret, environmentKey, alice.password} {
				if strings.Contains(p.Log.String(), secret) {
					t.Errorf("the log has %q", secret)
				}
			}
			if standIn != nil {
				real.sawNothingOfThisSite(t)
			}
		})
	}
}
