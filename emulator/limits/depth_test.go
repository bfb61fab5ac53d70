package limits

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestCheckDepth(t *testing.T) {
	t.Parallel()
	nested := func(open, inner, closing string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(closing, n)
	}
	for name, test := range map[string]struct {
		text string
		deep bool
	}{
		"nothing":                  {"", false},
		"arrays":                   {nested("[", "", "]", Depth), false},
		"deep arrays":              {nested("[", "", "]", Depth+1), true},
		"objects":                  {nested(`{"a":`, "1", "}", Depth), false},
		"deep objects":             {nested(`{"a":`, "1", "}", Depth+1), true},
		"both":                     {nested(`[{"a":`, "1", "}]", Depth/2), false},
		"deep of both":             {nested(`[{"a":`, "[]", "}]", Depth/2), true},
		"cut":                      {strings.Repeat("[", AnswerBody), true},
		"cut objects":              {strings.Repeat(`{"a":`, AnswerBody/5), true},
		"white space before":       {" \t\r\n" + strings.Repeat(" [", Depth+1), true},
		"in a string":              {`["` + strings.Repeat("[", 2*Depth) + `"]`, false},
		"in a string with escapes": {`["\\\"` + strings.Repeat(`\"[`, 2*Depth) + `"]`, false},
		"behind a string":          {`["\\",` + nested("[", "", "]", Depth) + "]", true},
		"side by side":             {"[" + strings.Repeat("[],", 2*Depth) + "0]", false},
		"the second value":         {"{} " + strings.Repeat("[", Depth+1), true},
		"closed too often":         {"[" + strings.Repeat("]", 2*Depth) + strings.Repeat("[", Depth+1), true},
		"no JSON":                  {"x" + strings.Repeat("[", 2*Depth), false},
		"a string that never ends": {`["` + strings.Repeat("[", 2*Depth), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := CheckDepth([]byte(test.text)); errors.Is(err, ErrTooDeep) != test.deep {
				t.Errorf("the error is %v, want one: %t", err, test.deep)
			}
		})
	}
}

func TestAFixtureHoldsABodyOfFullDepth(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("[", Depth) + strings.Repeat("]", Depth)
	if err := CheckFixture([]byte(`{"responses":[{"body":` + body + `}]}`)); err != nil {
		t.Error(err)
	}
	if err := CheckFixture([]byte(`{"responses":[{"body":[` + body + `]}]}`)); !errors.Is(err, ErrTooDeep) {
		t.Errorf("the error is %v", err)
	}
}

// FuzzDepth compares with encoding/json, which decides how deep JSON nests. A text that begins with another value does
// not nest, whatever follows.
func FuzzDepth(f *testing.F) {
	for _, seed := range []string{
		`[[1,{"a":[]}]]`, `{"a":"]]\\","b":{"c":"\"{{"}}`, `"[["`, ` [[ ] , [[]] ] `, `[[[[`, `]]`, `{"a":{"b":{"c":{"d":1}}}}`, `["\u005b\\"]`, "[]\n[[[[]]]]",
	} {
		f.Add([]byte(seed), byte(2))
	}
	f.Fuzz(func(t *testing.T, text []byte, most byte) {
		if trimmed := bytes.TrimLeft(text, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '[' && trimmed[0] != '{' {
			return
		}
		depth, complete := depthOf(text)
		if got := deeperThan(text, int(most)); complete && got != (depth > int(most)) {
			t.Fatalf("%q nests %d deep; deeper than %d: %t", text, depth, most, got)
		} else if !got && depth > int(most) {
			t.Fatalf("%q is read %d deep, and is not deeper than %d", text, depth, most)
		}
	})
}

// depthOf returns how deep a decoder gets into a text, and whether it gets to the end.
func depthOf(text []byte) (deepest int, complete bool) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	for depth := 0; ; {
		token, err := decoder.Token()
		if err != nil {
			return deepest, errors.Is(err, io.EOF) && depth == 0
		}
		if delimiter, is := token.(json.Delim); is && (delimiter == '[' || delimiter == '{') {
			depth++
			deepest = max(deepest, depth)
		} else if is {
			depth--
		}
	}
}
