package screen

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
)

// sdkLine says how a library of WorkOS's is pointed at another address.
type sdkLine struct{ name, how string }

// sdkLines are how WorkOS's libraries are pointed at a server. Where a library reads the address from the environment, it is a
// variable; the others want a line of code.
func sdkLines(r *serving.Running) []sdkLine {
	base, err := url.Parse(r.BaseURL)
	if err != nil || r.Port() == 0 { // the libraries know no Unix sockets
		return nil
	}
	host, port := strings.TrimSuffix(base.Host, ":"+base.Port()), r.Port() // an IPv6 address keeps its brackets
	return []sdkLine{
		{"Node", fmt.Sprintf("new WorkOS(key, { apiHostname: '%s', port: %d, https: false })", host, port)},
		{"Python", "WORKOS_BASE_URL=" + r.BaseURL},
		{"Go", fmt.Sprintf("workos.NewClient(key, workos.WithBaseURL(%q))", r.BaseURL)},
		{"Ruby", fmt.Sprintf("WorkOS.configure { |config| config.base_url = '%s' }", r.BaseURL)},
		{"PHP", fmt.Sprintf("new WorkOS\\WorkOS($key, baseUrl: '%s')", r.BaseURL)},
		{"authkit-nextjs", fmt.Sprintf("WORKOS_API_HOSTNAME=%s WORKOS_API_PORT=%d WORKOS_API_HTTPS=false", host, port)},
	}
}
