package authorize

import (
	"slices"
	"strconv"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/redirecturi"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// request is a parsed authorization request (LOGIN.md §1, §7). Only its redirect URI was checked, unless read has returned no error.
type request struct {
	query    parameters
	clientID string
	to       redirecturi.URI
	state    string
	hasState bool

	// The selectors. At most one is set, but for an organization with the provider authkit.
	provider, connectionID, organizationID, domain string

	loginHint string
	challenge string
}

const authKit = "authkit" // the provider that is AuthKit's own login page

// providers are the OAuth providers (LOGIN.md §1, `provider`).
var providers = []string{
	"AppleOAuth", "BitbucketOAuth", "GitHubOAuth", "GitLabOAuth", "GoogleOAuth", "IntuitOAuth", "LinkedInOAuth", "MicrosoftOAuth",
	"SalesforceOAuth", "SlackOAuth", "VercelMarketplaceOAuth", "VercelOAuth", "XeroOAuth",
}

// read parses an authorization request. The error is a [problem] or a [refusal].
func (f flow) read(tx *store.Txn, raw string) (*request, error) {
	query, encoded := parseParameters(raw)
	q := &request{
		query: query, clientID: query.one("client_id"), state: query.one("state"), hasState: len(query["state"]) > 0,
		loginHint: strings.TrimSpace(query.one("login_hint")), challenge: query.one("code_challenge"),
	}
	if !encoded {
		return q, badRequest("The address is not properly encoded", "The query of this address has a % that encodes nothing.")
	}
	if name := query.repeated("client_id", "redirect_uri", "state"); name != "" {
		return q, badRequest("The parameter "+name+" is given more than once", "The application has sent it twice or more in this address.")
	}
	if err := f.checkClient(tx, q.clientID); err != nil {
		return q, err
	}
	if err := f.readRedirectURI(tx, q); err != nil {
		return q, err
	}
	if err := f.readSelector(q); err != nil {
		return q, err
	}
	return q, q.check(tx)
}

func (f flow) checkClient(tx *store.Txn, clientID string) error {
	if clientID == "" {
		return badRequest("The parameter client_id is missing", "The application has to send the client ID of its WorkOS environment.")
	}
	if f.Clients.Known(tx, clientID) {
		return nil
	}
	p := badRequest("The client ID is not known", "The application has sent a client_id that this emulator does not know.")
	p.mend = "If it is the client ID of your environment, add it to the options of the emulator:"
	p.code = "client_id " + shown(clientID)
	return p
}

func (f flow) readRedirectURI(tx *store.Txn, q *request) error {
	text := q.query.one("redirect_uri")
	if text == "" {
		return badRequest("The parameter redirect_uri is missing", "The application has to say where the browser returns to after the login.")
	}
	to, err := redirecturi.ParseURI(text)
	if err != nil {
		return badRequest("The redirect URI is invalid", "The redirect_uri that the application has sent "+err.Error()+".")
	}
	if f.redirects(tx, q.clientID).Allows(to) {
		q.to = to
		return nil
	}
	p := badRequest("The redirect URI is not listed", "The application wants the browser to return to "+shown(to.String())+", which is not allowed.")
	p.mend = "If it is your application, add this to the options of the emulator, or to redirectUris of the seed:"
	p.code = "redirect_uri " + shown(to.String())
	return p
}

// redirects returns the redirect URIs of a client: those of the environment and, of a Connect application, its own.
func (h *Handler) redirects(tx *store.Txn, clientID string) redirecturi.List {
	list := slices.Clone(h.Redirects)
	add := func(text string) {
		if p, err := redirecturi.Parse(text); err == nil {
			list = append(list, p)
		}
	}
	for _, text := range tx.RedirectURIs() {
		add(text)
	}
	if app, ok := tx.ApplicationByClientID(clientID); ok {
		for _, listed := range app.RedirectURIs {
			add(listed.URI)
		}
	}
	return list
}

// readSelector reads what the login is with: exactly one of provider, connection and organization.
func (f flow) readSelector(q *request) error {
	connection, organization, domain := "connection_id", "organization_id", "domain_hint"
	if f.isSSO {
		connection, organization, domain = "connection", "organization", "domain"
	}
	q.provider, q.connectionID, q.organizationID = q.query.one("provider"), q.query.one(connection), q.query.one(organization)
	given := 0
	for _, value := range []string{q.provider, q.connectionID, q.organizationID} {
		if value != "" {
			given++
		}
	}
	if given == 0 || f.isSSO {
		if q.domain = q.query.one(domain); q.domain != "" {
			given++
		}
	}
	if q.provider == authKit && q.organizationID != "" && !f.isSSO {
		given-- // the organization is chosen in AuthKit
	}
	switch {
	case given == 0:
		return badRequest("The request has no connection selector", "The application has to send one of provider, "+connection+" and "+organization+
			": provider=authkit is WorkOS's own login page.")
	case given > 1:
		return q.refuse("ambiguous_connection_selector", "Only one of provider, "+connection+" and "+organization+" may be given.")
	case q.provider != "" && !slices.Contains(providers, q.provider) && (q.provider != authKit || f.isSSO):
		return q.refuse("invalid_connection_selector", "The provider is none of those that WorkOS has.")
	}
	return nil
}

// once are the parameters, beside those that [flow.read] has checked, of which a request has one.
var once = []string{
	"response_type", "provider", "connection_id", "connection", "organization_id", "organization", "domain", "domain_hint", "login_hint",
	"code_challenge", "code_challenge_method", "screen_hint", "prompt", "max_age", "nonce", invitationToken,
}

// check checks what is told to the application.
func (q *request) check(tx *store.Txn) error {
	method := q.query.one("code_challenge_method")
	app, _ := tx.ApplicationByClientID(q.clientID)
	switch responseType := q.query.one("response_type"); {
	case q.query.repeated(once...) != "":
		return q.refuse("invalid_request", "The parameter "+q.query.repeated(once...)+" is given more than once.")
	case responseType == "":
		return q.refuse("invalid_request", "The parameter response_type is missing. It must be code.")
	case responseType != "code":
		return q.refuse("unsupported_response_type", "The response_type must be code.")
	case q.challenge == "" && method != "":
		return q.refuse("invalid_request", "There is a code_challenge_method, and no code_challenge.")
	case q.challenge != "" && method != "S256":
		return q.refuse("invalid_request", "The code_challenge_method must be S256.")
	case q.challenge != "" && !signin.IsChallenge(q.challenge):
		return q.refuse("invalid_request", "The code_challenge must be the SHA-256 of the code_verifier, as base64url without padding.")
	case q.challenge == "" && app.UsesPKCE:
		return q.refuse("invalid_request", "The application uses PKCE, so that a code_challenge is required.")
	}
	if text := q.query.one("max_age"); text != "" {
		if _, err := strconv.ParseUint(text, 10, 31); err != nil {
			return q.refuse("invalid_request", "The max_age must be a number of seconds.")
		}
	}
	return nil
}

func (q *request) refuse(code, description string) error {
	return &refusal{to: q.to, state: q.state, hasState: q.hasState, code: code, description: description}
}

// answer returns where the browser is sent with a code.
func (q *request) answer(code string) string {
	parameters := []redirecturi.Parameter{{Name: "code", Value: code}}
	if q.hasState {
		parameters = append(parameters, redirecturi.Parameter{Name: "state", Value: q.state})
	}
	return q.to.With(parameters...)
}
