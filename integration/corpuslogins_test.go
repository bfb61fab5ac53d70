package integration

import (
	"fmt"
	"regexp"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
)

// normalForms are the forms of what is random, or long and of no interest, in the answers about logins, and what stands for each.
var normalForms = []struct {
	form *regexp.Regexp
	name string
}{
	{regexp.MustCompile(`(?s)(<style>).*?\n(?:. )?(</style>)`), "${1}…${2}"},
	{regexp.MustCompile(`(style-src 'sha256-)[\w+/]{43}='`), "${1}…'"},
	{regexp.MustCompile(`(workos_emulator_login=)[0-9a-f]{32}\b`), "${1}<browser>"},
	{regexp.MustCompile(`(name="page" value=")[0-9a-f]{32}\.\d{10}\.[0-9a-f]{64}"`), `${1}<page>"`},
	{regexp.MustCompile(`("code":")\d{6}"`), `${1}<code>"`},
	{regexp.MustCompile(`("qr_code":"data:image/png;base64,)[\w+/]+=*"`), `${1}…"`},
	{regexp.MustCompile(`("user_code":"|user_code=|"usercode">)[A-Z0-9]{4}-[A-Z0-9]{4}\b`), "${1}<user code>"},
	{regexp.MustCompile(`(?m)^(< Content-Length: )\d+(\n(?:< .+\n)*< Content-Type: text/html)`), "${1}…${2}"},
}

// normalLogins takes out of a text what the logins in it have of the moment: the codes that emails have, the codes of devices, the cookie
// of a browser and the token of a page. Of a page it leaves the style out, with which its length changes, and of a factor the picture.
func normalLogins(text string) string {
	for _, normal := range normalForms {
		text = normal.form.ReplaceAllString(text, normal.name)
	}
	return text
}

var sessionForm = regexp.MustCompile(`\bsession_[0-9A-HJKMNP-TV-Z]{26}\b`)

// session replaces the id of a session that this program has made: it has the mark in it. The same id has the same number.
func (n *normaliser) session(found string) string {
	if !credential.IsSessionID(found) {
		return found
	}
	if n.sessions[found] == 0 {
		n.sessions[found] = len(n.sessions) + 1
	}
	return fmt.Sprintf("session_<%d>", n.sessions[found])
}
