package authorize

import (
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/requestbody"
	"github.com/caddy-workos/caddy-workos/store"
)

const (
	// CookieName is the cookie by which a browser is known while it signs in. It is not for the real WorkOS.
	CookieName = "workos_emulator_login"
	// maxForm is how large a form of the page may be, in bytes.
	maxForm = 64 << 10
	// lifetime is how long a page, and a login that was begun on it, can be answered.
	lifetime = 10 * time.Minute
)

// browserOf returns the value of a browser's cookie, or nothing.
func browserOf(r *api.Request) string {
	value := r.Cookie(CookieName)
	if decoded, err := hex.DecodeString(value); err != nil || len(decoded) != 16 {
		return ""
	}
	return value
}

// newBrowser returns the value of a new cookie. It bears no mark: a browser sends it along with requests that go on to the real WorkOS,
// and there it is only taken out.
func newBrowser(random io.Reader) (string, error) {
	value := make([]byte, 16)
	if _, err := io.ReadFull(random, value); err != nil {
		return "", fmt.Errorf("make a cookie: %w", err)
	}
	return hex.EncodeToString(value), nil
}

// cookie returns the Set-Cookie of a browser. An empty value deletes the cookie.
func cookie(r *api.Request, value string) string {
	c := http.Cookie{
		Name: CookieName, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(r.BaseURL(), "https:"),
	}
	if value == "" {
		c.MaxAge = -1
	}
	return c.String()
}

// newPageToken returns what a form of a page proves its origin by: a random part, the time, and a digest of both with the browser's cookie
// and the page's query. Only who can read the cookie or the page can make one.
func newPageToken(browser, query string, now time.Time, random io.Reader) (string, error) {
	unique, err := newBrowser(random)
	if err != nil {
		return "", err
	}
	made := strconv.FormatInt(now.Unix(), 10)
	return unique + "." + made + "." + seal(unique, made, browser, query), nil
}

func seal(parts ...string) string {
	digest := store.DigestOf("login page\x00" + strings.Join(parts, "\x00"))
	return hex.EncodeToString(digest[:])
}

// checkPageToken returns why a form is refused, or nil.
func checkPageToken(token, browser, query string, now time.Time) error {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || subtle.ConstantTimeCompare([]byte(parts[2]), []byte(seal(parts[0], parts[1], browser, query))) != 1 {
		return forbidden("This form does not belong to this page", "The form was sent from another site, or from an older page.")
	}
	made, err := strconv.ParseInt(parts[1], 10, 64)
	if age := now.Sub(time.Unix(made, 0)); err != nil || age >= lifetime || age < -time.Minute {
		return errExpired
	}
	return nil
}

func forbidden(title, text string) *problem {
	return &problem{status: http.StatusForbidden, title: title, text: text, again: true}
}

// Why a login cannot go on.
var (
	errUsed = &problem{
		status: http.StatusGone, title: "This login has already been used", again: true,
		text: "It was completed or given up before. Nothing more was issued.",
	}
	errExpired = &problem{
		status: http.StatusGone, title: "This login has expired", again: true, text: "It was begun more than ten minutes ago.",
	}
	errChanged = &problem{
		status: http.StatusConflict, title: "This login cannot go on", again: true,
		text: "The account or its organizations have changed since it was begun.",
	}
	errTooMany = &problem{
		status: http.StatusTooManyRequests, title: "There were too many attempts", again: true, text: "This login was ended. Nothing was issued.",
	}
)

// readForm reads a form of the page, and makes sure that the browser has sent it from there. The error is a [problem].
func readForm(r *api.Request) (parameters, error) {
	if err := checkOrigin(r); err != nil {
		return nil, err
	}
	mediaType, _, err := mime.ParseMediaType(r.Header().Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, &problem{
			status: http.StatusUnsupportedMediaType, title: "This is no form of the login page", again: true,
			text: "The Content-Type must be application/x-www-form-urlencoded.",
		}
	}
	content, err := r.Body.Content()
	switch {
	case errors.Is(err, requestbody.ErrTooLarge) || len(content) > maxForm:
		return nil, &problem{status: http.StatusRequestEntityTooLarge, title: "The form is too large", again: true, text: "It has more than 64 KiB."}
	case err != nil:
		return nil, badRequest("The form ended early", "The connection was closed before the form was complete.")
	}
	form, ok := parseParameters(string(content))
	if !ok {
		return nil, badRequest("The form is not properly encoded", "It has a % that encodes nothing.")
	}
	if browserOf(r) == "" {
		return nil, forbidden("The browser has sent no cookie", "The login page needs its cookie, which this browser did not send. Allow cookies for this site.")
	}
	return form, checkPageToken(form.one("page"), browserOf(r), r.RawQuery(), r.Now)
}

// checkOrigin refuses a form that a browser says is of another origin. Browsers say so over https and on loopback hosts only; the page's
// token protects everywhere.
func checkOrigin(r *api.Request) error {
	refused := forbidden("This form was sent from another site", "The login page takes its own forms only.")
	switch r.Header().Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return nil
	case "":
	default:
		return refused
	}
	origin := r.Header().Get("Origin")
	if origin == "" || origin == "null" { // as the page has the Referrer-Policy no-referrer
		return nil
	}
	base, err := url.Parse(r.BaseURL())
	if given, wrong := url.Parse(origin); err != nil || wrong != nil || given.Host != base.Host && given.Host != r.Host() {
		return refused
	}
	return nil
}
