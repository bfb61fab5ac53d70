package emulator

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestWireJSON compares what seeded resources look like on the wire with golden files.
func TestWireJSON(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	for name, path := range map[string]string{
		"organization":          "/organizations/org_ACME",
		"organizations":         "/organizations",
		"user":                  "/user_management/users/user_ALICE",
		"users":                 "/user_management/users",
		"application_m2m":       "/connect/applications/conn_app_M2M",
		"application_oauth":     "/connect/applications/client_portal",
		"applications":          "/connect/applications?organization_id=org_ACME&order=asc",
		"organization_api_keys": "/organizations/org_ACME/api_keys?order=asc",
		"user_api_keys":         "/user_management/users/user_ALICE/api_keys",
		"not_found":             "/organizations/org_NONE",
		"not_emulated":          "/vault/v1/kv",
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			r := f.send("GET", path, "")
			if err := json.Indent(&got, r.Body.Bytes(), "", "  "); err != nil {
				t.Fatal(err)
			}
			got.WriteByte('\n')
			golden := filepath.Join("testdata", name+".golden.json")
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != string(want) {
				t.Errorf("it is\n%swant\n%s", got.String(), want)
			}
			if id := r.Header().Get("X-Request-Id"); len(id) != 36 {
				t.Errorf("X-Request-Id is %q", id)
			}
		})
	}
}

func TestOrganizations(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	made := f.send("POST", "/organizations", `{"name":"New","external_id":"new","domain_data":[{"domain":"new.example","state":"pending"}],"metadata":{"a":"1","b":"2"}}`).want(201)
	path := "/organizations/" + made["id"].(string)
	if got := f.send("GET", "/organizations/external_id/new", "").want(200); got["id"] != made["id"] {
		t.Error(got)
	}
	got := f.send("PUT", path, `{"name":"Newer","metadata":{"a":null,"c":"3"}}`).want(200)
	if got["name"] != "Newer" || fmt.Sprint(got["metadata"]) != "map[b:2 c:3]" || got["external_id"] != "new" {
		t.Error(got)
	}
	if got := f.send("PUT", path, `{"external_id":null}`).want(200); got["external_id"] != nil {
		t.Error(got)
	}
	if got := f.send("PUT", path, `{"external_id":"acme"}`).want(400); got["code"] != "external_id_already_used" {
		t.Error(got)
	}
	if got := f.send("POST", "/organizations", `{"name":"x","metadata":{"k":"`+strings.Repeat("x", 601)+`"}}`).want(400); got["code"] != "invalid_metadata" {
		t.Error(got)
	}
	for body, field := range map[string]string{
		`{}`: "name", `{"name":5}`: "name", `{"name":" "}`: "name", `{"name":"x","metadata":[]}`: "metadata",
		`{"name":"x","external_id":"ä"}`: "external_id", `{"name":"x","domain_data":[{"domain":"d","state":"odd"}]}`: "domain_data",
	} {
		wantField(t, f.send("POST", "/organizations", body), field)
	}
	f.send("DELETE", path, "").want(202)
	f.send("GET", path, "").want(404)
	f.send("DELETE", path, "").want(404)
	for query, want := range map[string]int{"search=acme": 1, "domains=acme.example": 1, "domains[]=acme.example,x": 1, "domains=nope": 0, "search=zzz": 0, "": 2} {
		if got := f.send("GET", "/organizations?"+query, "").want(200); len(got["data"].([]any)) != want {
			t.Errorf("%s: %v", query, got)
		}
	}
}

// wantField fails the test unless the answer is a 422 that names the field.
func wantField(t *testing.T, r response, field string) {
	t.Helper()
	body := r.want(http.StatusUnprocessableEntity)
	list, _ := body["errors"].([]any)
	if len(list) == 0 || list[0].(map[string]any)["field"] != field || body["code"] != "invalid_request_parameters" {
		t.Errorf("the answer is %v, want the field %s", body, field)
	}
}

func TestUsers(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	if got := f.send("GET", "/user_management/users/external_id/alice", "").want(200); got["id"] != "user_ALICE" {
		t.Error(got)
	}
	f.send("GET", "/user_management/users/nobody", "").want(404)
	for query, want := range map[string]int{"email=ALICE@acme.example": 1, "email=bob@acme.example": 0, "organization_id=org_ACME": 0} {
		if got := f.send("GET", "/user_management/users?"+query, "").want(200); len(got["data"].([]any)) != want {
			t.Errorf("%s: %v", query, got)
		}
	}
}

