package emulator

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

const theirRealKey = "sk_live_the_real_one_that_is_longer"

// realUpstream is a next handler that acts as a proxy with the real key does, and stores what it would have sent.
type realUpstream struct {
	sent []string // method, URI, header and body of each request
}

func (u *realUpstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if source.IsSealed(r.Context()) {
		panic(http.ErrAbortHandler)
	}
	if grant := realkey.GrantOf(r.Context()); grant.Allowed(r) {
		keyed, err := grant.Put(r, realkey.New(theirRealKey))
		if err != nil {
			panic(err)
		}
		r = keyed
	}
	var header bytes.Buffer
	_ = r.Header.Write(&header)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		u.sent = append(u.sent, "a part of a request: "+string(body))
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	if int64(len(body)) != r.ContentLength && r.ContentLength >= 0 {
		panic(fmt.Sprintf("the body has %d bytes and says %d", len(body), r.ContentLength))
	}
	u.sent = append(u.sent, r.Method+" "+r.URL.RequestURI()+"\n"+header.String()+"\n"+string(body))
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"object":"list","data":[],"list_metadata":{"before":null,"after":null}}`)
}

// TestEachWayOut puts a secret into each kind of request that the emulator sends to the next handler.
func TestEachWayOut(t *testing.T) {
	t.Parallel()
	const form = "application/x-www-form-urlencoded"
	inBody := func(text string) string { return `{"note":"` + text + `"}` }
	for name, test := range map[string]struct {
		method, target, body string
		change               []func(http.Header)
		place                string
		sent                 int // requests that hold no secret
	}{
		"as it came, body":       {"POST", "/vault/v1/kv", inBody("see sk_test_customer"), []func(http.Header){anonymous}, "body", 0},
		"as it came, header":     {"GET", "/vault/v1/kv", "", []func(http.Header){anonymous, header("X-Api-Key", "sk_test_customer")}, "header X-Api-Key", 0},
		"as it came, short":      {"POST", "/vault/v1/kv", inBody("secret-one"), []func(http.Header){anonymous}, "body", 0},
		"with the real key":      {"GET", "/events?after=sk_test_customer", "", nil, "query", 0},
		"with the real key, two": {"GET", "/events", "", []func(http.Header){header("Cookie", "k=sk_test_customer")}, "header Cookie", 0},
		"merged list, query":     {"GET", "/organizations?search=xsk_test_customerx", "", nil, "query", 0},
		"merged list, header":    {"GET", "/organizations", "", []func(http.Header){header("Referer", "http://x/sk_test_customer")}, "header Referer", 0},
		"merged list, filter":    {"GET", "/connect/applications?organization_id=sk_test_customer", "", nil, "query", 0},
		"cross-check, header":    {"POST", "/connect/applications", `{"name":"x","application_type":"m2m","organization_id":"org_THEIRS"}`, []func(http.Header){header("X-Api-Key", "sk_test_customer")}, "header X-Api-Key", 0},
		"cross-check, query":     {"POST", "/connect/applications?k=sk_test_customer", `{"name":"x","application_type":"m2m","organization_id":"org_THEIRS"}`, nil, "", 1},
		"OAuth, query":           {"POST", "/oauth2/token?k=sk_test_customer", "grant_type=client_credentials&client_id=client_theirs", []func(http.Header){anonymous, header("Content-Type", form)}, "query", 0},
		"OAuth, no endpoint":     {"GET", "/oauth2/userinfo?k=sk_test_customer", "", []func(http.Header){anonymous}, "query", 0},
		"last resort":            {"POST", "/organizations", `{"name":"sk_test_customer"}`, nil, "body", 0},
		"public document":        {"GET", "/sso/jwks/sk_test_customer", "", nil, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, upstream := newServer(t), &realUpstream{}
			f.next = upstream
			r := f.send(test.method, test.target, test.body, test.change...)
			if all := strings.Join(upstream.sent, "\n"); len(upstream.sent) != test.sent || strings.Contains(all, "sk_test_customer") || strings.Contains(all, "secret-one") {
				t.Errorf("the next handler was sent %q", upstream.sent)
			}
			if test.place == "" {
				return
			}
			got := r.want(403)
			message := got["message"]
			if strings.HasPrefix(test.target, "/oauth2/") {
				message = got["error_description"]
				if got["error"] != "access_denied" || got["message"] != nil || r.Header().Get("Cache-Control") != "no-store" {
					t.Errorf("it is no OAuth error: %v", got)
				}
			}
			if got["code"] != "local_secret" || !strings.Contains(fmt.Sprint(message), "its "+test.place+",") || strings.Contains(r.Body.String(), "sk_test_customer") {
				t.Errorf("the answer is %s", r.Body)
			}
			logged := fmt.Sprint(f.logs.FilterMessageSnippet("not passed on").All())
			if !strings.Contains(logged, test.place) || strings.Contains(logged, "sk_test_customer") {
				t.Errorf("the log says %s", logged)
			}
		})
	}
}

// TestMadeSecretsNeverLeave is about secrets that another replica has made, which this one does not store.
func TestMadeSecretsNeverLeave(t *testing.T) {
	t.Parallel()
	other := newServer(t)
	key := other.send("POST", "/organizations/org_ACME/api_keys", `{"name":"x"}`).want(201)["value"].(string)
	secret := other.send("POST", "/connect/applications/client_audience/client_secrets", "").want(201)["secret"].(string)
	token := other.form("/oauth2/token", clientForm).want(200)["access_token"].(string)
	for name, value := range map[string]string{"API key": key, "client secret": secret, "access token": token} {
		f, upstream := newServer(t, func(o *Options) { o.Key = newKey(t) }), &realUpstream{}
		f.next = upstream
		f.send("POST", "/vault/v1/kv", `{"a":"`+value+`"}`).want(403)
		f.send("GET", "/vault/v1/kv", "", anonymous, header("Cookie", "a="+value)).want(403)
		refused := 401
		if name == "access token" {
			refused = 403 // it is no key
		}
		f.send("GET", "/vault/v1/kv", "", bearer(value)).want(refused)
		f.form("/oauth2/token", "grant_type=client_credentials&client_id=x&client_secret="+value)
		f.form("/oauth2/introspection", "client_id=client_theirs&client_secret=theirs&token="+value)
		f.send("POST", "/api_keys/validations", `{"value":"`+value+`"}`)
		if len(upstream.sent) != 0 {
			t.Errorf("%s: the next handler was sent %q", name, upstream.sent)
		}
	}
}

func newKey(t *testing.T) *oauth.SigningKey {
	t.Helper()
	key, err := oauth.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// TestLargeBodies checks bodies that are scanned while they are sent. What is sent before a secret is found is not a complete request.
func TestLargeBodies(t *testing.T) {
	t.Parallel()
	padding := strings.Repeat("x ", 1<<20)
	for name, test := range map[string]struct {
		body, coding string
		status       int
		sent         bool
	}{
		"without a secret":        {padding, "", 200, true},
		"at the end":              {padding + "sk_test_customer", "", 403, false},
		"at the beginning":        {"sk_test_customer" + padding, "", 403, false},
		"short":                   {padding + "=secret-one", "", 403, false},
		"compressed":              {zipped(padding + "sk_test_customer"), "gzip", 403, false},
		"compressed, none in it":  {zipped(padding), "gzip", 200, true},
		"not what it is said":     {padding, "gzip", 400, false},
		"small, and said to be":   {"text", "br", 400, false},
		"unknown content coding":  {"text", "compress", 400, false},
		"compressed, and too big": {padding + strings.Repeat(padding, 5), "zstd", 400, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, upstream := newServer(t), &realUpstream{}
			f.next = upstream
			r := f.send("POST", "/vault/v1/kv", test.body, header("Content-Encoding", test.coding), header("Content-Type", "application/octet-stream"))
			if r.Code != test.status {
				t.Fatalf("the answer is %d %.300s", r.Code, r.Body)
			}
			if test.sent {
				if len(upstream.sent) != 1 || !strings.HasSuffix(upstream.sent[0], test.body) {
					t.Errorf("the next handler was sent %d requests", len(upstream.sent))
				}
				return
			}
			code := map[int]string{403: "local_secret", 400: "unreadable_body"}[test.status]
			if got := r.want(test.status); got["code"] != code || r.Header().Get("X-Workos-Source") != "emulator" {
				t.Errorf("the answer is %v", got)
			}
			for _, sent := range upstream.sent {
				if !strings.HasPrefix(sent, "a part of") || strings.Contains(sent, "sk_test_customer") || strings.Contains(sent, "secret-one") {
					t.Errorf("the next handler was sent %.100q", sent)
				}
			}
		})
	}
}

func zipped(text string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return out.String()
}

// replays is a next handler that answers with recordings, and sends nothing.
type replays struct{ asked []string }

func (n *replays) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	source.Set(r.Context(), source.Fixture)
	if source.IsProbe(r.Context()) {
		w.WriteHeader(http.StatusNotImplemented)
		return
	}
	body, _ := io.ReadAll(r.Body)
	n.asked = append(n.asked, r.Method+" "+r.URL.RequestURI()+" "+string(body))
	w.WriteHeader(299)
	_, _ = io.WriteString(w, "{}")
}

// TestNothingIsRefusedWhereNothingLeaves checks that recordings answer requests with local secrets, and that without a next handler the
// answer is `not_emulated`, or that of the endpoint.
func TestNothingIsRefusedWhereNothingLeaves(t *testing.T) {
	t.Parallel()
	const login = `{"client_id":"c","client_secret":"sk_test_customer","grant_type":"password"}`
	for name, test := range map[string]struct {
		method, target, body string
		change               func(http.Header)
		alone                int // the status with nothing behind the emulator
	}{
		"login, a key in the body":     {"POST", "/user_management/authenticate", login, anonymous, 400},
		"login, a customer's key":      {"POST", "/user_management/authenticate", login, bearer("sk_test_customer"), 400},
		"login, a key that stands for": {"POST", "/user_management/authenticate", strings.ReplaceAll(login, "customer", "upstream"), bearer("sk_test_upstream"), 400},
		"customer":                     {"GET", "/vault/v1/kv", "", bearer("sk_test_customer"), 501},
		"a secret in a query":          {"GET", "/vault/v1/kv?a=sk_test_customer", "", anonymous, 501},
		"a large body":                 {"POST", "/vault/v1/kv", strings.Repeat("sk_test_customer ", 1<<17), anonymous, 501},
		"a body that cannot be read":   {"POST", "/vault/v1/kv", "x", header("Content-Encoding", "gzip"), 501},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, next := newServer(t), &replays{}
			f.send(test.method, test.target, test.body, test.change).want(test.alone)
			f.next = next
			f.send(test.method, test.target, test.body, test.change).want(299)
			if want := test.method + " " + test.target + " " + test.body; len(next.asked) != 1 || next.asked[0] != want {
				t.Errorf("the next handler was asked %.200q", next.asked)
			}
		})
	}
	f := newServer(t)
	f.next = &replays{}
	f.send("GET", "/vault/v1/kv", "", bearer("sk_test_expired")).want(401)
}

// TestLogin exchanges the key where WorkOS takes it in the body, and nowhere else.
func TestLogin(t *testing.T) {
	t.Parallel()
	const asJSON, asForm = "application/json", "application/x-www-form-urlencoded"
	for name, test := range map[string]struct {
		target, contentType, body string
		change                    func(http.Header)
		status                    int
		sent                      string // the body
		authorization             string
	}{
		"JSON":               {"/user_management/authenticate", asJSON, `{"client_secret":"sk_test_upstream","code":"c"}`, anonymous, 200, `{"client_secret":"` + theirRealKey + `","code":"c"}`, ""},
		"form":               {"/sso/token", asForm, "code=c&client_secret=sk_test_upstream&x=y", anonymous, 200, "code=c&client_secret=" + theirRealKey + "&x=y", ""},
		"form, login":        {"/user_management/authenticate", asForm, "client_secret=sk_test_upstream", anonymous, 200, "client_secret=" + theirRealKey, ""},
		"header as well":     {"/user_management/authenticate", asJSON, `{"client_secret":"sk_test_upstream"}`, bearer("sk_test_upstream"), 200, `{"client_secret":"` + theirRealKey + `"}`, "Bearer " + theirRealKey},
		"header alone":       {"/user_management/authenticate", asJSON, `{"code":"c"}`, bearer("sk_test_upstream"), 200, `{"code":"c"}`, "Bearer " + theirRealKey},
		"accepted":           {"/user_management/authenticate", asJSON, `{"client_secret":"` + acceptedKey + `"}`, anonymous, 200, `{"client_secret":"` + theirRealKey + `"}`, ""},
		"an unknown key":     {"/user_management/authenticate", asJSON, `{"client_secret":"sk_live_theirs"}`, anonymous, 200, `{"client_secret":"sk_live_theirs"}`, ""},
		"customer's":         {"/user_management/authenticate", asJSON, `{"client_secret":"sk_test_customer"}`, anonymous, 403, "", ""},
		"customer's, form":   {"/sso/token", asForm, "client_secret=sk_test_customer", anonymous, 403, "", ""},
		"expired":            {"/user_management/authenticate", asJSON, `{"client_secret":"sk_test_expired"}`, anonymous, 403, "", ""},
		"client secret":      {"/user_management/authenticate", asJSON, `{"client_secret":"secret-one"}`, anonymous, 403, "", ""},
		"in another field":   {"/user_management/authenticate", asJSON, `{"client_secret":"sk_test_upstream","code":"sk_test_upstream"}`, anonymous, 403, "", ""},
		"further down":       {"/user_management/authenticate", asJSON, `{"a":{"client_secret":"sk_test_upstream"}}`, anonymous, 403, "", ""},
		"another endpoint":   {"/user_management/users", asJSON, `{"client_secret":"sk_test_upstream"}`, anonymous, 403, "", ""},
		"query":              {"/sso/token?client_secret=sk_test_upstream", asForm, "code=c", anonymous, 403, "", ""},
		"with a line break":  {"/sso/token", asForm, "client_secret=sk_test_upstream%0A", anonymous, 403, "", ""},
		"in front of others": {"/sso/token", asForm, "client_secret=sk_test_upstream&client_secret=sk_test_customer", anonymous, 403, "", ""},
		"twice":              {"/sso/token", asForm, "client_secret=sk_test_upstream&client_secret=" + acceptedKey, anonymous, 200, "client_secret=" + theirRealKey + "&client_secret=" + theirRealKey, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, upstream := newServer(t), &realUpstream{}
			f.next = upstream
			f.send("POST", test.target, test.body, header("Content-Type", test.contentType), test.change).want(test.status)
			if test.status != 200 {
				if len(upstream.sent) != 0 {
					t.Errorf("the next handler was sent %q", upstream.sent)
				}
				return
			}
			if len(upstream.sent) != 1 || !strings.HasSuffix(upstream.sent[0], "\n"+test.sent) || strings.Contains(upstream.sent[0], "sk_test_upstream") {
				t.Fatalf("the next handler was sent %q", upstream.sent)
			}
			if has := strings.Contains(upstream.sent[0], "Authorization: Bearer "+theirRealKey+"\r\n"); has != (test.authorization != "") {
				t.Errorf("the next handler was sent %q", upstream.sent)
			}
		})
	}
}

// TestWithoutTheRealKeyNoLocalOneIsSent is for a plain proxy, which does not know of keys.
func TestWithoutTheRealKeyNoLocalOneIsSent(t *testing.T) {
	t.Parallel()
	f, next := newServer(t), &recorder{status: 200, body: "{}"}
	f.next = next
	f.send("POST", "/user_management/authenticate", `{"client_secret":"sk_test_upstream"}`, bearer("sk_test_upstream")).want(200)
	if sent := next.take(); len(sent) != 1 || sent[0].body != `{"client_secret":"`+realkey.Placeholder+`"}` || sent[0].authorization != "" {
		t.Errorf("the next handler was sent %+v", sent)
	}
}

// TestTrace checks that TRACE is answered here, in any letter case, and never passed on.
func TestTrace(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"TRACE", "trace", "Trace"} {
		f, next := newServer(t), &recorder{status: 200, body: "{}"}
		f.next = next
		r := f.send(method, "/events", "", bearer("sk_test_upstream"))
		got := map[string]any{}
		if err := json.Unmarshal(r.Body.Bytes(), &got); err != nil || r.Code != 405 || got["code"] != "method_not_allowed" || r.Header().Get("Allow") == "" {
			t.Errorf("%s: %d %s", method, r.Code, r.Body)
		}
		if sent := next.take(); len(sent) != 0 {
			t.Errorf("%s: the next handler was sent %+v", method, sent)
		}
	}
}

// TestUnsafeRequests are neither answered nor passed on, for any caller: tunnels, and targets that name another host.
func TestUnsafeRequests(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, opaque, code string
		status               int
	}{
		"tunnel":            {"CONNECT", "", "method_not_allowed", 405},
		"another host":      {"GET", "http://elsewhere.example/steal", "invalid_request_target", 400},
		"local secret":      {"GET", "sk_test_customer", "invalid_request_target", 400},
		"emulated endpoint": {"GET", "/organizations", "invalid_request_target", 400},
	} {
		for _, key := range []string{"sk_test_upstream", "sk_test_customer", "sk_unknown"} {
			f, next := newServer(t), &recorder{status: 200, body: "{}"}
			r := httptest.NewRequest(http.MethodGet, "/organizations", nil)
			r.Method, r.URL.Opaque = test.method, test.opaque
			r.Header.Set("Authorization", "Bearer "+key)
			w := httptest.NewRecorder()
			f.Handler(next).ServeHTTP(w, r)
			var got struct{ Code string }
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != test.status || got.Code != test.code {
				t.Errorf("%s by %s: %d %s", name, key, w.Code, w.Body)
			}
			if sent := next.take(); len(sent) != 0 {
				t.Errorf("%s by %s: the next handler was sent %+v", name, key, sent)
			}
		}
	}
}

// TestProxyThatAnswersForAStoppedRequest checks that a proxy's answer about a stopped body is not written to the caller.
func TestProxyThatAnswersForAStoppedRequest(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	body := strings.Repeat("x ", 1<<20) + "sk_test_customer"
	for name, proxy := range map[string]Next{
		"returns the error": func(_ http.ResponseWriter, r *http.Request) error {
			_, err := io.Copy(io.Discard, r.Body)
			return err
		},
		"answers": func(w http.ResponseWriter, r *http.Request) error {
			_, err := io.Copy(io.Discard, r.Body)
			http.Error(w, err.Error(), http.StatusBadGateway)
			return nil
		},
		"panics": func(_ http.ResponseWriter, r *http.Request) error {
			_, _ = io.Copy(io.Discard, r.Body)
			panic(http.ErrAbortHandler)
		},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(context.Background(), "POST", "/vault/v1/kv", strings.NewReader(body))
		if err := f.Serve(w, r, func(w http.ResponseWriter, r *http.Request) error {
			if source.IsSealed(r.Context()) {
				panic(http.ErrAbortHandler)
			}
			return proxy(w, r)
		}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if w.Code != 403 || !strings.Contains(w.Body.String(), "local_secret") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}
