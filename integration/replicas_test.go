package integration

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
)

const replicaIssuer = "https://auth.example.com"

func replicaConfig(storage string) string {
	return fmt.Sprintf(`{
	storage file_system %s
}
http://localhost:{$PORT} {
	workos_emulator {
		seed seed.example.yaml
		issuer %s
		signing_key storage
	}
}
`, storage, replicaIssuer)
}

// token exchanges the example's client credentials.
func (p *process) token(t *testing.T) string {
	t.Helper()
	var answered struct {
		AccessToken string `json:"access_token"`
	}
	p.form(t, "/oauth2/token", url.Values{"grant_type": {"client_credentials"}}, &answered)
	return answered.AccessToken
}

// form posts a form as the example's client.
func (p *process) form(t *testing.T, path string, values url.Values, into any) {
	t.Helper()
	values.Set("client_id", "client_local_backend")
	values.Set("client_secret", "secret_local_backend")
	response, err := http.PostForm(p.URL+path, values)
	for tries := 1; tries < 5 && (errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)); tries++ { // as in send
		response, err = http.PostForm(p.URL+path, values)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", path, response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}

// verifies tells whether a service that trusts this process's JWKS accepts a token.
func (p *process) verifies(t *testing.T, token string) error {
	t.Helper()
	keys := oidc.NewRemoteKeySet(t.Context(), p.URL+"/oauth2/jwks")
	_, err := oidc.NewVerifier(replicaIssuer, keys, &oidc.Config{ClientID: "client_local_backend"}).Verify(t.Context(), token)
	return err
}

// TestReplicasSignWithOneKey starts two processes at once on an empty storage, and takes it from them.
func TestReplicasSignWithOneKey(t *testing.T) {
	t.Parallel()
	storage := filepath.Join(t.TempDir(), "shared")
	config := replicaConfig(storage)
	replicas := []*process{launchConfig(t, config), launchConfig(t, config)}
	for _, p := range replicas {
		p.waitUntilReady()
	}
	jwks := replicas[0].body(t, "/oauth2/jwks")
	if other := replicas[1].body(t, "/oauth2/jwks"); jwks != other {
		t.Fatalf("the JWKS differ:\n%s\n%s", jwks, other)
	}
	for i, p := range replicas {
		other := replicas[1-i]
		token := p.token(t)
		if err := other.verifies(t, token); err != nil {
			t.Error("the other replica's keys do not verify the token:", err)
		}
		var introspected struct{ Active bool }
		other.form(t, "/oauth2/introspection", url.Values{"token": {token}}, &introspected)
		if !introspected.Active {
			t.Error("the other replica says that the token is not active")
		}
	}

	if err := os.RemoveAll(storage); err != nil {
		t.Fatal(err)
	}
	token := replicas[0].token(t)
	if err := replicas[1].verifies(t, token); err != nil {
		t.Error("without the storage, a token does not verify:", err)
	}
	reloaded := strings.Replace(config, "signing_key", "claims production\n\t\tsigning_key", 1)
	if err := replicas[0].reload(reloaded); err != nil {
		t.Fatal(err)
	}
	if replicas[0].body(t, "/oauth2/jwks") != jwks {
		t.Error("the reload changed the key")
	}
	if _, err := os.Stat(filepath.Join(storage, "workos/default/signing_key.pem")); err != nil {
		t.Error("the key was not stored again:", err)
	}
}

func TestReplicaWithoutStorage(t *testing.T) {
	t.Parallel()
	storage := filepath.Join(t.TempDir(), "shared")
	config := replicaConfig(storage)
	p := startConfig(t, config)
	jwks := p.body(t, "/oauth2/jwks")

	// A folder where the file should be fails for every user, root too.
	file := filepath.Join(storage, "workos/default/signing_key.pem")
	key, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(file, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "Caddyfile")
	write(t, path, strings.ReplaceAll(config, "{$PORT}", fmt.Sprint(freePort(t))))
	validate := func() string {
		said, err := runToEnd(t, []string{"CADDY_ADMIN=off"}, "validate", "--config", path, "--adapter", "caddyfile")
		if err == nil {
			t.Fatalf("it was accepted: %s", said)
		}
		return said
	}
	if said := validate(); !strings.Contains(said, "signing_key: storage: load workos/default/signing_key.pem: ") {
		t.Errorf("it says %s", said)
	}
	if err := p.reload(strings.Replace(config, "signing_key", "claims production\n\t\tsigning_key", 1)); err != nil {
		t.Fatal("with the storage down, a reload fails:", err)
	}
	if p.body(t, "/oauth2/jwks") != jwks {
		t.Error("with the storage down, a reload changed the key")
	}
	if !strings.Contains(p.Log.String(), "the storage failed") {
		t.Error("nothing warns of the storage")
	}

	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	write(t, file, string(bytes.Replace(key, []byte("BEGIN"), []byte("BEGIN THE"), 1)))
	if said := validate(); !strings.Contains(said, "signing_key: storage: workos/default/signing_key.pem: not a signing key") {
		t.Errorf("of a corrupt key it says %s", said)
	}
}
