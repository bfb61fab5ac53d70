package emulatortest_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/caddy-workos/caddy-workos/emulator/emulatortest"
)

func TestOnlyFreshTokensAreAccepted(t *testing.T) {
	t.Parallel()
	srv := emulatortest.New(t, emulatortest.Audience("client_environment"), emulatortest.Seed(`
organizations:
  - {name: Acme}
connectApplications:
  - {name: Backend, organization: Acme, client_id: client_backend, client_secret: s3cret, scopes: ["posts:read"]}
`))

	// The client under test: it need not know that this is not WorkOS.
	config := clientcredentials.Config{
		ClientID: "client_backend", ClientSecret: "s3cret", TokenURL: srv.URL + "/oauth2/token",
	}
	token, err := config.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	// The service under test: nor need that, but for the clock.
	keys := oidc.NewRemoteKeySet(t.Context(), srv.URL+"/oauth2/jwks")
	verifier := oidc.NewVerifier(srv.URL, keys, &oidc.Config{ClientID: "client_environment", Now: srv.Now})
	if _, err := verifier.Verify(t.Context(), token.AccessToken); err != nil {
		t.Error(err)
	}
	srv.Advance(time.Hour) // without sleeping
	if _, err := verifier.Verify(t.Context(), token.AccessToken); err == nil {
		t.Error("a token is accepted that is over")
	}
}

// TestThePackageCommentShowsTheTestAbove keeps what is documented what runs.
func TestThePackageCommentShowsTheTestAbove(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("emulatortest.go")
	if err != nil {
		t.Fatal(err)
	}
	this, err := os.ReadFile("doc_test.go")
	if err != nil {
		t.Fatal(err)
	}
	comment, _, _ := strings.Cut(string(source), "\npackage ")
	var shown []string
	for line := range strings.SplitSeq(comment, "\n") {
		if code, ok := strings.CutPrefix(line, "//\t"); ok {
			shown = append(shown, code)
		} else if line == "//" {
			shown = append(shown, "")
		}
	}
	code := strings.TrimSpace(strings.Join(shown, "\n"))
	if !strings.HasPrefix(code, "func TestOnlyFreshTokensAreAccepted") || !strings.Contains(string(this), "\n"+code+"\n\n//") {
		t.Errorf("the package comment shows\n%s", code)
	}
}
