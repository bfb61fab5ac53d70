package option

import "testing"

// TestLinesOfKeysAreNotShown, and paths are.
func TestLinesOfKeysAreNotShown(t *testing.T) {
	t.Parallel()
	for text, shown := range map[string]bool{
		"VCngrZAtox/yotdIhYjBGJrDGxuku4wtxYY6LePbmG5rgNFQg0sonqyPAWwlEqp":        false, // behind -s
		"MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7VJTUt9Us8cKj":       false,
		"/srv/repository/repository/testing/emulator/workos/of/the/project/seed": true,
		"/tmp/TestNoSecretInErrorsOfCommandsThatHaveALongName1234567890/001/x":   true,
		"/tmp/folders/01JQ8ZVXTN4M7K2DPC5W9RHEAB/01JQ8ZVY3R7K2M4XEC5Q/seed.yaml": true,
	} {
		if got := Shown(text); (got == text) != shown {
			t.Errorf("%s is shown as %s", text, got)
		}
	}
}
