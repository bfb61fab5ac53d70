package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/store"
)

// twins returns an emulator with local organizations and an upstream with others, oldest first. A twin is an item of the upstream with the
// id of a local one.
func twins(t *testing.T, local, upstream []string) *server {
	t.Helper()
	f := newServer(t)
	if err := f.Store.Update(func(tx *store.Txn) error {
		if err := tx.Clear(); err != nil {
			return err
		}
		for _, id := range local {
			if err := store.Organizations.Insert(tx, store.Organization{Meta: store.Meta{ID: id, CreatedAt: f.now, Seed: "x"}, Name: id}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	f.next = upstreamOf(t, upstream)
	return f
}

// TestWalkPastADeletedTwin reads a list over an upstream item that a deleted local item has hidden.
func TestWalkPastADeletedTwin(t *testing.T) {
	t.Parallel()
	want := []string{"org_U1", "org_TWIN", "org_U2", "org_A"}
	for limit := 1; limit <= 5; limit++ {
		for _, order := range []string{"asc", "desc", "normal"} {
			f := twins(t, []string{"org_A", "org_TWIN"}, []string{"org_U1", "org_TWIN", "org_U2"})
			f.send("DELETE", "/organizations/org_TWIN", "").want(202)
			ordered := slices.Clone(want)
			if order != "asc" {
				slices.Reverse(ordered)
			}
			if forth, back := f.walk(limit, order); !slices.Equal(forth, ordered) || !slices.Equal(back, ordered) {
				t.Errorf("limit %d, %s: forth %v, back %v, want %v", limit, order, forth, back, ordered)
			}
		}
	}
}

// TestCursorOfADeletedTwin uses ids as cursors that were never given out as such.
func TestCursorOfADeletedTwin(t *testing.T) {
	t.Parallel()
	f := twins(t, []string{"org_A", "org_TWIN", "org_B"}, []string{"org_U1", "org_TWIN", "org_U2"})
	f.send("DELETE", "/organizations/org_TWIN", "").want(202)
	for query, want := range map[string]string{
		"after=org_TWIN&order=desc":  "[org_U1]",
		"after=org_TWIN&order=asc":   "[org_U2 org_A org_B]",
		"before=org_TWIN&order=desc": "[org_B org_A org_U2]",
		"before=org_TWIN&order=asc":  "[org_U1]",
	} {
		if got := fmt.Sprint(f.list(query).ids); got != want {
			t.Errorf("%s gives %s, want %s", query, got, want)
		}
	}
	f.next = upstreamOf(t, []string{"org_U1", "org_U2"}) // which refuses the cursor
	for query, want := range map[string]string{
		"after=org_TWIN&order=desc":  "[org_A org_U2 org_U1]",
		"after=org_TWIN&order=asc":   "[org_B]",
		"before=org_TWIN&order=desc": "[org_B]",
		"before=org_TWIN&order=asc":  "[org_U1 org_U2 org_A]",
	} {
		if got := fmt.Sprint(f.list(query).ids); got != want {
			t.Errorf("where the next handler does not know it, %s gives %s, want %s", query, got, want)
		}
	}
}

// TestTwinDeletedWhileItIsTheCursor rules out that a walk continues at the upstream's item, which has another place in the list.
func TestTwinDeletedWhileItIsTheCursor(t *testing.T) {
	t.Parallel()
	for order, want := range map[string][]string{
		"desc": {"org_B", "org_TWIN", "org_A", "org_U2", "org_U1"},
		"asc":  {"org_U1", "org_U2", "org_A", "org_TWIN", "org_B"},
	} {
		f := twins(t, []string{"org_A", "org_TWIN", "org_B"}, []string{"org_U1", "org_TWIN", "org_U2"})
		var met []string
		query := "limit=1&order=" + order
		for p := f.list(query); ; p = f.list(query + "&after=" + p.after) {
			met = append(met, p.ids...)
			if len(p.ids) > 0 && p.ids[0] == "org_TWIN" {
				f.send("DELETE", "/organizations/org_TWIN", "").want(202)
			}
			if p.after == "" || len(met) > 10 {
				break
			}
		}
		if !slices.Equal(met, want) {
			t.Errorf("%s: %v, want %v", order, met, want)
		}
	}
}

// TestTwinSeededWhileItIsTheCursor has a cursor of the upstream that becomes the id of a local item.
func TestTwinSeededWhileItIsTheCursor(t *testing.T) {
	t.Parallel()
	for order, want := range map[string][]string{
		"desc": {"org_A", "org_U2", "org_TWIN", "org_U1"},
		"asc":  {"org_U1", "org_TWIN", "org_U2", "org_A"},
	} {
		f := twins(t, []string{"org_A"}, []string{"org_U1", "org_TWIN", "org_U2"})
		var met []string
		query := "limit=1&order=" + order
		for p := f.list(query); ; p = f.list(query + "&after=" + p.after) {
			met = append(met, p.ids...)
			if len(p.ids) > 0 && p.ids[0] == "org_TWIN" {
				if err := f.Store.Update(func(tx *store.Txn) error {
					return store.Organizations.Insert(tx, store.Organization{Meta: store.Meta{ID: "org_TWIN", Seed: "x"}, Name: "new"})
				}); err != nil {
					t.Fatal(err)
				}
			}
			if p.after == "" || len(met) > 10 {
				break
			}
		}
		if !slices.Equal(met, want) {
			t.Errorf("%s: %v, want %v", order, met, want)
		}
	}
}

// TestManyHiddenItems has more hidden items on end than are read for one page.
func TestManyHiddenItems(t *testing.T) {
	t.Parallel()
	hidden := make([]string, 2*limits.ListFetches+5)
	for i := range hidden {
		hidden[i] = fmt.Sprintf("org_H%d", i)
	}
	f := twins(t, hidden, append(append([]string{"org_U1"}, hidden...), "org_U2"))
	for _, order := range []string{"asc", "desc", "normal"} {
		want := append([]string{"org_U1", "org_U2"}, hidden...)
		if order != "asc" {
			slices.Reverse(want)
		}
		forth, back := f.walkFar(1, order, 2000)
		if !slices.Equal(forth, want) || !slices.Equal(back, want) {
			t.Errorf("%s: forth %v\nback %v", order, forth, back)
		}
	}
}

// TestOddUpstreams has upstreams with unusual pages. Each walk must end, and read each item once.
func TestOddUpstreams(t *testing.T) {
	t.Parallel()
	page := func(after string, ids ...string) string {
		data := []string{}
		for _, id := range ids {
			data = append(data, `{"id":"`+id+`"}`)
		}
		return `{"object":"list","data":[` + strings.Join(data, ",") + `],"list_metadata":{"before":null,"after":` + after + `}}`
	}
	for name, answer := range map[string]func(after string) string{
		"ignores its cursor": func(string) string { return page(`"org_2"`, "org_1", "org_2") },
		"ignores the limit":  func(string) string { return page(`null`, "org_1", "org_2") },
		"repeats a cursor": func(after string) string {
			if after == "" {
				return page(`"org_1"`, "org_1")
			}
			return page(`"org_1"`, "org_2")
		},
		"gives an empty page for ever": func(after string) string {
			switch after {
			case "":
				return page(`"org_2"`, "org_1", "org_2")
			case "org_1":
				return page(`"org_2"`, "org_2")
			}
			return page(`"org_2"`)
		},
		"gives empty pages": func(after string) string {
			switch after {
			case "":
				return page(`"a"`)
			case "a":
				return page(`"b"`, "org_1")
			case "b":
				return page(`"c"`)
			case "c":
				return page(`null`, "org_2")
			}
			return page(`null`)
		},
		"has opaque cursors": func(after string) string {
			switch after {
			case "":
				return page(`"opaque"`, "org_1")
			case "opaque", "org_1":
				return page(`null`, "org_2")
			}
			return page(`null`)
		},
		"gives the cursor's own item": func(after string) string {
			if after == "" {
				return page(`"org_1"`, "org_1")
			}
			return page(`null`, "org_1", "org_2")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for limit := 1; limit <= 4; limit++ {
				f := twins(t, []string{"org_L"}, nil)
				f.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if source.IsProbe(r.Context()) {
						panic(http.ErrAbortHandler)
					}
					_, _ = w.Write([]byte(answer(r.URL.Query().Get("after"))))
				})
				for order, want := range map[string]string{"asc": "[org_1 org_2 org_L]", "desc": "[org_L org_1 org_2]"} {
					query, met, steps := fmt.Sprintf("limit=%d&order=%s", limit, order), []string{}, 0
					for p := f.list(query); ; p = f.list(query + "&after=" + p.after) {
						if met = append(met, p.ids...); p.after == "" {
							break
						}
						if steps++; steps > 20 {
							t.Fatalf("limit %d, %s: the walk does not end: %v", limit, order, met)
						}
					}
					if fmt.Sprint(met) != want {
						t.Errorf("limit %d, %s: %v, want %s", limit, order, met, want)
					}
				}
			}
		})
	}
}

// TestUpstreamIsAskedAsTheCallerAsked rules out that requests to the upstream, and recordings, depend on how many items are local.
func TestUpstreamIsAskedAsTheCallerAsked(t *testing.T) {
	t.Parallel()
	upstream := []string{"org_U1", "org_U2", "org_U3"}
	for local := range 8 {
		ids := []string{}
		for i := range local {
			ids = append(ids, fmt.Sprintf("org_L%d", i))
		}
		for query, want := range map[string]string{
			"limit=2":                        "limit=2&order=desc",
			"limit=5&order=desc":             "limit=5&order=desc",
			"limit=2&order=asc":              "limit=2&order=asc",
			"limit=100&order=asc":            "limit=100&order=asc",
			"":                               "limit=10&order=desc",
			"limit=2&after=org_U3":           "after=org_U3&limit=2&order=desc",
			"limit=1&order=asc&after=org_U1": "after=org_U1&limit=1&order=asc",
			"limit=2&search=":                "limit=2&order=desc&search=",
		} {
			f, asked := twins(t, ids, upstream), []string{}
			answering := f.next
			f.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked = append(asked, r.URL.RawQuery)
				answering.ServeHTTP(w, r)
			})
			f.list(query)
			if !slices.Equal(asked, []string{want}) {
				t.Errorf("with %d local items, %q asks the upstream for %q, want %q", local, query, asked, want)
			}
		}
		f := twins(t, ids, upstream)
		f.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for _, cursor := range []string{"after", "before"} {
				if strings.HasPrefix(r.URL.Query().Get(cursor), "org_L") {
					t.Errorf("the next handler was sent %s", r.URL)
				}
			}
			upstreamOf(t, upstream).ServeHTTP(w, r)
		})
		f.walk(1, "asc")
		f.walk(2, "desc")
	}
}

// TestEmptyLastPageLeadsBack is about a page whose items are all hidden.
func TestEmptyLastPageLeadsBack(t *testing.T) {
	t.Parallel()
	f := twins(t, []string{"org_T"}, []string{"org_T", "org_U"})
	f.list("limit=1")
	p := f.list("limit=1&after=org_T")
	if fmt.Sprint(p.ids) != "[org_U]" || p.after == "" {
		t.Fatalf("the second page is %+v", p)
	}
	last := f.list("limit=1&after=" + p.after)
	if len(last.ids) != 0 || last.after != "" || last.before == "" {
		t.Fatalf("the last page is %+v", last)
	}
	if got := f.list("limit=2&before=" + last.before); fmt.Sprint(got.ids) != "[org_T org_U]" {
		t.Errorf("back from it there is %+v", got)
	}
}
