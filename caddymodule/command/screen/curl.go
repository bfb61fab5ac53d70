package screen

import (
	"strings"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/store"
)

// curl returns a request, in one line or more, that is answered 200 as it is pasted into a shell. It holds none but the published
// secrets: the exchange of a client's secret for a token, a list by an API key, or else a request that needs neither.
func curl(r *serving.Running, goos string) []string {
	base, parts := r.BaseURL, []string{"curl "}
	if strings.ContainsRune(base, '[') { // which shells take for a pattern
		base = quoted(base)
	}
	if socket := r.Socket(); socket != "" {
		parts = []string{"curl --unix-socket " + quoted(socket), ""}
	}
	ask := func(first string, more ...string) []string {
		parts[len(parts)-1] += first
		return lines(goos, append(parts, more...)...)
	}
	held := r.Credentials()
	for _, client := range held.Clients {
		if client.Secret != "" && client.Type == store.M2M {
			return ask(base+"/oauth2/token -d grant_type=client_credentials", "-d client_id="+client.ID+" -d client_secret="+client.Secret)
		}
	}
	isAlone := r.Site.Upstream == "" && r.Site.AuthKit == "" && r.Site.Fixtures == ""
	if isAlone && len(held.Keys) > 0 && held.Keys[0].Published {
		return ask(`-H "Authorization: Bearer ` + held.Keys[0].Value + `" ` + base + "/organizations")
	}
	return ask(base + "/oauth2/jwks")
}

// lines writes the parts of a command in a line each, where the shell of the system has a sign for that.
func lines(goos string, parts ...string) []string {
	if goos == "windows" {
		return []string{strings.Join(parts, " ")}
	}
	for i := range parts {
		if i < len(parts)-1 {
			parts[i] += ` \`
		}
		if i > 0 {
			parts[i] = "  " + parts[i]
		}
	}
	return parts
}

// quoted is a word for a POSIX shell.
func quoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
