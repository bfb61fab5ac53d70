package foreground

import (
	"runtime/debug"
	"testing"
)

// TestPluginVersion of each way in which a binary is built.
func TestPluginVersion(t *testing.T) {
	t.Parallel()
	other := &debug.Module{Path: "example.com/other", Version: "v9.9.9"}
	for want, info := range map[string]*debug.BuildInfo{
		"v1.2.3": {Main: debug.Module{Path: module, Version: "v1.2.3"}, Deps: []*debug.Module{other}},
		"v1.2.4": {Main: debug.Module{Path: "caddy"}, Deps: []*debug.Module{other, {Path: module, Version: "v1.2.4"}}},
		"(devel)": {Main: debug.Module{Path: "caddy"}, Deps: []*debug.Module{
			other, {Path: module, Version: "v1.2.5", Replace: &debug.Module{Path: "../caddy-workos"}},
		}},
		"example.com/fork v1.2.6": {Deps: []*debug.Module{{Path: module, Version: "v1.2.5", Replace: &debug.Module{Path: "example.com/fork", Version: "v1.2.6"}}}},
	} {
		if got := pluginVersion(info); got != want {
			t.Errorf("it is %q, want %q", got, want)
		}
	}
	if got := pluginVersion(nil); got != "(devel)" {
		t.Errorf("without information it is %q", got)
	}
}
