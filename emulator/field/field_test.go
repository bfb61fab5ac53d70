package field

import (
	"slices"
	"strings"
	"testing"
)

// TestRules has allowed and refused values for each rule, with the code of the error.
func TestRules(t *testing.T) {
	t.Parallel()
	label := strings.Repeat("a", maxLabel)
	for name, test := range map[string]struct {
		rule    func(string) *Error
		allowed []string
		refused map[string]string
	}{
		"name": {Name, []string{"Acme", " Acme Corp, Inc. ", "é", "<&>", "日本"},
			map[string]string{"": "required", " \t": "required", "a\nb": "invalid", "a\x00": "invalid", "a\u0085": "invalid"}},
		"person name": {PersonName, []string{"", "Ada", "O'Neill"}, map[string]string{"a\nb": "invalid"}},
		"external id": {ExternalID, []string{"a", " ", "acme/1 @", strings.Repeat("x", 128)},
			map[string]string{"": "required", strings.Repeat("x", 129): "too_long", "é": "invalid", "a\xff": "invalid"}},
		"scope": {Scope, []string{"posts:read", "https://a.example/x", "a'b", "*"},
			map[string]string{"": "required", "a b": "invalid", `a"b`: "invalid", `a\b`: "invalid", "é": "invalid", "a\n": "invalid"}},
		"permission": {Permission, []string{"posts:read", "a", "a-b_c.d:*", strings.Repeat("x", 48), "0"},
			map[string]string{"": "required", " ": "required", strings.Repeat("x", 49): "too_long", "a b": "invalid", "Posts": "invalid", "a\n": "invalid", "é": "invalid", "a/b": "invalid"}},
		"role": {Role, []string{"admin", "org-editor", "a_1", strings.Repeat("x", 48)},
			map[string]string{"": "required", " ": "required", strings.Repeat("x", 49): "too_long", "Admin": "invalid", "a b": "invalid", "a:b": "invalid", "é": "invalid", "a\n": "invalid"}},
		"description": {About, []string{"", "Reads posts.", strings.Repeat("é", 150)}, map[string]string{strings.Repeat("é", 151): "too_long"}},
		"domain": {Domain, []string{"acme.example", "ACME.example", "a-b.c", "localhost", "1.example", "münchen.example", "xn--mnchen-3ya.example", label + ".example", strings.Repeat("a.", 126) + "a"},
			map[string]string{"": "required", " ": "required", "a..b": "invalid", ".a": "invalid", "a.": "invalid", "-a.example": "invalid", "a-.example": "invalid",
				"a b.example": "invalid", " a.example": "invalid", "a.example\n": "invalid", "https://a.example": "invalid", "a.example/x": "invalid", "a.example:80": "invalid",
				"x@a.example": "invalid", "*.example": "invalid", "a_b.example": "invalid", "a\xff.example": "invalid", label + "a.example": "invalid", strings.Repeat("a.", 127): "too_long"}},
		"email": {Email, []string{"a@b", "Ada.Byron+x@acme.example", "é@münchen.example", "a@[127.0.0.1]"},
			map[string]string{"": "required", " ": "required", "a": "invalid", "@b": "invalid", "a@": "invalid", "a@b@c": "invalid", "a b@c": "invalid", "a@b\n": "invalid",
				"a@b c": "invalid", strings.Repeat("a", 250) + "@b.example": "invalid"}},
		"redirect URI": {RedirectURI, []string{"https://a.example/cb?x=y", "http://localhost:3000", "com.example.app:/cb", "myapp://cb"},
			map[string]string{"": "invalid", "/cb": "invalid", "a.example/cb": "invalid", "https://": "invalid", "https:///cb": "invalid", "https:cb": "invalid", "http://:80/": "invalid",
				"https://a.example/#x": "invalid", "https://a.example/#": "invalid", "https://a.example/a b": "invalid", "https://a.example/\n": "invalid", "%zz": "invalid"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, value := range test.allowed {
				if e := test.rule(value); e != nil {
					t.Errorf("%q is refused: %v", value, e)
				}
			}
			for value, code := range test.refused {
				if e := test.rule(value); e == nil || e.Code != code || len(value) > 3 && strings.Contains(e.Message, value) {
					t.Errorf("%q: %v, want %s", value, e, code)
				}
			}
		})
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range 51 {
		many[strings.Repeat("k", i%40+1)+strings.Repeat("x", i/40)] = "v"
	}
	for name, test := range map[string]struct {
		members map[string]string
		refused bool
	}{
		"nothing":            {nil, false},
		"as long as may be":  {map[string]string{strings.Repeat("é", 40): strings.Repeat("é", 600)}, false},
		"an empty value":     {map[string]string{"k": ""}, false},
		"an empty key":       {map[string]string{"": "v"}, true},
		"a long key":         {map[string]string{strings.Repeat("k", 41): "v"}, true},
		"a long value":       {map[string]string{"k": strings.Repeat("v", 601)}, true},
		"more than may be":   {many, true},
		"as many as may be ": {firstOf(many, 50), false},
	} {
		if e := Metadata(test.members); (e != nil) != test.refused {
			t.Errorf("%s: %v", name, e)
		}
	}
}

func firstOf(members map[string]string, n int) map[string]string {
	some := map[string]string{}
	for key, value := range members {
		if len(some) < n {
			some[key] = value
		}
	}
	return some
}

func TestOnce(t *testing.T) {
	t.Parallel()
	if got := Once([]string{"b", "a", "b", "c", "a"}); !slices.Equal(got, []string{"b", "a", "c"}) {
		t.Error(got)
	}
	if got := Once(nil); got == nil || len(got) != 0 {
		t.Error(got)
	}
}
