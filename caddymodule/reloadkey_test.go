package caddymodule

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
)

// TestKeyOfAConfigurationThatFails has configurations with another storage fail, some of them when their key is known. The
// keys stay what they were, also with the next configuration.
func TestKeyOfAConfigurationThatFails(t *testing.T) {
	c := run(t, "respond none")
	taken, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	load := func(storage, audience, also string) error {
		return caddy.Load(fmt.Appendf(nil, `{"admin": {"disabled": true, "config": {"persist": false}}, "storage": {"module": "file_system", "root": %q},
			"logging": {"logs": {"default": {"writer": {"output": "discard"}}}},
			"apps": {"http": {"servers": {"a": {"listen": ["tcp4/127.0.0.1:%d"], "automatic_https": {"disable": true}, "routes": [{"handle": [
				{"handler": "workos_emulator", "signing_key": "storage", "audience": %q}]}]} %s}}}}`, storage, c.port, audience, also), true)
	}
	dir := t.TempDir()
	own, others := filepath.Join(dir, "own"), filepath.Join(dir, "others")
	if err := load(own, "first", ""); err != nil {
		t.Fatal(err)
	}
	jwks := func() string {
		for deadline := time.Now().Add(10 * time.Second); ; {
			status, body, err := c.do("GET", "/oauth2/jwks", "", nil)
			switch {
			case err == nil && status == 200:
				return body
			case err == nil || time.Now().After(deadline): // a reload resets a few new connections, as of any site of Caddy's
				t.Fatalf("%d, %v", status, err)
			}
		}
	}
	before := jwks()
	_, pem := newKey(t)
	file := filepath.Join(others, "workos/default/signing_key.pem")
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, pem, 0o600)); err != nil {
		t.Fatal(err)
	}
	for i := range 12 { // Caddy starts its apps in any order
		if err := load(others, fmt.Sprint(i), fmt.Sprintf(`, "b": {"listen": ["tcp4/%s"]}`, taken.Addr())); err == nil {
			t.Fatal("it was loaded")
		}
	}
	if got := jwks(); got != before {
		t.Errorf("after the failure, the keys are %s", got)
	}
	if err := load(own, "last", ""); err != nil {
		t.Fatal(err)
	}
	if got := jwks(); got != before {
		t.Errorf("after the next reload, the keys are %s", got)
	}
}
