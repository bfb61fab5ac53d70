package emulator

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap/zapcore"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

const (
	keysPath = "/organizations/org_ACME/api_keys"
	keyBody  = `{"name":"once"}`
)

func (f *server) keyCount() int {
	return len(f.send("GET", keysPath+"?limit=100", "").want(200)["data"].([]any))
}

// TestIdempotencyWindow repeats a request twice just before and just after the end of the window.
func TestIdempotencyWindow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		later    time.Duration
		repeated bool
	}{
		"at once":      {0, true},
		"just before":  {24*time.Hour - time.Nanosecond, true},
		"to the point": {24 * time.Hour, false},
		"just after":   {24*time.Hour + time.Nanosecond, false},
		"long after":   {240 * time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, key := newServer(t), header("Idempotency-Key", "k")
			first := f.send("POST", keysPath, keyBody, key)
			first.want(201)
			f.now = f.now.Add(test.later)
			second := f.send("POST", keysPath, keyBody, key)
			second.want(201)
			if repeated := second.Body.String() == first.Body.String(); repeated != test.repeated {
				t.Errorf("the first answer is given again: %t, want %t", repeated, test.repeated)
			}
			third := f.send("POST", keysPath, keyBody, key)
			if third.Body.String() != second.Body.String() {
				t.Error("the second answer is not given again")
			}
			for _, entry := range f.logs.All() {
				if entry.Level >= zapcore.WarnLevel {
					t.Errorf("the log says %s %v", entry.Message, entry.ContextMap())
				}
			}
		})
	}
}

// TestConcurrentRepeatsCreateOne counts the stored rows, and not only the answers.
func TestConcurrentRepeatsCreateOne(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	before := f.keyCount()
	var wait sync.WaitGroup
	codes := make([]int, 16)
	for i := range codes {
		wait.Go(func() { codes[i] = f.send("POST", keysPath, keyBody, header("Idempotency-Key", "k")).Code })
	}
	wait.Wait()
	for _, code := range codes {
		if code != 201 {
			t.Errorf("the statuses are %v", codes)
			break
		}
	}
	if got := f.keyCount() - before; got != 1 {
		t.Errorf("%d keys were created", got)
	}
}

// TestIdempotencyIsOfOneRequest lists what makes a request another one.
func TestIdempotencyIsOfOneRequest(t *testing.T) {
	t.Parallel()
	f, key := newServer(t), header("Idempotency-Key", "k")
	first := f.send("POST", keysPath, keyBody, key).want(201)
	for name, r := range map[string]response{
		"another path":   f.send("POST", "/organizations/org_OTHER/api_keys", keyBody, key),
		"another caller": f.send("POST", keysPath, keyBody, key, bearer("sk_test_customer")),
		"another key":    f.send("POST", keysPath, keyBody, header("Idempotency-Key", "K")),
		"no key":         f.send("POST", keysPath, keyBody),
	} {
		if got := r.want(201); got["id"] == first["id"] {
			t.Errorf("%s: it got the first one's answer", name)
		}
	}
	if got := f.send("POST", keysPath, `{"name": "once"}`, key).want(400); got["code"] != "idempotency_key_reused" {
		t.Error(got)
	}
}

// TestEveryCreationIsIdempotent covers the endpoints one by one; each makes something with an id of its own.
func TestEveryCreationIsIdempotent(t *testing.T) {
	t.Parallel()
	for path, body := range map[string]string{
		"/organizations":        `{"name":"New"}`,
		"/connect/applications": `{"name":"New","application_type":"m2m","organization_id":"org_ACME"}`,
		"/connect/applications/client_backend/client_secrets": "",
		keysPath: keyBody,
		"/user_management/users/user_ALICE/api_keys": `{"name":"New","organization_id":"org_ACME"}`,
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			f, key := newServer(t), header("Idempotency-Key", "k")
			first, again := f.send("POST", path, body, key), f.send("POST", path, body, key)
			if first.want(201); again.Code != 201 || again.Body.String() != first.Body.String() {
				t.Errorf("first %s\nthen %d %s", first.Body, again.Code, again.Body)
			}
			if again.Header().Get("Content-Type") != first.Header().Get("Content-Type") {
				t.Error("the repeated answer has another content type")
			}
			if again.Header().Get("X-Request-Id") == first.Header().Get("X-Request-Id") {
				t.Error("two requests have one id")
			}
		})
	}
}

// TestRefusalsAreNotRemembered checks that a caller may correct a request and repeat it with the same key.
func TestRefusalsAreNotRemembered(t *testing.T) {
	t.Parallel()
	f, key := newServer(t), header("Idempotency-Key", "k")
	f.send("POST", keysPath, `{"name":5}`, key).want(422)
	f.send("POST", keysPath, `{`, key).want(400)
	f.send("POST", keysPath, keyBody, key, bearer("sk_test_expired")).want(401)
	f.send("POST", keysPath, keyBody, key).want(201)
}

