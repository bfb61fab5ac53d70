package emulator

import (
	"crypto/aes"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"testing"
	"time"
)

func TestProbe(t *testing.T) {
	_ = aes.BlockSize
	f, next := newFixture(t), &recorder{status: 200, body: "{}"}
	f.next = next
	formCT := header("Content-Type", "application/x-www-form-urlencoded")
	show := func(name string, r response) {
		t.Logf("%-40s %d %.150s | next: %+v", name, r.Code, r.Body, next.take())
	}
	js := `{"grant_type":"client_credentials","client_id":"client_backend","client_secret":"secret-one"}`
	show("curl -d JSON token", f.form("/oauth2/token", js))
	show("no content type JSON token", f.send("POST", "/oauth2/token", js, anonymous, header("Content-Type", "")))
	show("curl -d JSON other", f.send("POST", "/user_management/authenticate", js, anonymous, formCT))
	show("text/plain other", f.send("POST", "/user_management/authenticate", js, anonymous, header("Content-Type", "text/plain")))
	show("dup json other", f.send("POST", "/user_management/authenticate", `{"client_secret":"secret-one","client_secret":"x"}`, anonymous))
	show("dup json validation", f.send("POST", "/api_keys/validations", `{"value":"sk_test_customer","value":"x"}`))
	show("dup json token", f.form("/oauth2/token", `{"client_id":"client_backend","client_id":"u","client_secret":"secret-one","client_secret":"x"}`, header("Content-Type", "application/json")))
	show("semicolon query", f.send("GET", "/any?a=1;b&k=sk_test_customer", ""))
	show("semicolon query in it", f.send("GET", "/any?a=1;k=sk_test_customer", ""))
	show("bearer in query of list", f.send("GET", "/organizations?x=sk_test_customer", ""))
	show("local secret in list query merged", f.send("GET", "/organizations?search=secret-one", ""))
	show("secret create idem", f.send("POST", "/connect/applications", `{"name":"sk_test_customer","application_type":"m2m","organization_id":"sk_test_customer"}`))
	show("array in JSON top", f.send("POST", "/x", `["secret-one"]`, anonymous))
	show("two JSON values", f.send("POST", "/x", `{}{"a":"secret-one"}`, anonymous))
	show("utf16", f.send("POST", "/x", `{"a":"secret\u002done"}`, anonymous))
	show("key pos", f.send("POST", "/x", `{"secret-one":1}`, anonymous))
	show("spaces", f.send("POST", "/x", `{"a":" secret-one "}`, anonymous))
	f.send("DELETE", "/connect/client_secrets/none", "")
	made := f.send("POST", "/connect/applications/client_audience/client_secrets", "").want(201)
	f.send("DELETE", "/connect/client_secrets/"+made["id"].(string), "").want(204)
	next.take()
	show("deleted client secret other", f.send("POST", "/x", `{"a":"`+made["secret"].(string)+`"}`, anonymous))
	show("deleted client secret token unknown client", f.form("/oauth2/token", "grant_type=client_credentials&client_id=u&client_secret="+made["secret"].(string)))
	f.next = nil
	show("0001", f.send("POST", "/organizations/org_ACME/api_keys", `{"name":"x","expires_at":"0001-01-01T00:00:00Z"}`))
	show("10000", f.send("POST", "/organizations/org_ACME/api_keys", `{"name":"x","expires_at":"9999-12-31T23:59:59-10:00"}`))
	show("limit +5", f.send("GET", "/organizations?limit=%2B5", ""))
	show("customer unknown org", f.send("POST", "/organizations/org_NONE/api_keys", `{"name":"x"}`, bearer("sk_test_customer")))
	show("customer POST org", f.send("POST", "/organizations", `{"name":"x"}`, bearer("sk_test_customer")))
	show("customer DELETE unknown", f.send("DELETE", "/api_keys/none", "", bearer("sk_test_customer")))
	show("customer validates unknown", f.send("POST", "/api_keys/validations", `{"value":"sk_other"}`, bearer("sk_test_customer")))
	show("token barred bearer", f.form("/oauth2/token", "grant_type=client_credentials&client_id=u&client_secret=x", bearer("sk_test_expired")))
	k := header("Idempotency-Key", "k")
	const p, b = "/organizations/org_ACME/api_keys", `{"name":"once"}`
	f.send("POST", p, b, k).want(201)
	f.now = f.now.Add(24 * time.Hour)
	two := f.send("POST", p, b, k)
	three := f.send("POST", p, b, k)
	t.Log("at exactly 24 h kept:", two.Body.String() == three.Body.String())
	for _, e := range f.logs.All() {
		if e.Level > 0 {
			t.Log(e.Message, e.ContextMap())
		}
	}
	blk, err := x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(testKey().private), []byte("pw"), x509.PEMCipherAES256) //nolint
	_, err2 := ParseKey(pem.EncodeToMemory(blk))
	t.Log(err, err2)
	f.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
	for _, path := range []string{"/organizations", "/oauth2/jwks", "/vault"} {
		func() {
			defer func() { t.Log(path, "recovered", recover()) }()
			show(path, f.send("GET", path, ""))
		}()
	}
}
