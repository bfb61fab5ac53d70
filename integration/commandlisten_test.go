package integration

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestWorkosCommandListensOnLoopback proves that localhost is both addresses, and that the announcement names them.
func TestWorkosCommandListensOnLoopback(t *testing.T) {
	t.Parallel()
	upstream := newStandIn(t)
	p := startWorkos(t, []string{"WORKOS_API_KEY=" + realKey, "SSL_CERT_FILE=" + upstream.CA}, "--upstream", upstream.URL)
	port := strings.TrimPrefix(p.URL, "http://localhost:")
	eventually(t, "the announcement", func() bool { return strings.Contains(p.Log.String(), "with the key of WORKOS_API_KEY") })
	if want := fmt.Sprintf("WorkOS is at %s (127.0.0.1:%s and [::1]:%s)\n", p.URL, port, port); !strings.Contains(p.Log.String(), want) {
		t.Errorf("%q is not announced", want)
	}
	if strings.Contains(p.Log.String(), "everyone who reaches the port") {
		t.Error("it warns of the loopback addresses")
	}
	for _, address := range []string{"127.0.0.1", "[::1]"} {
		response, err := http.Get("http://" + address + ":" + port + "/health")
		if err != nil {
			t.Error(err)
			continue
		}
		response.Body.Close()
		if response.Header.Get("X-Workos-Source") != "emulator" {
			t.Errorf("%s answers %s", address, response.Status)
		}
	}
	for _, other := range otherAddresses(t) {
		if answers("http://" + other + ":" + port + "/health") {
			t.Errorf("it is reached at %s", other)
		}
	}
}

// TestWorkosCommandOnAllInterfaces is the explicit wish for them, with and without the real key.
func TestWorkosCommandOnAllInterfaces(t *testing.T) {
	t.Parallel()
	for name, withKey := range map[string]bool{"with the real key": true, "without it": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			upstream, port := newStandIn(t), freePort(t)
			env, args := []string{"SSL_CERT_FILE=" + upstream.CA}, []string{"workos", "--listen", fmt.Sprintf(":%d", port)}
			if withKey {
				env, args = append(env, "WORKOS_API_KEY="+realKey), append(args, "--upstream", upstream.URL)
			}
			p := startCommand(t, env, args...)
			p.URL = fmt.Sprintf("http://localhost:%d", port)
			p.waitUntilReady()
			eventually(t, "the announcement", func() bool { return strings.Contains(p.Log.String(), "More: caddy workos --help") })
			warned := false
			for line := range strings.Lines(p.Log.String()) {
				warned = warned || strings.Contains(line, "everyone who reaches the port") && strings.Contains(line, fmt.Sprintf("--listen localhost:%d", port))
			}
			if warned != withKey {
				t.Errorf("it warns: %t", warned)
			}
			for _, address := range append(otherAddresses(t), "127.0.0.1", "::1") {
				if strings.Contains(address, ":") {
					address = "[" + address + "]"
				}
				response, err := http.Get(fmt.Sprintf("http://%s:%d/health", address, port))
				if err != nil {
					t.Error(err)
					continue
				}
				response.Body.Close()
			}
		})
	}
}
