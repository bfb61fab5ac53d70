package emulator

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/store"
)

// upstreamOf returns a next handler that lists organizations with the given ids, oldest first, as WorkOS would.
func upstreamOf(t testing.TB, ids []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if source.IsSealed(r.Context()) {
			panic(http.ErrAbortHandler) // as a proxy does
		}
		q := r.URL.Query()
		limit, err := strconv.Atoi(q.Get("limit"))
		if err != nil || limit < 1 || limit > 100 || r.Header.Get("Range") != "" || r.Header.Get("Accept-Encoding") != "identity" {
			t.Errorf("the next handler was sent %s with %v", r.URL, r.Header)
		}
		ordered := slices.Clone(ids)
		if q.Get("order") != "asc" {
			slices.Reverse(ordered)
		}
		from, to := 0, len(ordered)
		if after := q.Get("after"); after != "" {
			if from = slices.Index(ordered, after) + 1; from == 0 {
				w.WriteHeader(http.StatusUnprocessableEntity)
				return
			}
		}
		if before := q.Get("before"); before != "" {
			if to = slices.Index(ordered, before); to < 0 {
				w.WriteHeader(http.StatusUnprocessableEntity)
				return
			}
			from = max(0, to-limit)
		} else {
			to = min(to, from+limit)
		}
		page := []map[string]any{}
		for _, id := range ordered[from:to] {
			page = append(page, map[string]any{"object": "organization", "id": id, "extra": "<kept>"})
		}
		metadata := map[string]any{"before": nil, "after": nil}
		if len(page) > 0 && from > 0 {
			metadata["before"] = ordered[from]
		}
		if len(page) > 0 && to < len(ordered) {
			metadata["after"] = ordered[to-1]
		}
		w.Header().Set("ETag", `"x"`)
		_ = json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": page, "list_metadata": metadata})
	})
}

// listed is one page as a client reads it.
type listedPage struct {
	ids           []string
	before, after string
	source        string
}

func (f *server) list(query string) listedPage {
	f.t.Helper()
	return f.listOf("/organizations?" + query)
}

func (f *server) listOf(target string) listedPage {
	f.t.Helper()
	r := f.send("GET", target, "", header("Range", "bytes=0-1"), header("If-None-Match", `"x"`))
	if r.Code != 200 {
		f.t.Fatalf("%s: %d %s", target, r.Code, r.Body)
	}
	var body struct {
		Data     []struct{ ID string }
		Metadata struct{ Before, After *string } `json:"list_metadata"`
	}
	if err := json.Unmarshal(r.Body.Bytes(), &body); err != nil {
		f.t.Fatal(err)
	}
	if r.Header().Get("ETag") != "" || r.Header().Get("Content-Length") != strconv.Itoa(r.Body.Len()) {
		f.t.Errorf("the header is %v", r.Header())
	}
	page := listedPage{ids: []string{}, source: r.Header().Get("X-Workos-Source")}
	for _, item := range body.Data {
		page.ids = append(page.ids, item.ID)
	}
	if body.Metadata.Before != nil {
		page.before = *body.Metadata.Before
	}
	if body.Metadata.After != nil {
		page.after = *body.Metadata.After
	}
	return page
}

