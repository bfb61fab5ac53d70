package emulator

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

// TestAPIAndSeedHaveTheSameRules gives the same values to the API and to the seed, for each field that both have. Both must refuse the same
// ones.
func TestAPIAndSeedHaveTheSameRules(t *testing.T) {
	t.Parallel()
	texts := []any{
		"", " ", "a", "a b", "a\nb", "\x00", "é", "A", "a.example", "A.example.", "https://a.example/cb", "https://a.example/#x", "/cb", `a"b`, `a\b`,
		"posts:read", "Posts:read", strings.Repeat("x", 48), strings.Repeat("x", 49), strings.Repeat("x", 128), strings.Repeat("x", 129),
		"myapp:/cb", "a@b", "user name", 5, true, []any{}, map[string]any{},
	}
	longKey, longValue := strings.Repeat("k", 41), strings.Repeat("v", 601)
	for name, test := range map[string]struct {
		target, body string // with the value in the place of %s
		yaml         string // JSON, which is YAML
		more         []any
		differs      func(any) bool // values that the seed file accepts in another form; may be nil
	}{
		"organization name": {"/organizations", `{"name":%s}`, `{"organizations":[{"name":%s}]}`, []any{nil}, nil},
		"external_id":       {"/organizations", `{"name":"n","external_id":%s}`, `{"organizations":[{"name":"n","external_id":%s}]}`, []any{nil}, nil},
		"domain":            {"/organizations", `{"name":"n","domain_data":[{"domain":%s}]}`, `{"organizations":[{"name":"n","domains":[{"domain":%s}]}]}`, []any{nil}, nil},
		"domain alone":      {"/organizations", `{"name":"n","domains":[%s]}`, `{"organizations":[{"name":"n","domains":[%s]}]}`, nil, isMapping},
		"domain twice":      {"/organizations", `{"name":"n","domains":["a.example",%s]}`, `{"organizations":[{"name":"n","domains":["a.example",%s]}]}`, []any{"A.EXAMPLE", "b.example"}, isMapping},
		"domain state":      {"/organizations", `{"name":"n","domain_data":[{"domain":"d.example","state":%s}]}`, `{"organizations":[{"name":"n","domains":[{"domain":"d.example","state":%s}]}]}`, []any{"pending", "verified", "failed"}, isEmpty},
		"metadata":          {"/organizations", `{"name":"n","metadata":%s}`, `{"organizations":[{"name":"n","metadata":%s}]}`, []any{nil, map[string]any{"k": "v"}, map[string]any{"k": nil, "l": ""}, map[string]any{"": "v"}, map[string]any{longKey: "v"}, map[string]any{"k": longValue}, map[string]any{"k": []any{}}, members(50), members(51)}, nil},
		"application name":  {"/connect/applications", `{"name":%s,"application_type":"oauth","is_first_party":true}`, `{"connectApplications":[{"name":%s,"type":"oauth"}]}`, []any{nil}, nil},
		"description":       {"/connect/applications", `{"name":"n","application_type":"oauth","is_first_party":true,"description":%s}`, `{"connectApplications":[{"name":"n","type":"oauth","description":%s}]}`, []any{nil}, nil},
		"scope":             {"/connect/applications", `{"name":"n","application_type":"oauth","is_first_party":true,"scopes":[%s]}`, `{"connectApplications":[{"name":"n","type":"oauth","scopes":[%s]}]}`, []any{nil}, nil},
		"scopes":            {"/connect/applications", `{"name":"n","application_type":"oauth","is_first_party":true,"scopes":%s}`, `{"connectApplications":[{"name":"n","type":"oauth","scopes":%s}]}`, []any{nil, []any{"a", "a"}}, nil},
		"redirect URI":      {"/connect/applications", `{"name":"n","application_type":"oauth","is_first_party":true,"redirect_uris":[{"uri":%s}]}`, `{"connectApplications":[{"name":"n","type":"oauth","redirect_uris":[{"uri":%s}]}]}`, []any{nil}, nil},
		"redirect URIs":     {"/connect/applications", `{"name":"n","application_type":"oauth","is_first_party":true,"redirect_uris":[{"uri":"https://a.example"},%s]}`, `{"connectApplications":[{"name":"n","type":"oauth","redirect_uris":[{"uri":"https://a.example"},%s]}]}`, []any{map[string]any{"uri": "https://a.example"}, map[string]any{"uri": "https://b.example", "default": true}, map[string]any{"uri": "https://b.example", "default": nil}}, isText},
		"key name":          {keysPath, `{"name":%s}`, `{"apiKeys":[{"organization_id":"org_ACME","name":%s}]}`, []any{nil}, nil},
		"permission":        {keysPath, `{"name":"n","permissions":[%s]}`, `{"apiKeys":[{"organization_id":"org_ACME","name":"n","permissions":[%s]}]}`, []any{nil}, nil},
		"permissions":       {keysPath, `{"name":"n","permissions":%s}`, `{"apiKeys":[{"organization_id":"org_ACME","name":"n","permissions":%s}]}`, []any{nil, []any{"a", "a"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t)
			allowed, refused := 0, 0
			for _, value := range append(texts[:len(texts):len(texts)], test.more...) {
				if test.differs != nil && test.differs(value) {
					continue
				}
				encoded, err := json.Marshal(value)
				if err != nil {
					t.Fatal(err)
				}
				_, problems := seed.Parse("seed.yaml", fmt.Appendf(nil, test.yaml, encoded), seed.Options{})
				r := f.send("POST", test.target, fmt.Sprintf(test.body, encoded))
				if (r.Code >= 400) != (problems != nil) {
					t.Errorf("%.80s: the API says %d %.200s, and the seed %v", encoded, r.Code, r.Body, problems)
				}
				if r.Code < 400 {
					allowed++
					if created := r.want(201)["id"].(string); test.target == "/organizations" {
						f.send("DELETE", "/organizations/"+created, "").want(202) // its domains and external_id are free again
					}
				} else if refused++; r.Code != 422 && r.Code != 400 {
					t.Errorf("%.80s: %d %s", encoded, r.Code, r.Body)
				}
			}
			if allowed == 0 || refused == 0 {
				t.Errorf("%d are allowed, %d refused: the values tell nothing", allowed, refused)
			}
		})
	}
}

