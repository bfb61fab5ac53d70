package loopback

import "testing"

func TestIs(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"localhost": true, "LocalHost": true, "app.localhost": true, "127.0.0.1": true, "127.8.9.1": true, "::1": true, "::ffff:127.0.0.1": true,
		"": false, "localhost.example": false, "notlocalhost": false, "0.0.0.0": false, "10.0.0.1": false, "::2": false, "[::1]": false,
	} {
		if Is(host) != want {
			t.Errorf("%q: %t", host, !want)
		}
	}
}
