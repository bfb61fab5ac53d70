package integration

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// testName is how the security page names what holds a statement.
var testName = regexp.MustCompile("`((?:Test|Fuzz)[A-Z][A-Za-z0-9]*)`")

// TestSecurityPageNamesTestsThatExist: what the page promises is held by a test of that name, and each of its parts that
// promises something names one.
func TestSecurityPageNamesTestsThatExist(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	there := testsOf(t)
	named := testName.FindAllStringSubmatch(string(text), -1)
	if len(named) < 20 {
		t.Errorf("the page names %d tests", len(named))
	}
	for _, name := range named {
		if there[name[1]] == "" {
			t.Errorf("there is no test %s", name[1])
		}
	}
	for section := range strings.SplitSeq(string(text), "\n## ") {
		title, body, _ := strings.Cut(section, "\n")
		if !strings.HasPrefix(title, "# ") && !testName.MatchString(body) {
			t.Errorf("%s: nothing holds what it says", title)
		}
	}
	threats, _, _ := strings.Cut(string(text[strings.Index(string(text), "## Who, what"):]), "\n## The real key")
	for row := range strings.Lines(threats) {
		if strings.HasPrefix(row, "| ") && !strings.HasPrefix(row, "| who |") && !testName.MatchString(row) {
			t.Errorf("nothing holds the row %s", row)
		}
	}
}

// testsOf returns all tests and fuzz targets of the project by their names, each with the text of its file.
func testsOf(t *testing.T) map[string]string {
	t.Helper()
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	files := map[string]string{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, match := range function.FindAllSubmatch(source, -1) {
			files[string(match[1])] = string(source)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestComparisonNamesTestsThatExist: each row that says something of this project other than "no" names what holds it.
func TestComparisonNamesTestsThatExist(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/comparison.md")
	if err != nil {
		t.Fatal(err)
	}
	there := testsOf(t)
	for _, name := range testName.FindAllStringSubmatch(string(text), -1) {
		if there[name[1]] == "" {
			t.Errorf("there is no test %s", name[1])
		}
	}
	rows := 0
	for row := range strings.Lines(string(text)) {
		cells := strings.Split(row, " | ")
		if len(cells) < 6 || cells[0] == "|" {
			continue
		}
		rows++
		if ours := cells[1]; ours != "no" && ours != "built from source with Caddy" && !testName.MatchString(row) {
			t.Errorf("nothing holds the row %s", row)
		}
	}
	if rows < 10 {
		t.Errorf("the page compares %d things", rows)
	}
}
