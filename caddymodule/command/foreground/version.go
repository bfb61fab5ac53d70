package foreground

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/caddyserver/caddy/v2"
)

// module is the path of this module.
const module = "github.com/caddy-workos/caddy-workos"

// versions are those of this plugin and of Caddy, in two lines.
func versions() string {
	info, _ := debug.ReadBuildInfo()
	_, full := caddy.Version()
	return fmt.Sprintf("caddy-workos %s\nCaddy %s\n", pluginVersion(info), full)
}

// pluginVersion is which version of this module a binary has been built with: "(devel)" where Go does not know it.
func pluginVersion(info *debug.BuildInfo) string {
	const unknown = "(devel)"
	if info == nil {
		return unknown
	}
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if m.Path != module {
			continue
		}
		switch replaced := m.Replace; {
		case replaced == nil && m.Version != "":
			return m.Version
		case replaced != nil && replaced.Version != "" && !strings.HasPrefix(replaced.Version, "("):
			return replaced.Path + " " + replaced.Version
		}
	}
	return unknown
}
