package integration

import (
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

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
	route  string // as emulator.Routes lists it
	path   string // {a.b} stands for a member of the answer to first
	first  string // a path, with a method other than GET before it
	body   string
	key    string // default: contractKey
	status int
}

// contract holds, for each emulated route, a request for every answer that its description has.
var contract = slices.Concat(apiKeyContract, connectContract, organizationContract, userContract, roleContract, membershipContract, invitationContract, connectionContract)

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
		_, err := parsed.Apply(tx, time.Now(), rand.Reader)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	emulated, err := emulator.New(emulator.Options{Store: state, Secrets: &secrets, Key: signing, AcceptKeys: []string{contractKey}})
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
	path := e.path
	if e.first != "" {
		method, target, other := strings.Cut(e.first, " ")
		if !other {
			method, target = "GET", e.first
		}
		_, before := ask(method, target, contractKey, "")
		known, err := io.ReadAll(before.Body)
		if err != nil {
			t.Fatal(err)
		}
		path = parameter.ReplaceAllStringFunc(path, func(name string) string {
			return gjson.GetBytes(known, name[1:len(name)-1]).String()
		})
	}
	method, _, _ := strings.Cut(e.route, " ")
	if e.key == "" {
		e.key = contractKey
	}
	return ask(method, path, e.key, e.body)
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
