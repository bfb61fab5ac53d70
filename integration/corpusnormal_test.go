package integration

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/id"
)

// normaliser takes out of a text what is random or of the moment, and nothing else. What has such a form and does not belong
// to this run stays as it is: an id or a time of another moment, a secret without our mark, a token of another key.
//
//	<#12>            in a time, or in the place of a ULID: made while request 12 was answered; <start>: before the first one
//	<#12+10m0s>      a time whole minutes after that of request 12
//	<now>, <now+5m0s> a moment in whole seconds
//	<secret 1>       the first random secret that was seen
//	session_<1>      the first session of ours that was seen
//	<uuid>           the X-Request-Id of an answer
//	<jwt …>          a token: its header, its claims, and whose key has signed it
//
// What logins add, [normalLogins] says.
type normaliser struct {
	exact    map[string]string // what stands for an address
	keys     map[string]*rsa.PublicKey
	begun    []time.Time // of the run, and then of each request
	ended    []time.Time
	ulids    map[string]string // their names in the golden file
	perMade  map[string]int    // how many of these were made by the same request
	secrets  map[string]int
	sessions map[string]int
}

func newNormaliser(t *testing.T) *normaliser {
	t.Helper()
	n := &normaliser{
		exact: map[string]string{}, ulids: map[string]string{}, perMade: map[string]int{}, secrets: map[string]int{}, sessions: map[string]int{}, keys: map[string]*rsa.PublicKey{},
		begun: []time.Time{time.Now()}, ended: []time.Time{{}},
	}
	for _, name := range []string{"signing_key", "upstream_key"} {
		n.keys[name] = &readPEM(t, name).PublicKey
	}
	return n
}

// request begins a request and returns its number, the first one being 1. Each has milliseconds of its own, by which the times
// in answers tell it.
func (n *normaliser) request() int {
	last := &n.ended[len(n.ended)-1]
	if last.IsZero() {
		*last = time.Now()
	}
	<-time.After(time.Until(last.Truncate(time.Millisecond).Add(time.Millisecond)))
	return len(n.begun)
}

// during notes when the request was sent and answered.
func (n *normaliser) during(sent, answered time.Time) {
	n.begun, n.ended = append(n.begun, sent), append(n.ended, answered)
}

// made names the request that a moment in milliseconds belongs to, or is empty.
func (n *normaliser) made(at time.Time) string {
	for i, begun := range n.begun {
		ended := n.ended[i]
		if ended.IsZero() {
			ended = time.Now()
		}
		if at.Before(begun.Truncate(time.Millisecond)) || at.After(ended) {
			continue
		}
		if i == 0 {
			return "start"
		}
		return fmt.Sprintf("#%d", i)
	}
	return ""
}

// now names a moment in whole seconds that is of the current request, or whole minutes after it, or is empty.
func (n *normaliser) now(seconds int64) string {
	last := len(n.begun) - 1
	const most = 1000 * time.Hour
	for _, from := range []int{last, 0} { // the first one also stands for what was made earlier in the run
		ahead := time.Unix(seconds, 0).Sub(n.begun[from].Truncate(time.Second))
		whole := ahead.Truncate(time.Minute)
		over := ahead - whole
		switch {
		case ahead < 0 || whole > most || over > n.ended[last].Sub(n.begun[from].Truncate(time.Second)):
		case whole == 0:
			return "now"
		default:
			return "now+" + whole.String()
		}
	}
	return ""
}

var (
	tokenForm     = regexp.MustCompile(`eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+`)
	ulidForm      = regexp.MustCompile(`\b[a-z_]*[0-7][0-9A-HJKMNP-TV-Z]{25}\b`)
	secretForm    = regexp.MustCompile(`\b(?:sk_test_[0-9a-f]{48}|[0-9a-f]{64})\b`)
	hintForm      = regexp.MustCompile(`("obfuscated_value":"sk_\.\.\.|"secret_hint":")([0-9a-f]{4})"`)
	domainForm    = regexp.MustCompile(`"id":"(org_domain_\w+)","organization_id":"(org_\w+)","domain":"([\w.]+)"`)
	timeForm      = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`)
	wholeTimeForm = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
	secondsForm   = regexp.MustCompile(`"(iat|exp|nbf|auth_time|expires_at)":(\d{10})\b`)
	issuedForm    = regexp.MustCompile(`"iat":(\d{10})\b`)
	requestIDForm = regexp.MustCompile(`(?m)^(< X-Request-Id: )[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	halfHashForm  = regexp.MustCompile(`"at_hash":"([\w-]{22})"`)
)

func (n *normaliser) normalise(text string) string {
	for address, name := range n.exact {
		text = regexp.MustCompile(regexp.QuoteMeta(address)+`\b`).ReplaceAllString(text, name)
	}
	text = n.tokens(text)
	text = normalLogins(text)
	text = sessionForm.ReplaceAllStringFunc(text, n.session)
	text = n.seconds(text)
	text = domainForm.ReplaceAllStringFunc(text, n.domain)
	text = ulidForm.ReplaceAllStringFunc(text, n.ulid)
	text = secretForm.ReplaceAllStringFunc(text, n.secret)
	text = hintForm.ReplaceAllStringFunc(text, n.hint)
	text = timeForm.ReplaceAllStringFunc(text, n.time)
	text = wholeTimeForm.ReplaceAllStringFunc(text, n.wholeTime)
	return requestIDForm.ReplaceAllString(text, "${1}<uuid>")
}

// tokens replaces the tokens that one of the keys has signed.
func (n *normaliser) tokens(text string) string {
	var halves []string // the at_hash of each token
	for _, token := range tokenForm.FindAllString(text, -1) {
		digest := sha256.Sum256([]byte(token))
		halves = append(halves, base64.RawURLEncoding.EncodeToString(digest[:16]))
	}
	return tokenForm.ReplaceAllStringFunc(text, func(token string) string {
		parts := strings.Split(token, ".")
		signature, err := base64.RawURLEncoding.DecodeString(parts[2])
		if err != nil {
			return token
		}
		digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
		for name, key := range n.keys {
			if rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) != nil {
				continue
			}
			header, _ := base64.RawURLEncoding.DecodeString(parts[0])
			claims, _ := base64.RawURLEncoding.DecodeString(parts[1])
			said := halfHashForm.ReplaceAllStringFunc(string(claims), func(member string) string {
				for i, half := range halves {
					if strings.Contains(member, half) {
						return fmt.Sprintf(`"at_hash":"<of token %d>"`, i+1)
					}
				}
				return member
			})
			return fmt.Sprintf("<jwt %s %s by %s>", header, n.seconds(said), name)
		}
		return token
	})
}