// TestStoreHoldsNoSecretInTheClear prints all that the store has, unexported fields and all.
func TestStoreHoldsNoSecretInTheClear(t *testing.T) {
	t.Parallel()
	f, key := newServer(t), header("Idempotency-Key", "idempotency-key-itself")
	made := f.send("POST", keysPath, keyBody, key).want(201)["value"].(string)
	secret := f.send("POST", "/connect/applications/client_backend/client_secrets", "", key).want(201)["secret"].(string)
	tx := f.Store.View()
	var rows strings.Builder
	for _, app := range store.Applications.All(tx) {
		fmt.Fprintf(&rows, "%+v %+v", app, tx.ClientSecrets(app.ID))
	}
	fmt.Fprintf(&rows, "%+v %+v", store.APIKeys.All(tx), store.EnvironmentKeys.All(tx))
	caller := store.DigestOf(acceptedKey)
	for _, path := range []string{keysPath, "/connect/applications/client_backend/client_secrets"} {
		kept, found := tx.Answer(id.Derive("answer", hex.EncodeToString(caller[:]), path, "idempotency-key-itself"))
		if !found {
			t.Fatalf("no answer is kept for %s", path)
		}
		rows.Write(kept.Sealed)
	}
	if rows.Len() < 1000 {
		t.Fatalf("the rows are missing: %s", rows.String())
	}
	for _, hidden := range append(slices.Clone(localSecrets), made, secret, "idempotency-key-itself") {
		if strings.Contains(rows.String(), hidden) {
			t.Errorf("the store holds %s", hidden)
		}
	}
}

// TestIdempotencyWhileTheClockGoesBack checks that an answer of a later time is replayed for one window after it is asked for.
func TestIdempotencyWhileTheClockGoesBack(t *testing.T) {
	t.Parallel()
	for name, back := range map[string]time.Duration{
		"a little": time.Millisecond, "an hour": time.Hour, "two days": 48 * time.Hour, "fifty years": 50 * 365 * 24 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const other = `{"name":"other"}`
			f, key := newServer(t), header("Idempotency-Key", "k")
			first := f.send("POST", keysPath, keyBody, key)
			first.want(201)
			f.now = f.now.Add(-back)
			if again := f.send("POST", keysPath, keyBody, key); again.Body.String() != first.Body.String() {
				t.Errorf("it is lost: %d %s", again.Code, again.Body)
			}
			f.send("POST", keysPath, other, key).want(400)
			f.now = f.now.Add(24*time.Hour - time.Second)
			if again := f.send("POST", keysPath, keyBody, key); again.Body.String() != first.Body.String() {
				t.Errorf("a second before the end it is lost: %d %s", again.Code, again.Body)
			}
			f.now = f.now.Add(time.Second)
			second := f.send("POST", keysPath, other, key)
			second.want(201)
			if again := f.send("POST", keysPath, other, key); again.Body.String() != second.Body.String() {
				t.Errorf("the second answer is lost: %d %s", again.Code, again.Body)
			}
			for _, entry := range f.logs.All() {
				if entry.Level >= zapcore.WarnLevel {
					t.Errorf("the log says %s %v", entry.Message, entry.ContextMap())
				}
			}
		})
	}
}

// TestAnswersOfALaterTimeAreForgotten checks that any request notices that the clock was set back.
func TestAnswersOfALaterTimeAreForgotten(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	create := func(key, body string) response { return f.send("POST", keysPath, body, header("Idempotency-Key", key)) }
	create("a", keyBody).want(201)
	f.now = f.now.Add(1000 * time.Hour)
	create("b", keyBody).want(201)
	f.now = f.now.Add(-1000 * time.Hour)
	create("c", keyBody).want(201)
	f.now = f.now.Add(24 * time.Hour)
	create("b", `{"name":"other"}`).want(201)
	create("c", `{"name":"other"}`).want(201)
}

func TestIdempotency(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	const path, body = "/organizations/org_ACME/api_keys", `{"name":"once"}`
	key := header("Idempotency-Key", "k")
	first := f.send("POST", path, body, key)
	first.want(201)
	if again := f.send("POST", path, body, key); again.Code != 201 || again.Body.String() != first.Body.String() {
		t.Errorf("again: %d %s", again.Code, again.Body)
	}
	f.send("POST", path, `{"name":"other"}`, key).want(400)
	if other := f.send("POST", path, body, key, bearer("sk_test_upstream")); other.Code != 201 || other.Body.String() == first.Body.String() {
		t.Error("another caller got the first one's answer")
	}
	f.send("POST", path, `{"name":5}`, header("Idempotency-Key", "failed")).want(422)
	f.send("POST", path, body, header("Idempotency-Key", "failed")).want(201)
	for _, k := range []string{"k"} {
		f.now = f.now.Add(24 * time.Hour)
		if later := f.send("POST", path, body, header("Idempotency-Key", k)); later.Code != 201 || later.Body.String() == first.Body.String() {
			t.Error("the answer is still given after 24 h")
		}
	}

	var wait sync.WaitGroup
	bodies := make([]string, 8)
	for i := range bodies {
		wait.Go(func() { bodies[i] = f.send("POST", path, body, header("Idempotency-Key", "all at once")).Body.String() })
	}
	wait.Wait()
	for _, got := range bodies {
		if got != bodies[0] {
			t.Error("two of the same request were answered differently")
		}
	}
}
