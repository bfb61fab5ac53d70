package integration

import (
	"fmt"
	"regexp"
	"strconv"
)

// secretPlace is where WorkOS, or one who asks it, has a secret: in answers, requests or both.
type secretPlace struct {
	at     *regexp.Regexp // matches the route and the JSON pointer of a member, a parameter or a part of the path
	secret func(*planted) any
}

func place(at string, secret func(*planted) any) secretPlace {
	return secretPlace{regexp.MustCompile(`^(?:` + at + `)$`), secret}
}

// answerSecrets are the places in answers. The first one that matches counts.
var answerSecrets = []secretPlace{
	place(`POST /user_management/authenticate /access_token|POST /widgets/token /token|POST /oauth2/token /(access|id)_token`, (*planted).session),
	place(`POST /agents/.*/tokens /access_token`, (*planted).session),
	place(`.* /oauth_tokens/(access|refresh)_token|POST /data-integrations/.*/(access_token|credential)(/access_token|/value)`, (*planted).thirdParty),
	place(`POST /sso/token /access_token`, (*planted).opaque),
	place(`.* .*/(refresh_token|pending_authentication_token|device_code|authkit_authorization_code|password_reset_token)`, (*planted).opaque),
	place(`.*/(invitations|email_verification|magic_auth|password_reset)\S* .*/token`, (*planted).opaque),
	place(`.*/(auth/factors|auth/challenges|auth_factors|email_verification|magic_auth|radar_challenges)\S* .*/code`, (*planted).digits),
	place(`.* .*/(accept_invitation_url|password_reset_url)|POST /passwordless/sessions /link`, (*planted).link),
	place(`POST /portal/generate_link /link|POST /sso/logout/authorize /logout_url|POST /authkit/oauth2/complete /redirect_uri`, (*planted).portalLink),
	place(`POST /sso/logout/authorize /logout_token`, (*planted).foreign),
	place(`POST /data-integrations/\S+/authorize /url`, (*planted).pathLink),
	place(`.* /audit_logs/exports\S* /url`, (*planted).presigned),
	place(`.* .*/totp/secret|.* .*/totp_secret`, (*planted).totpSecret),
	place(`.* .*/totp/uri`, (*planted).otpauth),
	place(`.* .*/totp/qr_code`, (*planted).image),
	place(`.* /webhook_endpoints\S* .*/secret`, (*planted).webhook),
	place(`POST /connect/applications/\S+ /secret`, (*planted).hex),
	place(`POST \S*/api_keys /value`, (*planted).apiKey),
	place(`(GET|PUT|POST) /vault/v1/kv\S* /value`, (*planted).password),
	place(`POST /vault/v1/keys/(data-key|decrypt|rekey) /data_key`, (*planted).dataKey),
	place(`.* .*/recovery_codes/\d+`, (*planted).opaque),
	place(`.* .*/signing_key`, (*planted).pem),
	place(`.* .*/curl`, (*planted).command),
	place(`.* .*/webhook`, (*planted).userinfo),
}

// refusalSecrets are the places in answers of an error, whose `code` says what is wrong.
var refusalSecrets = []secretPlace{
	place(`.* .*/pending_authentication_token`, (*planted).opaque),
}

// requestSecrets are the places in requests: members of bodies, parameters of the query, and parts of the path in braces.
var requestSecrets = []secretPlace{
	place(`.* /client_secret`, (*planted).opaque), // the API key takes its place where WorkOS wants it
	place(`.* /(code|device_code|refresh_token|pending_authentication_token|invitation_token)`, (*planted).opaque),
	place(`.* /code_verifier`, (*planted).opaque),
	place(`.* /(password|new_password)`, (*planted).password),
	place(`.* /password_hash`, (*planted).passwordHash),
	place(`.* /totp_secret`, (*planted).totpSecret),
	place(`POST /api_keys/validations /value`, (*planted).apiKey),
	place(`POST /user_management/password_reset/confirm /token|GET /sso/logout /token`, (*planted).opaque),
	place(`.*/by_token/\{token\} /token`, (*planted).opaque),
	place(`.* /credentials/client_secret|.*/(api-key|connected_accounts/\S+) /(secret|api_key)|.*/connected_accounts/\S+ /(access|refresh)_token`, (*planted).thirdParty),
	place(`(POST|PUT) /vault/v1/kv\S* /value`, (*planted).password),
	place(`POST /agents/credentials/validate /credential`, (*planted).opaque),
}

// plant returns a value with secrets in the places of a route.
func (p *planted) plant(places []secretPlace, route, pointer string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		made := map[string]any{}
		for name, member := range value {
			made[name] = p.plant(places, route, pointer+"/"+name, member)
		}
		return made
	case []any:
		made := make([]any, len(value))
		for i, item := range value {
			made[i] = p.plant(places, route, pointer+"/"+strconv.Itoa(i), item)
		}
		return made
	case string:
		if place := p.placeOf(places, route+" "+pointer); place != nil {
			return place.secret(p)
		}
	}
	return value
}

// plantIn is plant for one named value, such as a parameter.
func (p *planted) plantIn(places []secretPlace, route, name, value string) string {
	return fmt.Sprint(p.plant(places, route, "/"+name, value))
}

// placeOf returns the first place that matches, or nil. The same ones are asked for again and again.
func (p *planted) placeOf(places []secretPlace, at string) *secretPlace {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := placeKey{&places[0], at}
	known, is := p.places[key]
	if !is {
		for i := range places {
			if places[i].at.MatchString(at) {
				known = &places[i]
				break
			}
		}
		p.places[key] = known
	}
	return known
}

// placeKey is a list of places and what is looked for in it.
type placeKey struct {
	first *secretPlace
	at    string
}

// unused returns the places where nothing was planted.
func (p *planted) unused() (places []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	used := map[*secretPlace]bool{}
	for _, place := range p.places {
		used[place] = true
	}
	for _, list := range [][]secretPlace{answerSecrets, refusalSecrets, requestSecrets} {
		for i := range list {
			if !used[&list[i]] {
				places = append(places, list[i].at.String())
			}
		}
	}
	return places
}
