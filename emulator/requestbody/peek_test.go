package requestbody

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
)

func TestPeekPutsBack(t *testing.T) {
	t.Parallel()
	broken := io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(errors.New("gone")))
	for name, test := range map[string]struct {
		body   io.Reader
		length int64
		want   string
		err    error
		rest   string
	}{
		"none":            {nil, 0, "", nil, ""},
		"small":           {strings.NewReader("abc"), 3, "abc", nil, "abc"},
		"at the limit":    {strings.NewReader("abcde"), -1, "abcde", nil, "abcde"},
		"over it":         {strings.NewReader("abcdef"), -1, "", ErrOverLimit, "abcdef"},
		"said to be over": {strings.NewReader("abcdef"), 6, "", ErrOverLimit, "abcdef"},
		"broken off":      {broken, -1, "", ErrShort, "abc"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodPost, "/", test.body)
			r.ContentLength = test.length
			got, err := Peek(r, 5)
			if string(got) != test.want || !errors.Is(err, test.err) {
				t.Errorf("it is %q, %v; want %q, %v", got, err, test.want, test.err)
			}
			if rest, _ := io.ReadAll(r.Body); string(rest) != test.rest {
				t.Errorf("what is left is %q, want %q", rest, test.rest)
			}
			if err := r.Body.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