// The Go SDK sends an empty state, the file takes domains and URIs in two forms each.
func isEmpty(value any) bool   { return value == "" }
func isMapping(value any) bool { _, is := value.(map[string]any); return is }
func isText(value any) bool    { _, is := value.(string); return is }

func members(n int) map[string]any {
	all := map[string]any{}
	for i := range n {
		all[fmt.Sprint("k", i)] = "v"
	}
	return all
}

// TestDomains checks that domains are unique among organizations, and that null does not remove them.
func TestDomains(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	made := f.send("POST", "/organizations", `{"name":"x","domain_data":[{"domain":"New.example"},{"domain":"two.example","state":""},{"domain":"three.example","state":"verified"}]}`).want(201)
	path := "/organizations/" + made["id"].(string)
	states := ""
	for _, d := range made["domains"].([]any) {
		states += d.(map[string]any)["state"].(string) + " "
	}
	if states != "pending pending verified " {
		t.Errorf("the states are %s", states)
	}
	domains := func() int { return len(f.send("GET", path, "").want(200)["domains"].([]any)) }
	for _, request := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "/organizations", `{"name":"y","domain_data":[{"domain":"NEW.example","state":"pending"}]}`, 409},
		{"POST", "/organizations", `{"name":"y","domains":["free.example","acme.EXAMPLE"]}`, 409},
		{"PUT", path, `{"domain_data":[{"domain":"acme.example","state":"pending"}]}`, 409},
		{"PUT", path, `{"domains":["acme.example"]}`, 409},
		{"PUT", path, `{"name":"z","domains":["new.example","NEW.EXAMPLE"]}`, 422},
		{"PUT", path, `{"domains":null}`, 422},
		{"PUT", path, `{"domain_data":null}`, 422},
		{"PUT", path, `{"domains":[null]}`, 422},
		{"PUT", path, `{"domain_data":[null]}`, 422},
		{"PUT", path, `{"domain_data":[{"domain":null}]}`, 422},
		{"PUT", path, `{"domain_data":[{"domain":"a.example","state":null}]}`, 422},
		{"PUT", path, `{"domain_data":[{"state":"pending"}]}`, 422},
		{"POST", "/organizations", `{"name":"y","domains":null}`, 422},
		{"POST", "/organizations", `{"name":"y","domain_data":null}`, 422},
		{"PUT", path, `{"name":"z"}`, 200},
	} {
		r := f.send(request.method, request.path, request.body)
		body := r.want(request.status)
		if request.status == 409 && !strings.Contains(fmt.Sprint(body["message"]), "domain") {
			t.Errorf("%s: %v", request.body, body)
		}
		if n := domains(); n != 3 {
			t.Fatalf("after %s it has %d domains", request.body, n)
		}
	}
	f.send("POST", "/organizations", `{"name":"of the Go SDK","domains":null,"domain_data":null}`).want(201)
	f.send("POST", "/organizations", `{"name":"of the Go SDK","domains":null,"domain_data":[{"domain":"go.example","state":""}]}`).want(201)
	if got := f.send("GET", "/organizations?domains=NEW.EXAMPLE", "").want(200); len(got["data"].([]any)) != 1 {
		t.Errorf("the domain finds %v", got)
	}
	f.send("PUT", path, `{"domains":[]}`).want(200)
	if n := domains(); n != 0 {
		t.Errorf("it has %d domains", n)
	}
	f.send("POST", "/organizations", `{"name":"y","domains":["new.example"]}`).want(201)
	f.send("DELETE", "/organizations/org_ACME", "").want(202)
	f.send("PUT", path, `{"domains":["acme.example"]}`).want(200)
}