// seconds replaces times in whole seconds: an exp by how long after iat it lies.
func (n *normaliser) seconds(text string) string {
	issued := issuedForm.FindStringSubmatch(text)
	return secondsForm.ReplaceAllStringFunc(text, func(member string) string {
		parts := secondsForm.FindStringSubmatch(member)
		at, _ := strconv.ParseInt(parts[2], 10, 64)
		if parts[1] == "exp" && issued != nil {
			from, _ := strconv.ParseInt(issued[1], 10, 64)
			return fmt.Sprintf(`"exp":<iat+%d>`, at-from)
		}
		if name := n.now(at); name != "" {
			return fmt.Sprintf(`"%s":<%s>`, parts[1], name)
		}
		return member
	})
}

// ulid replaces an id that was made in this run: the time in it tells.
func (n *normaliser) ulid(found string) string {
	name := n.ulidOf(found)
	if name == "" {
		return found
	}
	return found[:len(found)-ulid.EncodedSize] + "<" + name + ">"
}

// ulidOf names the ULID at the end of an id, or is empty where it was not made in this run.
func (n *normaliser) ulidOf(text string) string {
	bare := text[max(0, len(text)-ulid.EncodedSize):]
	parsed, err := ulid.ParseStrict(bare)
	if err != nil || n.ulids[bare] != "" {
		return n.ulids[bare]
	}
	name := n.made(ulid.Time(parsed.Time()))
	if name == "" {
		return ""
	}
	n.perMade[name]++
	if n.perMade[name] > 1 {
		name = fmt.Sprintf("%s, %d", name, n.perMade[name])
	}
	n.ulids[bare] = name
	return name
}

// domain replaces the id of an organization's domain, which is derived from the organization's id, where that is random.
func (n *normaliser) domain(found string) string {
	parts := domainForm.FindStringSubmatch(found)
	if n.ulidOf(parts[2]) == "" || id.Derive(id.OrganizationDomain, parts[2], parts[3]) != parts[1] {
		return found
	}
	return strings.Replace(found, parts[1], "org_domain_<derived>", 1)
}

// secret replaces a secret that this program has made: it has the mark in it.
func (n *normaliser) secret(found string) string {
	const behind = 8 // characters after the mark
	if !credential.EndsInMark([]byte(found[:len(found)-behind])) {
		return found
	}
	if n.secrets[found] == 0 {
		n.secrets[found] = len(n.secrets) + 1
	}
	prefix := ""
	if strings.HasPrefix(found, "sk_test_") {
		prefix = "sk_test_"
	}
	return fmt.Sprintf("%s<secret %d>", prefix, n.secrets[found])
}

// hint replaces the end of a random secret, by which it is shown.
func (n *normaliser) hint(found string) string {
	parts := hintForm.FindStringSubmatch(found)
	for secret := range n.secrets {
		if strings.HasSuffix(secret, parts[2]) {
			return parts[1] + `<end of a secret>"`
		}
	}
	return found
}

func (n *normaliser) time(found string) string {
	at, err := time.Parse(time.RFC3339, found)
	if err != nil {
		return found
	}
	if name := n.made(at); name != "" {
		return "<" + name + ">"
	}
	for i := len(n.begun) - 1; i >= 0; i-- {
		ahead := at.Sub(n.begun[i].Truncate(time.Millisecond)).Truncate(time.Minute)
		name := n.made(at.Add(-ahead))
		if ahead > 0 && (name == fmt.Sprintf("#%d", i) || i == 0 && name == "start") {
			return fmt.Sprintf("<%s+%s>", name, ahead)
		}
	}
	return found
}

func (n *normaliser) wholeTime(found string) string {
	at, err := time.Parse(time.RFC3339, found)
	if err != nil {
		return found
	}
	if name := n.now(at.Unix()); name != "" {
		return "<" + name + ">"
	}
	return found
}
