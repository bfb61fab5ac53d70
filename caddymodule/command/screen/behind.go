package screen

import (
	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/printable"
)

// behind says who answers what is not emulated.
func behind(r *serving.Running) (rows []row) {
	s := r.Site
	switch {
	case s.Upstream != "":
		rows = append(rows, row{"the rest", option.Shown(s.Upstream) + ", " + byWhichKey(r)})
		if s.UpstreamKey != "" && !r.Seed.PassesKeysOn() {
			rows = append(rows, row{"", "(no key of the seed stands for it: write them as a mapping, or mark one upstream: true)"})
		}
	case s.Fixtures == "":
		rows = append(rows, row{"the rest", "501, as there are neither fixtures (--fixtures) nor an upstream (--upstream)"})
	}
	if s.AuthKit != "" {
		rows = append(rows, row{"authkit", option.Shown(s.AuthKit) + ", for /oauth2/* and /.well-known/*"})
	}
	switch {
	case s.Fixtures == "":
	case s.Upstream == "" && s.AuthKit == "":
		rows = append(rows, row{"the rest", "fixtures of " + fixtures(r) + "; 501 for what is not recorded"})
	default:
		rows = append(rows, row{"fixtures", fixtures(r)})
	}
	return rows
}

// fixtures names their folder and the mode, and tells how the folder was chosen where no flag did.
func fixtures(r *serving.Running) string {
	said := printable.Line(option.Shown(r.Site.Fixtures), maxPath) + ", mode " + option.Shown(r.Site.Mode)
	if r.Found.Fixtures {
		said += " (found here)"
	}
	return said
}

// byWhichKey says whose key the upstream is asked with.
func byWhichKey(r *serving.Running) string {
	switch {
	case r.Site.UpstreamKey == "":
		return "with callers' own keys only: " + serving.RealKeyVariable + " is not set"
	case !r.Seed.PassesKeysOn():
		return "with the key of " + serving.RealKeyVariable + ", for callers who hold it"
	}
	return "with the key of " + serving.RealKeyVariable
}