func TestConnectApplications(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	made := f.send("POST", "/connect/applications", `{"name":"New","application_type":"m2m","organization_id":"org_ACME","scopes":["a","b","a"]}`).want(201)
	if made["secret"] != nil || fmt.Sprint(made["scopes"]) != "[a b]" || made["organization_id"] != "org_ACME" {
		t.Error(made)
	}
	path := "/connect/applications/" + made["client_id"].(string)
	got := f.send("PUT", path, `{"name":"Newer","description":"d","scopes":null}`).want(200)
	if got["name"] != "Newer" || got["description"] != "d" || len(got["scopes"].([]any)) != 0 {
		t.Error(got)
	}
	if got := f.send("PUT", path, `{"description":null}`).want(200); got["description"] != nil || got["name"] != "Newer" {
		t.Error(got)
	}
	wantField(t, f.send("PUT", path, `{"redirect_uris":[{"uri":"https://a.example"}]}`), "redirect_uris")
	wantField(t, f.send("PUT", path, `{"name":null}`), "name")
	for body, field := range map[string]string{
		`{"application_type":"m2m","organization_id":"org_ACME"}`:                                                   "name",
		`{"name":"x","organization_id":"org_ACME"}`:                                                                 "application_type",
		`{"name":"x","application_type":"spa"}`:                                                                     "application_type",
		`{"name":"x","application_type":"m2m"}`:                                                                     "organization_id",
		`{"name":"x","application_type":"m2m","organization_id":7}`:                                                 "organization_id",
		`{"name":"x","application_type":"m2m","organization_id":"org_ACME","scopes":["a b"]}`:                       "scopes",
		`{"name":"x","application_type":"oauth"}`:                                                                   "is_first_party",
		`{"name":"x","application_type":"oauth","is_first_party":false}`:                                            "organization_id",
		`{"name":"x","application_type":"oauth","is_first_party":true,"redirect_uris":[{"uri":"/relative"}]}`:       "redirect_uris",
		`{"name":"x","application_type":"oauth","is_first_party":true,"redirect_uris":{"uri":"https://a.example"}}`: "redirect_uris",
		`{"name":"x","application_type":"oauth","is_first_party":"yes"}`:                                            "is_first_party",
	} {
		wantField(t, f.send("POST", "/connect/applications", body), field)
	}
	if got := f.send("POST", "/connect/applications", `{"name":"x","application_type":"m2m","organization_id":"org_NONE"}`).want(404); got["entity_id"] != "org_NONE" {
		t.Error(got)
	}
	third := f.send("POST", "/connect/applications", `{"name":"x","application_type":"oauth","is_first_party":false,"organization_id":"org_ACME"}`).want(201)
	if third["was_dynamically_registered"] != false || third["organization_id"] != "org_ACME" || third["redirect_uris"] == nil {
		t.Error(third)
	}
	for query, want := range map[string]int{"organization_id=org_OTHER": 0, "registration_types=dynamic": 0, "registration_types=authenticated,dynamic&limit=100": 5} {
		if got := f.send("GET", "/connect/applications?"+query, "").want(200); len(got["data"].([]any)) != want {
			t.Errorf("%s: %v", query, got)
		}
	}
	wantField(t, f.send("GET", "/connect/applications?registration_types=odd", ""), "registration_types")
	f.send("DELETE", path, "").want(204)
	f.send("GET", path, "").want(404)
}

