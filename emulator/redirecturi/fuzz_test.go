package redirecturi

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/idna"
)

// browserHost reads the host of an absolute URL of the schemes http and https as browsers do (URL standard, "basic URL parser"): it
// drops tabs and newlines, takes a backslash for a slash and any number of slashes for two, and decodes percent signs in the host.
func browserHost(text string) (string, bool) {
	text = strings.TrimFunc(text, func(r rune) bool { return r <= ' ' })
	text = strings.NewReplacer("\t", "", "\n", "", "\r", "", "\\", "/").Replace(text)
	scheme, rest, found := strings.Cut(text, ":")
	if scheme = strings.ToLower(scheme); !found || scheme != "http" && scheme != "https" {
		return "", false
	}
	authority := strings.TrimLeft(rest, "/")
	if end := strings.IndexAny(authority, "/?#"); end >= 0 {
		authority = authority[:end]
	}
	host := authority[strings.LastIndexByte(authority, '@')+1:]
	if !strings.HasPrefix(host, "[") {
		host, _, _ = strings.Cut(host, ":")
	} else if end := strings.IndexByte(host, ']'); end >= 0 {
		host = host[:end+1]
	}
	decoded, err := url.PathUnescape(host)
	if err != nil {
		return "", false
	}
	if strings.HasPrefix(decoded, "[") {
		return decoded, true
	}
	ascii, err := idna.New(idna.MapForLookup(), idna.StrictDomainName(false)).ToASCII(decoded)
	return strings.ToLower(ascii), err == nil
}

// canonical is a URI that no parser reads in another way.
var canonical = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://(\[[0-9a-f:.]+\]|[a-zA-Z0-9_.-]+)(:[1-9][0-9]*)?([/?][!-~]*)?$`)

// FuzzAllows looks for a text that is allowed, and that a browser reads as a URI of another host.
func FuzzAllows(f *testing.F) {
	for _, seed := range []string{
		"http://localhost:3000/cb", "https://a.example.com/cb", "https://app.example/cb", "http://localhost\\@evil.example/cb", "http://[::1]:1/",
		"http://localhost@evil.example/cb", "http:\t//localhost/cb", "//evil.example/cb", "http://localhost%2eevil.example/", "http://ｌocalhost/",
		"https://a.example.com。evil.example/cb", "https://evil.example#a.example.com/cb", "javascript://localhost/%0aalert(1)", "http:localhost",
		"https://evil.example\\.a.example.com/cb", "http://127.1/", "http://0x7f000001/", "https://app.example:443/cb", "http://localhost:80@evil/",
	} {
		f.Add(seed)
	}
	listed, err := ParseList([]string{"https://*.example.com/cb", "https://app.example/cb", "http://localhost:*/cb"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := ParseURI(text)
		if err != nil {
			return
		}
		sent := u.With(Parameter{"code", "x"}, Parameter{"state", text})
		if !canonical.MatchString(sent) {
			t.Fatalf("%q is sent as %q", text, sent)
		}
		parsed, err := url.Parse(sent)
		if err != nil || parsed.Host != u.host+u.port || parsed.User != nil || parsed.Fragment != "" {
			t.Fatalf("%q: net/url reads %q as %+v, %v", text, sent, parsed, err)
		}
		if state := parsed.Query()["state"]; len(state) == 0 || state[len(state)-1] != text {
			t.Fatalf("%q came back as %q", text, state)
		}
		again, err := ParseURI(u.String())
		if err != nil || again != u {
			t.Fatalf("%q is read again as %+v, %v", u, again, err)
		}
		byDefault, byList := List(nil).Allows(u), listed.Allows(u)
		if !byDefault && !byList {
			return
		}
		host, ok := browserHost(sent)
		label, domain, _ := strings.Cut(host, ".")
		isLocal := host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasPrefix(host, "127.") || strings.HasPrefix(host, "[")
		isListed := host == "app.example" || host == "localhost" || domain == "example.com" && label != ""
		if !ok || byDefault && !isLocal || byList && !isListed {
			t.Fatalf("%q is allowed, and a browser reads %q as of %q", text, sent, host)
		}
		if given, ok := browserHost(text); ok && given != host && !strings.HasPrefix(host, "[") {
			t.Fatalf("%q: a browser reads it as of %q, and what is sent as of %q", text, given, host)
		}
	})
}
