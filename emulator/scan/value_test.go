package scan

import "testing"

// TestShortSecretsAreWholeValues has texts in which a short secret is a whole value, and texts in which it is not.
func TestShortSecretsAreWholeValues(t *testing.T) {
	t.Parallel()
	set := setOf("s3cret", "a/b=c", "two words", "ends=")
	for text, want := range map[string]bool{
		"s3cret": true, " s3cret\n": true, "a=s3cret": true, "a=s3cret&b=1": true, "s3cret=1": true, `{"a":"s3cret"}`: true,
		`{"s3cret":1}`: true, `["x", "s3cret"]`: true, "/v1/s3cret": true, "/s3cret/x": true, "a: s3cret\nb: x": true,
		"<a>s3cret</a>": true, "x,s3cret,y": true, "a=s%33cret": true, `{"a":"s\u0033cret"}`: true, `"{\"a\":\"s3cret\"}"`: true,
		"user:s3cret": true, "a\x01=s3cret": true, "a=%01&b=%733cret": true, `{"a":"Bearer s3cret"}`: true, `{"a":"czNjcmV0"}`: true, `{"a":"Basic dTpzM2NyZXQ="}`: true,
		"https://u:s3cret@x/": true, "`s3cret`": true, "\ufeffs3cret": true, "a=b;s3cret": true, "&#115;3cret": true, "s\x003\x00c\x00r\x00e\x00t\x00": true,
		"x=a/b=c": true, `{"a":"a/b=c"}`: true, "x=a%2Fb%3Dc&y=1": true, "x=ends=&y": true, `"ends="`: true, "ends": false, "x=two+words": true, `"two words"`: true, "x=two%20words": true,

		"s3crets": false, "xs3cret": false, "s3cret-1": false, "the s3cret of it": false, `{"a":"the s3cret"}`: false,
		"s3cre": false, "": false, "a/b": false, "two": false, "a/b=cd": false, `"two words more"`: false,
		"\x01\x02s3cret\x03": false, "\x01s3cret": false, // no text
	} {
		if got := holds(t, set, text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestShortSecretsInHeaders checks that spaces separate values there.
func TestShortSecretsInHeaders(t *testing.T) {
	t.Parallel()
	set := setOf("s3cret")
	for text, want := range map[string]bool{
		"Bearer s3cret": true, "Token token=\"s3cret\"": true, "s3cret, x": true, "Bearer\ts3cret": true, "a=b; k=s3cret": true,
		"Bearer s3crets": false, "my-s3cret": false,
	} {
		if got, err := set.Holds([]byte(text), Header, Whole); got != want || err != nil {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

// TestPartsOfATextHoldNoValueThatGoesOn is about a text that is scanned part by part.
func TestPartsOfATextHoldNoValueThatGoesOn(t *testing.T) {
	t.Parallel()
	set := setOf("s3cret")
	for _, test := range []struct {
		text string
		part Part
		want bool
	}{
		{"s3cret", Inner, false}, {"s3cret", First, false}, {"s3cret", Last, false}, {"s3cret", Whole, true},
		{"=s3cret", Inner, false}, {"=s3cret", Last, true}, {"s3cret=", Last, false}, {"s3cret=", First, true}, {"=s3cret=", Inner, true},
	} {
		if got, err := set.Holds([]byte(test.text), Body, test.part); got != test.want || err != nil {
			t.Errorf("%q, part %d: %v, %v", test.text, test.part, got, err)
		}
	}
}
