package integration

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestDataOfTheDescriptionIsFresh makes the data of package description anew.
func TestDataOfTheDescriptionIsFresh(t *testing.T) {
	t.Parallel()
	const folder = "../emulator/fixture/description/"
	descriptions := map[string][]string{
		"npm.json": {filepath.Join(sdkFolder(t), "node_modules/@workos/openapi-spec/open-api-spec.yaml")},
	}
	if _, err := os.Stat(newerDescription); err == nil {
		descriptions["newer.json"] = []string{newerDescription, unpacked(t, loginDescription)}
	}
	for name, inputs := range descriptions {
		made := filepath.Join(t.TempDir(), name)
		generate := exec.Command("go", append([]string{"run", folder + "generate", made}, inputs...)...)
		if said, err := generate.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, said)
		}
		want, err := os.ReadFile(made)
		if err != nil {
			t.Fatal(err)
		}
		have, err := os.ReadFile(folder + name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(have, want) {
			t.Errorf("%s is not what the description says: see the command in %sgenerate", name, folder)
		}
	}
}
