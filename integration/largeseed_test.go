package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestLargeSeedReset starts with 200,000 keys, in little memory, and resets them in no time.
func TestLargeSeedReset(t *testing.T) {
	t.Parallel()
	var file strings.Builder
	file.WriteString("organizations: [{id: org_LARGE, name: Acme}]\napiKeys:\n")
	for i := range 200_000 {
		fmt.Fprintf(&file, "  - name: Key %d\n    organization: Acme\n    value: sk_test_%048d\n", i, i)
	}
	path := filepath.Join(t.TempDir(), "seed.yaml")
	if err := os.WriteFile(path, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	p := startConfig(t, "{\n\tadmin {$CADDY_ADMIN}\n}\nhttp://:{$PORT} {\n\tworkos {\n\t\tseed "+path+"\n\t}\n}\n")
	t.Logf("ready after %s", time.Since(begin))

	const key = "sk_test_000000000000000000000000000000000000000000199999"
	if status, _, said := ask(t, "GET", p.URL+"/organizations/org_LARGE/api_keys?limit=1", key, "", ""); status != 200 || !strings.Contains(said, `"Key 199999"`) {
		t.Errorf("%d %s", status, said)
	}
	if memory := residentMemory(t, p.cmd.Process.Pid); memory > 400<<20 {
		t.Errorf("%d MiB are resident", memory>>20)
	}
	fastest := time.Hour
	for range 20 {
		if status, _, said := ask(t, "POST", p.URL+"/organizations/org_LARGE/api_keys", key, "application/json", `{"name":"Made"}`); status != 201 {
			t.Fatalf("%d %s", status, said)
		}
		begin := time.Now()
		if status, _, said := ask(t, "POST", p.Admin+"/workos/default/reset", "", "", ""); status != 204 {
			t.Fatalf("%d %s", status, said)
		}
		fastest = min(fastest, time.Since(begin))
	}
	if fastest > 10*time.Millisecond {
		t.Errorf("a reset takes %s", fastest)
	}
	if _, _, said := ask(t, "GET", p.URL+"/organizations/org_LARGE/api_keys?limit=1", key, "", ""); !strings.Contains(said, `"Key 199999"`) {
		t.Errorf("after the reset, the newest key is in %s", said)
	}
}

// residentMemory is that of a process, in bytes.
func residentMemory(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("this system does not tell:", err)
	}
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	line, _, _ := strings.Cut(after, "\n")
	kilobytes, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(line, "kB")))
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}