func TestClientSecrets(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	const path = "/connect/applications/client_audience/client_secrets"
	made := f.send("POST", path, "", header("Content-Type", "application/json")).want(201)
	secret := made["secret"].(string)
	if len(secret) != 64 || made["secret_hint"] != secret[60:] || made["last_used_at"] != nil {
		t.Error(made)
	}
	token := "grant_type=client_credentials&client_id=client_audience&client_secret="
	f.form("/oauth2/token", token+secret).want(200)
	f.form("/oauth2/token", token+"secret-audience").want(200)
	var list []map[string]any
	if err := json.Unmarshal(f.send("GET", path, "").Body.Bytes(), &list); err != nil || len(list) != 2 {
		t.Fatal(err, list)
	}
	if list[1]["id"] != made["id"] || list[1]["secret"] != nil || list[1]["last_used_at"] == nil {
		t.Error(list)
	}
	for range 3 {
		f.send("POST", path, "{}").want(201)
	}
	f.send("POST", path, "{}").want(422)
	f.send("DELETE", "/connect/client_secrets/"+made["id"].(string), "").want(204)
	f.form("/oauth2/token", token+secret).want(401)
	f.send("DELETE", "/connect/client_secrets/"+made["id"].(string), "").want(404)
	f.send("GET", "/connect/applications/nobody/client_secrets", "").want(404)
}

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	made := f.send("POST", "/organizations/org_ACME/api_keys", `{"name":"New","permissions":["p"],"expires_at":"2026-11-24T13:00:00Z"}`).want(201)
	value, id := made["value"].(string), made["id"].(string)
	if !strings.HasPrefix(value, "sk_") || made["obfuscated_value"] != "sk_..."+value[len(value)-4:] || made["expires_at"] != "2026-11-24T13:00:00.000Z" {
		t.Error(made)
	}
	validate := func(value string) any {
		return f.send("POST", "/api_keys/validations", `{"value":"`+value+`"}`).want(200)["api_key"]
	}
	if got, _ := validate(value).(map[string]any); got["id"] != id || got["value"] != nil || got["last_used_at"] != "2026-11-24T12:00:00.000Z" {
		t.Error(got)
	}
	if validate("sk_test_unknown") != nil || validate("sk_test_expired") != nil || validate(acceptedKey) != nil {
		t.Error("an unknown, expired or environment key validates")
	}
	if got := f.send("POST", "/api_keys/"+id+"/expire", `{"expires_at":null}`).want(200); got["expires_at"] != nil {
		t.Error(got)
	}
	if got := f.send("POST", "/api_keys/"+id+"/expire", `{"expires_at":"2030-01-01T00:00:00+02:00"}`).want(200); got["expires_at"] != "2029-12-31T22:00:00.000Z" {
		t.Error(got)
	}
	for _, body := range []string{"null", "", "{}", `{"expires_at":"2001-01-01T00:00:00Z"}`} {
		other := f.send("POST", "/user_management/users/user_ALICE/api_keys", `{"name":"x","organization_id":"org_ACME"}`).want(201)
		if got := f.send("POST", "/api_keys/"+other["id"].(string)+"/expire", body).want(200); got["expires_at"] != "2026-11-24T12:00:00.000Z" {
			t.Errorf("%s: %v", body, got)
		}
		if validate(other["value"].(string)) != nil {
			t.Error("an expired key validates on the very next request")
		}
		if got := f.send("POST", "/api_keys/"+other["id"].(string)+"/expire", body).want(409); got["code"] != "api_key_already_expired" {
			t.Error(got)
		}
	}
	f.send("DELETE", "/api_keys/"+id, "").want(204)
	if validate(value) != nil {
		t.Error("a deleted key validates")
	}
	f.send("DELETE", "/api_keys/"+id, "").want(404)
	f.send("POST", "/api_keys/"+id+"/expire", "").want(404)
	for body, field := range map[string]string{
		`{}`: "name", `{"name":"x","permissions":"p"}`: "permissions", `{"name":"x","expires_at":"soon"}`: "expires_at",
		`{"name":"x","expires_at":"2026-11-24T12:00:00Z"}`: "expires_at",
	} {
		wantField(t, f.send("POST", "/organizations/org_ACME/api_keys", body), field)
	}
	wantField(t, f.send("POST", "/user_management/users/user_ALICE/api_keys", `{"name":"x"}`), "organization_id")
	wantField(t, f.send("POST", "/api_keys/validations", `{}`), "value")
	wantField(t, f.send("POST", "/api_keys/validations", `{"value":1}`), "value")
	for _, path := range []string{"/organizations/org_NONE/api_keys", "/user_management/users/user_NONE/api_keys"} {
		f.send("GET", path, "").want(404)
		f.send("POST", path, `{"name":"x","organization_id":"org_ACME"}`).want(404)
	}
	f.now = f.now.Add(24 * 365 * 10 * time.Hour)
	if got := f.send("GET", "/organizations/org_ACME/api_keys?limit=100", "").want(200); len(got["data"].([]any)) != 8 {
		t.Errorf("expired keys are still listed: %v", got)
	}
}

func TestBadBodies(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	for _, path := range []string{"/organizations", "/connect/applications", "/organizations/org_ACME/api_keys", "/api_keys/validations", "/api_keys/api_key_ORG/expire"} {
		for body, status := range map[string]int{"{": 400, "[]": 400, `"x"`: 400, "\xff": 400, strings.Repeat(" ", limits.RequestBody+1): 413} {
			got := f.send("POST", path, body).want(status)
			if want := map[int]string{400: "invalid_request_body", 413: "request_too_large"}[status]; got["code"] != want {
				t.Errorf("%s %.5s: %v", path, body, got)
			}
		}
	}
}

func TestListParameters(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	for query, field := range map[string]string{
		"limit=0": "limit", "limit=101": "limit", "limit=x": "limit", "limit=": "limit", "limit=1&limit=2": "limit", "order=up": "order",
		"after=org_NONE": "after", "before=org_NONE": "before", "after=org_ACME&before=org_ACME": "after", "%zz": "query",
	} {
		wantField(t, f.send("GET", "/organizations?"+query, ""), field)
	}
	if r := f.send("HEAD", "/organizations", ""); r.Code != 200 || r.Body.Len() != 0 {
		t.Errorf("HEAD: %d, %s", r.Code, r.Body)
	}
	cursor := f.send("GET", "/organizations?limit=1", "").want(200)["list_metadata"].(map[string]any)
	if cursor["before"] != nil || cursor["after"] != "org_OTHER" {
		t.Error(cursor)
	}
	if got := f.send("GET", "/organizations?limit=1&after=org_OTHER", "").want(200)["list_metadata"].(map[string]any); got["before"] != "org_ACME" || got["after"] != nil {
		t.Error(got)
	}
}