// TestMergedWalkMeetsEveryItemOnce walks random lists of two sides, some of whose items are on both.
func TestMergedWalkMeetsEveryItemOnce(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		random := rand.New(rand.NewPCG(seed, 1))
		f := newServer(t, func(o *Options) { o.Store = store.New() })
		if err := f.Store.Update(func(tx *store.Txn) error { return tx.Clear() }); err != nil {
			t.Fatal(err)
		}
		var local, upstream, onlyUpstream []string
		for i := range random.IntN(30) {
			local = append(local, fmt.Sprintf("org_L%d", i))
		}
		for i := range random.IntN(30) {
			id := fmt.Sprintf("org_U%d", i)
			if len(local) > 0 && random.IntN(8) == 0 { // one that local items hide
				id = local[random.IntN(len(local))]
			}
			if slices.Contains(upstream, id) {
				continue
			}
			upstream = append(upstream, id)
			if !slices.Contains(local, id) {
				onlyUpstream = append(onlyUpstream, id)
			}
		}
		if err := f.Store.Update(func(tx *store.Txn) error {
			for _, id := range local {
				if err := store.Organizations.Insert(tx, store.Organization{Meta: store.Meta{ID: id, CreatedAt: f.now}, Name: id}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		f.next = upstreamOf(t, upstream)
		ascending := append(slices.Clone(onlyUpstream), local...)
		limit := 1 + random.IntN([]int{3, 12, 100}[random.IntN(3)])
		for _, order := range []string{"asc", "desc", "normal"} {
			want := slices.Clone(ascending)
			if order != "asc" {
				slices.Reverse(want)
			}
			forth, back := f.walk(limit, order)
			if !slices.Equal(forth, want) || !slices.Equal(back, want) {
				t.Fatalf("seed %d, %d local, upstream %v, limit %d, %s:\nforth %v\nback  %v\nwant  %v", seed, len(local), upstream, limit, order, forth, back, want)
			}
		}
	}
}

// walk reads a list to its end, and back to its beginning.
func (f *server) walk(limit int, order string) (forth, back []string) {
	f.t.Helper()
	return f.walkFar(limit, order, 200)
}

// walkFar is walk for a list of more pages.
func (f *server) walkFar(limit int, order string, most int) (forth, back []string) {
	f.t.Helper()
	onward, homeward := "after", "before"
	if order == "normal" {
		onward, homeward = homeward, onward
	}
	cursor := func(p listedPage, way string) string {
		if way == "after" {
			return p.after
		}
		return p.before
	}
	base := fmt.Sprintf("limit=%d&order=%s", limit, order)
	p := f.list(base)
	if cursor(p, homeward) != "" {
		f.t.Fatalf("the first page has one before it: %+v", p)
	}
	forth, pages := p.ids, 0
	for next := cursor(p, onward); next != ""; next = cursor(p, onward) {
		p = f.list(base + "&" + onward + "=" + next)
		if forth = append(forth, p.ids...); pages > most {
			f.t.Fatal("the walk does not end")
		}
		pages++
	}
	back = p.ids
	for previous := cursor(p, homeward); previous != ""; previous = cursor(p, homeward) {
		p = f.list(base + "&" + homeward + "=" + previous)
		if back = append(slices.Clone(p.ids), back...); pages < -most {
			f.t.Fatal("the walk back does not end")
		}
		pages--
	}
	return forth, back
}

func TestMergedListSources(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	f.next = upstreamOf(t, []string{"org_U"})
	if p := f.list(""); p.source != "merged" || !slices.Equal(p.ids, []string{"org_OTHER", "org_ACME", "org_U"}) {
		t.Errorf("%+v", p)
	}
	if r := f.send("GET", "/organizations", "", bearer("sk_test_customer")); r.Header().Get("X-Workos-Source") != "emulator" {
		t.Errorf("a customer's list is from %s", r.Header().Get("X-Workos-Source"))
	}
	f.next = nil
	if p := f.list(""); p.source != "emulator" || len(p.ids) != 2 {
		t.Errorf("%+v", p)
	}
	wantField(t, f.send("GET", "/organizations?after=org_U", ""), "after")
}

// TestUnmergeableAnswersAreRelayed has answers of the upstream that are not lists.
func TestUnmergeableAnswersAreRelayed(t *testing.T) {
	t.Parallel()
	zipped := &bytes.Buffer{}
	zip := gzip.NewWriter(zipped)
	_, _ = io.WriteString(zip, `{"object":"list","data":[{"id":"org_ZIPPED"}],"list_metadata":{"before":null,"after":null}}`)
	_ = zip.Close()
	large := `{"object":"list","data":[{"id":"` + strings.Repeat("x", limits.AnswerBody) + `"}]}`
	for name, test := range map[string]struct {
		status         int
		body, encoding string
		source         string
		holds          string
	}{
		"error":        {503, `{"message":"busy"}`, "", "upstream", "busy"},
		"not JSON":     {200, `<html>`, "", "upstream", "<html>"},
		"not a list":   {200, `{"object":"x"}`, "", "upstream", `"x"`},
		"item, no id":  {200, `{"data":[{}]}`, "", "upstream", "{}"},
		"too large":    {200, large, "", "upstream", large},
		"odd encoding": {200, `{"data":[]}`, "br", "upstream", "data"},
		"broken gzip":  {200, `{"data":[]}`, "gzip", "upstream", "data"},
		"gzip":         {200, zipped.String(), "gzip", "merged", "org_ZIPPED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t)
			f.next = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if test.encoding != "" {
					w.Header().Set("Content-Encoding", test.encoding)
				}
				w.Header().Set("X-Theirs", "yes")
				w.WriteHeader(test.status)
				for chunk := range slices.Chunk([]byte(test.body), 1<<20) {
					_, _ = w.Write(chunk)
				}
			})
			r := f.send("GET", "/organizations", "")
			if r.Code != test.status || r.Header().Get("X-Workos-Source") != test.source || !strings.Contains(r.Body.String(), test.holds) {
				t.Errorf("%d from %s: %.200s", r.Code, r.Header().Get("X-Workos-Source"), r.Body)
			}
			relayed := test.source == "upstream"
			if relayed != (r.Header().Get("X-Theirs") == "yes") || relayed && r.Header().Get("Content-Encoding") != test.encoding {
				t.Errorf("the header is %v", r.Header())
			}
			if relayed && r.Body.String() != test.body {
				t.Error("the body was changed")
			}
		})
	}
}

