package integration

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/tidwall/gjson"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

// contractKey may use everything.
const contractKey = "sk_contract"

// exchange is a request and the status that is to answer it.
type exchange struct {
	route  string   // as emulator.Routes lists it
	path   string   // {a.b} stands for a member of the answer to GET first, and {0.a.b} for one of that to the first request of before
	before []string // requests, as in `POST /path {"a":1}`
	first  string
	body   string
	key    string // default: contractKey
	status int
	// observed says where the body is known from that the description does not have. It is then not compared.
	observed string
}

// contract holds, for each emulated route, a request for every answer that its description has.
var contract = slices.Concat(apiKeyContract, connectContract, organizationContract, userContract, roleContract,
	userWriteContract, codeContract, factorContract, membershipContract, invitationContract, connectionContract, loginContract)

// TestAnswersFollowTheDescription validates every emulated answer against WorkOS's OpenAPI description, in which what is
// not named is refused.
func TestAnswersFollowTheDescription(t *testing.T) {
	t.Parallel()
	for name, d := range descriptions(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, e := range contract {
				if d.answers[inPlainForm(e.route)] == nil { // TestContractIsComplete knows why
					continue
				}
				t.Run(fmt.Sprintf("%s %d %s", e.route, e.status, e.body), func(t *testing.T) {
					request, response := e.perform(t)
					if response.StatusCode != e.status {
						body, _ := io.ReadAll(response.Body)
						t.Fatalf("the status is %d, want %d: %s", response.StatusCode, e.status, body)
					}
					if e.observed != "" {
						return
					}
					for _, fault := range d.faults(t, e.route, request, response) {
						t.Error(fault)
					}
				})
			}
		})
	}
}

var contractSigningKey = sync.OnceValues(oauth.GenerateKey)

// perform asks an emulator of its own, without a next handler.
func (e exchange) perform(t *testing.T) (*http.Request, *http.Response) {
	t.Helper()
	signing, err := contractSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := seed.Parse("contract.yaml", []byte(contractSeed), seed.Options{})
	if err != nil {
		t.Fatal(err)
	}
	state := store.New()
	var secrets guard.Secrets
	secrets.Seed(parsed.Secrets())
	err = state.Update(func(tx *store.Txn) error {
		if _, err := parsed.Apply(tx, time.Now(), rand.Reader); err != nil {
			return err
		}
		return contractUserRows(tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	emulated, err := emulator.New(emulator.Options{Store: state, Secrets: &secrets, Key: signing, AcceptKeys: []string{contractKey},
		TestAPI: true, Reset: func() error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(emulated.Close)
	ask := func(method, path, key, body string) (*http.Request, *http.Response) {
		request := httptest.NewRequest(method, "https://api.workos.com"+path, strings.NewReader(body))
		request.Header.Set("Authorization", "Bearer "+key)
		request.Header.Set("Content-Type", "application/json")
		recorder := httptest.NewRecorder()
		emulated.Handler(nil).ServeHTTP(recorder, request)
		return request, recorder.Result()
	}
	path, body := e.path, e.body
	if e.first != "" {
		if strings.HasPrefix(e.first, "/") {
			e.first = "GET " + e.first
		}
		e.before = []string{e.first}
		path = strings.ReplaceAll(path, "{", "{0.")
	}
	var answers []string
	for _, line := range e.before {
		words := strings.SplitN(filled(line, answers), " ", 3)
		sent := ""
		if len(words) == 3 {
			sent = words[2]
		}
		answers = append(answers, answerOf(t, ask, words[0], words[1], sent))
	}
	path, body = filled(path, answers), filled(body, answers)
	method, _, _ := strings.Cut(e.route, " ")
	if e.key == "" {
		e.key = contractKey
	}
	return ask(method, path, filled(e.key, answers), body)
}

// answerOf returns the body of an answer, or the parameters of the address that it leads to, as JSON.
func answerOf(t *testing.T, ask func(method, path, key, body string) (*http.Request, *http.Response), method, path, body string) string {
	t.Helper()
	_, response := ask(method, path, contractKey, body)
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	location, err := response.Location()
	if err != nil {
		return string(content)
	}
	encoded, err := json.Marshal(location.Query())
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// reference is a member of an answer before, or the code that an authenticator app shows now for a secret.
var reference = regexp.MustCompile(`\{(\d+)\.([^{}]+)\}|\{totp ([A-Z2-7]+)\}`)

// filled puts members of answers in the place of references.
func filled(text string, answers []string) string {
	return reference.ReplaceAllStringFunc(text, func(name string) string {
		parts := reference.FindStringSubmatch(name)
		if parts[3] != "" {
			code, err := totp.GenerateCode(parts[3], time.Now())
			if err != nil {
				panic(err)
			}
			return code
		}
		i, err := strconv.Atoi(parts[1])
		if err != nil {
			panic(err)
		}
		return gjson.Get(answers[i], parts[2]).String()
	})
}

// inPlainForm leaves the names of parameters out of a route: the description has other ones.
func inPlainForm(route string) string {
	method, path, _ := strings.Cut(route, " ")
	return strings.ToUpper(method) + " " + parameter.ReplaceAllString(path, "{}")
}

var emulatedRoutes = sync.OnceValue(func() []string {
	var plain []string
	for _, route := range emulator.Routes() {
		plain = append(plain, inPlainForm(route))
	}
	return plain
})

func isEmulated(plain string) bool { return slices.Contains(emulatedRoutes(), plain) }

var parameter = regexp.MustCompile(`\{[^}]*\}`)
