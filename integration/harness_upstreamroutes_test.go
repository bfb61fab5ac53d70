package integration

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// theirClient is the client_id of the stand-in's environment.
const theirClient = "client_01THEIRS"

// wanted is the header by which a test chooses one of the answers that an operation has, by its index.
const wanted = "X-Wanted-Answer"

// routes is a stand-in that plays every operation of WorkOS, with fresh secrets in each answer.
type routes struct {
	*standIn
	*planted
	operations []*operation
}

func newRoutes(t *testing.T) *routes {
	t.Helper()
	r := &routes{standIn: newStandIn(t), planted: newPlanted(newSigner("sso_oidc_key_pair_THEIRS")), operations: everyOperation(t)}
	r.Knows = r.answer
	return r
}

// withoutTheKey are the routes that WorkOS answers without an API key in Authorization.
var withoutTheKey = regexp.MustCompile(`^(GET /(sso|oauth2|user_management)/(jwks.*|authorize|logout|sessions/logout|profile|userinfo)|POST /(sso/token|user_management/authenticate|user_management/authorize/device|oauth2/\S+)|GET /\.well-known/.*)$`)

// find returns the operation of a request: one without parameters before one with them.
func (r *routes) find(method, path string) (found *operation) {
	for _, o := range r.operations {
		if o.matches(method, path) && (found == nil || strings.Count(o.path, "{") < strings.Count(found.path, "{")) {
			found = o
		}
	}
	return found
}

func (r *routes) answer(w http.ResponseWriter, request *http.Request) bool {
	path := request.URL.Path
	if path == "/oauth2/jwks" || strings.HasPrefix(path, "/sso/jwks/") {
		_, _ = io.WriteString(w, r.signer.jwks())
		return true
	}
	if request.Header.Get("Authorization") != "Bearer "+realKey && !withoutTheKey.MatchString(request.Method+" "+path) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"message":"Unauthorized"}`)
		return true
	}
	o := r.find(request.Method, path)
	if o == nil || len(o.answers) == 0 {
		return false
	}
	index, _ := strconv.Atoi(request.Header.Get(wanted))
	chosen := o.answers[index%len(o.answers)]
	w.Header().Set("X-Request-Id", randomText(alphanumeric, 20))
	w.Header().Set("Set-Cookie", "wos-session="+r.opaque().(string)+"; Path=/; HttpOnly")
	if chosen.status >= 300 && chosen.status < 400 {
		w.Header().Set("Location", chosen.location+"?"+url.Values{"code": {r.opaque().(string)}, "state": {request.URL.Query().Get("state")}}.Encode())
	}
	if chosen.body == nil {
		w.Header().Del("Content-Type")
		w.WriteHeader(chosen.status)
		return true
	}
	places := answerSecrets
	if chosen.status >= http.StatusBadRequest {
		places = refusalSecrets
	}
	body := r.plant(places, o.route(), "", ahead(stepUp(chosen.body), time.Now()))
	if chosen.status >= http.StatusBadRequest {
		body = r.echo(request, body)
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	w.WriteHeader(chosen.status)
	_, _ = w.Write(text)
	return true
}

// stepUp gives the refusals of a login that ask for one more step the token that leads there, which the description lacks.
func stepUp(body any) any {
	refused, is := body.(map[string]any)
	if code := fmt.Sprint(refused["code"]); !is || !strings.HasSuffix(code, "_required") && !strings.HasPrefix(code, "mfa_") {
		return body
	}
	with := without(refused, "")
	with["pending_authentication_token"] = "pending"
	return with
}

// ahead moves the times that expire into the future.
func ahead(value any, now time.Time) any {
	switch value := value.(type) {
	case map[string]any:
		made := map[string]any{}
		for name, member := range value {
			switch member.(type) {
			case string:
				if name == "expires_at" && member != "" {
					member = now.Add(20 * time.Minute).UTC().Format("2006-01-02T15:04:05.000Z")
				}
			case int, int64, uint64, float64:
				if name == "expires_at" {
					member = now.Add(20 * time.Minute).Unix()
				}
			default:
				member = ahead(member, now)
			}
			made[name] = member
		}
		return made
	case []any:
		made := make([]any, len(value))
		for i, item := range value {
			made[i] = ahead(item, now)
		}
		return made
	}
	return value
}

// echo has a refusal name what was refused, as in "The code '…' has expired or is invalid.".
func (r *routes) echo(request *http.Request, body any) any {
	refused, is := body.(map[string]any)
	if !is {
		return body
	}
	told := without(refused, "")
	sent := append(strings.Split(request.URL.Path, "/"), slices.Sorted(maps.Values(members(request)))...)
	for _, value := range sent {
		for _, name := range []string{"message", "error_description"} {
			if text, is := told[name].(string); is && r.isPlanted(value) {
				told[name] = r.add(text+" It was '"+value+"'.", value)
			}
		}
	}
	return told
}
