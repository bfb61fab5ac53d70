package integration

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestLoginWithTheNodeSDK runs each of the tests in sdk/logins/ against a binary of its own with nobody behind it.
func TestLoginWithTheNodeSDK(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(sdkFolder(t), "logins", "*.test.mjs"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no tests in sdk/logins/: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".test.mjs"), func(t *testing.T) {
			t.Parallel()
			p := startConfig(t, loginSite(t, nil, "redirect_uri http://localhost:3000/callback", "sign_out_redirect http://localhost:3000/bye"))
			runNode(t, file, "SITE="+p.URL, "KEY="+environmentKey, "CLIENT_ID="+theirClient, "PASSWORD="+loginPassword, "TOTP_SECRET="+loginTOTPSecret)
			for _, secret := range []string{loginPassword, loginTOTPSecret, environmentKey} {
				if strings.Contains(p.Log.String(), secret) {
					t.Errorf("the log has %q", secret)
				}
			}
		})
	}
}
