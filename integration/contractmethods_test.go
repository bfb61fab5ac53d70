package integration

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestContractMethodsAreAllowed sends each described request that is not emulated. None of them has a method that is wrong.
func TestContractMethodsAreAllowed(t *testing.T) {
	t.Parallel()
	p := startConfig(t, "http://localhost:{$PORT} {\n\tworkos_emulator {\n\t\tseed seed.example.yaml\n\t}\n}\n")
	sent := 0
	for _, operation := range describedOperations(t, filepath.Join(sdkFolder(t), "node_modules/@workos/openapi-spec/open-api-spec.yaml")) {
		if slices.Contains(emulatedRoutes(), inPlainForm(operation)) {
			continue
		}
		sent++
		method, path, _ := strings.Cut(operation, " ")
		if answer := p.do(t, method, parameter.ReplaceAllString(path, "x"), ""); answer.status == http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", operation, answer.status)
		}
	}
	if sent < 50 {
		t.Errorf("only %d requests are described that are not emulated", sent)
	}
}
