package authorize

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html"
	"html/template"
	"net/http"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/printable"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
)

//go:embed templates
var files embed.FS

// style is the style sheet of all pages, which is inside of them.
var style = mustRead("templates/style.css")

// contentSecurityPolicy allows a page nothing but its style and forms to itself. A form is never answered with a redirect to another
// site: browsers would apply form-action to it, and to the redirects that follow.
var contentSecurityPolicy = "default-src 'none'; style-src 'sha256-" + styleHash() + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func mustRead(name string) string {
	content, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded
	}
	return string(content)
}

func styleHash() string {
	digest := sha256.Sum256([]byte(style))
	return base64.StdEncoding.EncodeToString(digest[:])
}

// The pages: each fills the layout.
var (
	accountsPage     = parsePage("accounts")
	passwordPage     = parsePage("password")
	codePage         = parsePage("code")
	organizationPage = parsePage("organization")
	devicePage       = parsePage("device")
	approvalPage     = parsePage("approval")
	invitationPage   = parsePage("invitation")
	messagePage      = parsePage("message")
)

func parsePage(name string) *template.Template {
	return template.Must(template.ParseFS(files, "templates/layout.html", "templates/"+name+".html"))
}

// content is what pages show. Each uses some of the fields.
type content struct {
	Title string
	Style template.CSS
	// Alert is what was wrong with the form before.
	Alert string
	// Token proves that a form is of this page.
	Token string
	// Step is the step that a form answers.
	Step string

	Text, Mend, Code string // of a message
	Client           string // the client_id that the login is for
	Via              string // the provider or the connection; optional
	Device           string // the user code of a device
	Email            string // of the account that was chosen, or what was typed
	Organizations    []signin.Organization
	Accounts         []account
	More             bool // there are more accounts than those

	// Attributes of links, with addresses that a template would change.
	Refresh, Link, Onward template.HTMLAttr
	LinkText              string
}

// href is the attribute of a link to an address that is safe: a checked redirect URI, or one relative to the page.
func href(address string) template.HTMLAttr {
	return template.HTMLAttr(`href="` + html.EscapeString(address) + `"`)
}

// refresh is the attribute of a meta element that sends the browser on, without a script.
func refresh(address string) template.HTMLAttr {
	return template.HTMLAttr(`content="0;url=` + html.EscapeString(address) + `"`)
}

// show answers with a page.
func (f flow) show(r *api.Request, status int, page *template.Template, c content) (api.Answer, error) {
	header := http.Header{
		"Cache-Control":           {"no-store"},
		"Content-Security-Policy": {contentSecurityPolicy},
		"Referrer-Policy":         {"no-referrer"},
		"X-Content-Type-Options":  {"nosniff"},
		"X-Frame-Options":         {"DENY"},
		"Permissions-Policy":      {"camera=(), geolocation=(), microphone=()"},
	}
	browser := browserOf(r)
	var err error
	if browser == "" {
		if browser, err = newBrowser(f.Random); err != nil {
			return api.Answer{}, err
		}
		header["Set-Cookie"] = []string{cookie(r, browser)}
	}
	if c.Token, err = newPageToken(browser, r.RawQuery(), r.Now, f.Random); err != nil {
		return api.Answer{}, err
	}
	c.Style, c.Client = template.CSS(style), shown(c.Client)
	var b bytes.Buffer
	if err := page.ExecuteTemplate(&b, "layout.html", c); err != nil {
		return api.Answer{}, err
	}
	return api.Answer{Status: status, Header: header, HTML: b.Bytes()}, nil
}

// showProblem answers with the page of an error.
func (f flow) showProblem(r *api.Request, p *problem) (api.Answer, error) {
	c := content{Title: p.title, Text: p.text, Mend: p.mend, Code: p.code}
	query := requestQuery(r)
	if p.again {
		again := "?" + query
		if values, _ := parseParameters(query); values.one(interactionParameter) != "" {
			again = "?" + f.queryOf(r, values.one(interactionParameter))
		}
		if again != "?" {
			c.Link, c.LinkText = href(again), "Sign in again"
		}
	}
	if !p.again && !f.isDevice && !f.isLink && r.Upstream != nil && r.Upstream.Reaches() {
		c.Onward = href(onward(query))
	}
	return f.show(r, p.status, messagePage, c)
}

// leave answers a form by sending the browser to an address: an allowed one, or one relative to the page. It is a page that goes on by
// itself: see contentSecurityPolicy.
func (f flow) leave(r *api.Request, title, address string) (api.Answer, error) {
	return f.show(r, http.StatusOK, messagePage, content{
		Title: title, Text: "The browser goes on by itself.", Refresh: refresh(address), Link: href(address), LinkText: "Continue",
	})
}

// shown is a text of the caller's as pages show it: in one line, and without what looks like a secret key.
func shown(text string) string {
	const most = 200
	if strings.Contains(text, "sk_") {
		return "[redacted]"
	}
	return printable.Line(text, most)
}