// TestSetsHoldEachOnce checks scopes and permissions.
func TestSetsHoldEachOnce(t *testing.T) {
	t.Parallel()
	const yaml = `
organizations: [{id: org_ACME, name: Acme}]
connectApplications: [{id: conn_app_A, name: A, organization: Acme, scopes: [a, b, a]}]
apiKeys: [{id: api_key_A, name: A, organization: Acme, permissions: [a, b, a]}]
`
	f := newSeeded(t, yaml, func(o *Options) { o.AcceptKeys = []string{acceptedKey} })
	application := f.send("POST", "/connect/applications", `{"name":"n","application_type":"m2m","organization_id":"org_ACME","scopes":["a","b","a"]}`).want(201)
	key := f.send("POST", keysPath, `{"name":"n","permissions":["a","b","a"]}`).want(201)
	seededKey, _ := store.APIKeys.Get(f.Store.View(), "api_key_A")
	for name, got := range map[string]any{
		"scopes": application["scopes"], "permissions": key["permissions"],
		"seeded scopes": f.send("GET", "/connect/applications/conn_app_A", "").want(200)["scopes"], "seeded permissions": seededKey.Permissions,
	} {
		if fmt.Sprint(got) != "[a b]" {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestSeededNameIsServed checks the name of a user, which is made of the first and the last name where it is left out.
func TestSeededNameIsServed(t *testing.T) {
	t.Parallel()
	f := newSeeded(t, `
users:
  - {id: user_A, email: a@x, first_name: Ada, last_name: Byron, name: Countess of Lovelace}
  - {id: user_B, email: b@x, first_name: Ada, last_name: Byron}
  - {id: user_C, email: c@x, name: ""}
`, func(o *Options) { o.AcceptKeys = []string{acceptedKey} })
	for id, want := range map[string]any{"user_A": "Countess of Lovelace", "user_B": "Ada Byron", "user_C": nil} {
		if got := f.send("GET", "/user_management/users/"+id, "").want(200); got["name"] != want {
			t.Errorf("%s: %v", id, got)
		}
	}
}
