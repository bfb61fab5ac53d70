package integration

import (
	"fmt"
	"strings"
	"testing"
)

// TestUnreachableUpstream puts the short form wherever a handler may stand, in front of an upstream that is not there:
// its failure is told in WorkOS's shape, and other errors are left to the site's own handle_errors.
func TestUnreachableUpstream(t *testing.T) {
	t.Parallel()
	const dead = "upstream http://127.0.0.1:{$DEAD}"
	p := startConfig(t, `
http://localhost:{$PORT} {
	handle_path /handle/* {
		workos {
			`+dead+`
		}
	}
	route /route/* {
		uri strip_prefix /route
		workos {
			`+dead+`
		}
	}
	@authkit path /oauth2/* /missing
	workos @authkit {
		authkit http://127.0.0.1:{$DEAD}
	}
	error /missing 404
	workos /vault {
		`+dead+`
	}
	handle_errors {
		respond "the site's own {err.status_code}"
	}
}
`, fmt.Sprintf("DEAD=%d", freePort(t)))
	const unreachable = `{"message":"WorkOS could not be reached. See https://github.com/caddy-workos/caddy-workos/blob/main/docs/troubleshooting.md#502-upstream_unreachable","code":"upstream_unreachable"}`
	for path, want := range map[string]string{
		"/vault":            unreachable,
		"/handle/vault":     unreachable,
		"/route/vault":      unreachable,
		"/oauth2/authorize": unreachable,
		"/missing":          "the site's own 404",
	} {
		status, source, said := ask(t, "GET", p.URL+path, "", "", "")
		if said != want || want == unreachable && (status != 502 || source != "emulator") {
			t.Errorf("%s: %d from %q: %s", path, status, source, said)
		}
	}
	if !strings.Contains(p.Log.String(), "connection refused") {
		t.Error("the log does not tell why")
	}
}
