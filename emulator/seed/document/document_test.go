package document_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
)

func Example() {
	doc := document.Read("file.yaml", []byte("name: {env.NAME}\nsizes: [1, two, 30]\n"), document.Options{
		LookupEnv: func(string) (string, bool) { return "Ada", true },
	})
	root, _ := doc.Root()
	members, _ := root.Members()
	for _, m := range members {
		switch field := root.Field(m); m.Key {
		case "name":
			fmt.Println(field.Text().Value)
		case "sizes":
			for _, size := range field.Elements() {
				size.Integer(1, 9)
			}
		}
	}
	fmt.Println(doc.Problems())
	// Output:
	// Ada
	// file.yaml:2:12: sizes[1]: must be a whole number, not a string
	// file.yaml:2:17: sizes[2]: must be a whole number from 1 to 9
}

// TestRoot has the files that hold no value.
func TestRoot(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"": "", "# a comment\n": "", "null": "", "---\n...\n": "", "\xef\xbb\xbf": "",
		"a: [": "f:2:1: is not valid YAML: while parsing a flow node that begins in line 2: did not find expected node content", "\xff": "f: is not valid UTF-8",
	} {
		doc := document.Read("f", []byte(source), document.Options{})
		if root, ok := doc.Root(); ok {
			t.Errorf("%q has the value %+v", source, root)
		}
		if got := doc.Problems().Error(); got != want {
			t.Errorf("%q: got %q, want %q", source, got, want)
		}
	}
}

// TestSecretPrefix holds that what begins like a secret is not quoted.
func TestSecretPrefix(t *testing.T) {
	t.Parallel()
	for prefix, want := range map[string]string{"": `file "key_1" cannot be read: `, "key_": "the file cannot be read: "} {
		doc := document.Read("f", []byte(`"{file.key_1}"`), document.Options{Dir: t.TempDir(), SecretPrefix: prefix})
		root, _ := doc.Root()
		if got := root.Text(); got.Set || !got.Given {
			t.Errorf("the text is %+v", got)
		}
		if got := doc.Problems().Error(); !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestNumberedMember has keys that are values, and may be secrets: they are not in the path.
func TestNumberedMember(t *testing.T) {
	t.Parallel()
	doc := document.Read("f", []byte("{env.A}: [x]\nsecond: 2\n"), document.Options{
		LookupEnv: func(name string) (string, bool) { return "value of " + name, true },
	})
	root, _ := doc.Root()
	members, _ := root.Members()
	var got []string
	for i, m := range members {
		key, value := root.NumberedMember(i, m)
		got = append(got, key.Text().Value)
		value.Text()
	}
	if strings.Join(got, ", ") != "value of A, second" {
		t.Errorf("the keys are %q", got)
	}
	const want = "f:1:1: [0]: must be a string, not a sequence\nf:2:1: [1]: must be a string, not a number; put it in quotes"
	if got := doc.Problems().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