func TestCreatingAsksNextForTheOwner(t *testing.T) {
	t.Parallel()
	f, next := newServer(t), &recorder{status: 200, body: `{"id":"org_REAL"}`}
	f.next = next
	const body = `{"name":"x","application_type":"m2m","organization_id":"org_REAL"}`
	if r := f.send("POST", "/connect/applications", body); r.Code != 201 || r.Header().Get("X-Workos-Source") != "emulator" {
		t.Errorf("%d %s", r.Code, r.Body)
	}
	f.send("POST", "/organizations/org_REAL/api_keys", `{"name":"x"}`).want(201)
	f.send("POST", "/user_management/users/user_REAL/api_keys", `{"name":"x","organization_id":"org_ACME"}`).want(201)
	sent := next.take()
	for i, want := range []string{"/organizations/org_REAL", "/organizations/org_REAL", "/user_management/users/user_REAL"} {
		if i >= len(sent) || sent[i] != (recorded{"GET", want, "", "", true}) {
			t.Fatalf("the next handler was sent %v", sent)
		}
	}
	next.status, next.body = 404, `{"message":"theirs"}`
	if r := f.send("POST", "/organizations/org_REAL2/api_keys", `{"name":"x"}`); r.Code != 404 || !strings.Contains(r.Body.String(), "theirs") || r.Header().Get("X-Workos-Source") != "upstream" {
		t.Errorf("%d %s", r.Code, r.Body)
	}
	next.take()
	f.send("POST", "/organizations/org_REAL/api_keys", `{"name":"x"}`, bearer("sk_test_customer")).want(401)
	f.send("POST", "/connect/applications", strings.Replace(body, "org_REAL", "../vault", 1)).want(404)
	if sent := next.take(); len(sent) != 0 {
		t.Errorf("the next handler was sent %v", sent)
	}
}

// TestKeysOfALocalOwnerAreListedThoughTheUpstreamDoesNotKnowIt rules out that the upstream's 404 hides the local items.
func TestKeysOfALocalOwnerAreListedThoughTheUpstreamDoesNotKnowIt(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	f.next = &recorder{status: 404, body: `{"message":"theirs"}`}
	if got := f.send("GET", "/organizations/org_ACME/api_keys", "").want(200); len(got["data"].([]any)) != 4 {
		t.Error(got)
	}
	if got := f.send("GET", "/organizations/org_REAL/api_keys", "").want(404); got["message"] != "theirs" {
		t.Error(got)
	}
}

func TestJWKSUnderFailure(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	asked := make(chan struct{}, 100)
	answer := make(chan string)
	f.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || realkey.GrantOf(r.Context()).Header {
			t.Error("the caller's rights were sent along")
		}
		asked <- struct{}{}
		select {
		case body := <-answer:
			if body == "" {
				w.WriteHeader(500)
			}
			_, _ = io.WriteString(w, body)
		case <-r.Context().Done():
		}
	})
	kids := func() string {
		var set struct{ Keys []struct{ Kid, D string } }
		r := f.send("GET", "/oauth2/jwks", "")
		if err := json.Unmarshal(r.Body.Bytes(), &set); err != nil || r.Code != 200 {
			t.Fatal(r.Code, r.Body)
		}
		found := []string{}
		for _, key := range set.Keys {
			found = append(found, key.Kid)
		}
		return strings.Join(found, " ")
	}
	own := f.Key.KeyID()
	if got := kids(); got != own {
		t.Errorf("with a slow upstream the keys are %s", got)
	}
	if len(asked) != 1 {
		t.Fatalf("the next handler was asked %d times", len(asked))
	}
	<-asked
	answer <- `{"keys":[{"kid":"theirs","kty":"RSA"},{"kid":"theirs","kty":"RSA"},{"kid":"` + own + `"},{"kid":"private","d":"x"}]}`
	want := own + " theirs"
	until(t, func() bool { return kids() == want })
	f.now = f.now.Add(upstream.DocumentFresh + time.Second)
	for range 5 {
		if got := kids(); got != want {
			t.Errorf("while it is refreshed, the keys are %s", got)
		}
	}
	<-asked
	answer <- ""
	f.now = f.now.Add(upstream.DocumentFresh - time.Second)
	if got := kids(); got != want || len(asked) != 0 {
		t.Errorf("after a failure, the keys are %s, and the next handler was asked %d times", got, len(asked))
	}
}

// until polls until a condition holds.
func until(t *testing.T, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
	}
}

func TestMergedDiscovery(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	f.next = &recorder{status: 200, body: `{"issuer":"https://theirs","authorization_endpoint":"https://theirs/authorize","token_endpoint":"https://theirs/token","extra":1}`}
	r := f.send("GET", "/.well-known/openid-configuration", "")
	got := r.want(200)
	if got["authorization_endpoint"] != "https://theirs/authorize" || got["extra"] != 1.0 || got["token_endpoint"] != "http://emulator.test/oauth2/token" ||
		got["jwks_uri"] != "http://emulator.test/oauth2/jwks" || got["introspection_endpoint"] != "http://emulator.test/oauth2/introspection" ||
		got["issuer"] != "http://emulator.test" || r.Header().Get("X-Workos-Source") != "merged" {
		t.Errorf("%v from %s", got, r.Header().Get("X-Workos-Source"))
	}
}
