package emulator

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/store"
)

// movingUpstream is an upstream whose organizations change while they are listed, and whose pages may be unusual.
type movingUpstream struct {
	t       *testing.T
	places  []string // every id that ever was, oldest first
	gone    map[string]bool
	largest int  // its own bound for a page
	overful bool // returns more than the limit
	hollow  bool // sometimes returns an empty page with a cursor
	failing bool // the following answer is a failure
	failed  bool // there was a failure
	asked   []string
}

func (u *movingUpstream) ids() []string {
	return slices.DeleteFunc(slices.Clone(u.places), func(id string) bool { return u.gone[id] })
}

func (u *movingUpstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if source.IsProbe(r.Context()) {
		panic(http.ErrAbortHandler)
	}
	u.asked = append(u.asked, r.URL.RawQuery)
	if u.failing {
		u.failing, u.failed = false, true
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	q := r.URL.Query()
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || limit < 1 || limit > 100 {
		u.t.Errorf("the next handler was asked %s", r.URL)
	}
	limit = min(limit, u.largest)
	if u.overful {
		limit *= 2
	}
	ordered := slices.Clone(u.places)
	if q.Get("order") == "desc" {
		slices.Reverse(ordered)
	}
	from, to := 0, len(ordered)
	if after := q.Get("after"); after != "" {
		if from = slices.Index(ordered, after) + 1; from == 0 {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
	}
	before := q.Get("before")
	if before != "" {
		if to = slices.Index(ordered, before); to < 0 {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
	}
	there := func(id string) bool { return !u.gone[id] }
	page := slices.DeleteFunc(slices.Clone(ordered[from:to]), func(id string) bool { return !there(id) })
	more := len(page) > limit
	if before != "" {
		page = page[max(0, len(page)-limit):]
	} else {
		page = page[:min(limit, len(page))]
	}
	cursors := map[string]any{"before": nil, "after": nil}
	if len(page) > 0 {
		if before == "" && more || before != "" {
			cursors["after"] = page[len(page)-1]
		}
		if before != "" && more || before == "" && slices.ContainsFunc(ordered[:from], there) {
			cursors["before"] = page[0]
		}
	}
	if u.hollow && more && len(u.asked)%2 == 0 && before == "" { // the cursor is that of the page's first item
		cursors["after"] = page[0]
		skipped := page[0]
		page = []string{}
		if !u.gone[skipped] {
			page = []string{skipped}
		}
	}
	data := []map[string]any{}
	for _, id := range page {
		data = append(data, map[string]any{"object": "organization", "id": id})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": data, "list_metadata": cursors})
}

// walked is a list whose two sides change while it is read.
type walked struct {
	path   string // with a query, or with the beginning of one
	insert func(tx *store.Txn, meta store.Meta) error
	delete func(tx *store.Txn, id string) error
	ids    func(tx *store.Txn) []string // of the local items
	// change is another change of a local item, which may be in the list afterwards or not. It may be nil.
	change func(tx *store.Txn, id string) error
	// lossy is set for a list without the upstream's items where the upstream fails.
	lossy bool
}

var walkedOrganizations = walked{
	path: "/organizations?",
	insert: func(tx *store.Txn, meta store.Meta) error {
		return store.Organizations.Insert(tx, store.Organization{Meta: meta, Name: meta.ID})
	},
	delete: store.Organizations.Delete,
	ids: func(tx *store.Txn) (ids []string) {
		for _, o := range store.Organizations.All(tx) {
			ids = append(ids, o.ID)
		}
		return ids
	},
}

// world has both sides of a list, which change while the list is read.
type world struct {
	*server
	walked
	random   *rand.Rand
	upstream *movingUpstream
	seeded   []string // the ids of the seed
	made     int
	unstable map[string]bool // was not there all the time, as the item that it is
}

func newWorld(t *testing.T, list walked, seed uint64) *world {
	random := rand.New(rand.NewPCG(seed, 7))
	w := &world{server: newServer(t), walked: list, random: random, unstable: map[string]bool{}}
	w.upstream = &movingUpstream{t: t, gone: map[string]bool{}, largest: 1 + random.IntN(100), overful: random.IntN(5) == 0, hollow: random.IntN(5) == 0}
	w.next = withoutObjects(w.upstream)
	for i := range random.IntN(25) {
		w.seeded = append(w.seeded, fmt.Sprintf("org_S%d", i))
	}
	for i := range random.IntN(25) {
		id := fmt.Sprintf("org_U%d", i)
		if len(w.seeded) > 0 && random.IntN(4) == 0 {
			id = w.seeded[random.IntN(len(w.seeded))]
		}
		if !slices.Contains(w.upstream.places, id) {
			w.upstream.places = append(w.upstream.places, id)
		}
	}
	w.update(func(tx *store.Txn) error { return tx.Clear() })
	for _, id := range w.seeded {
		if random.IntN(5) > 0 {
			w.add(id, "seed")
		}
	}
	for range random.IntN(5) {
		w.create()
	}
	for _, id := range w.local() { // some are gone before the walk
		if random.IntN(6) == 0 {
			w.update(func(tx *store.Txn) error { return w.delete(tx, id) })
		}
	}
	return w
}

func (w *world) update(change func(*store.Txn) error) {
	w.t.Helper()
	if err := w.Store.Update(change); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) add(id, seed string) {
	w.t.Helper()
	w.update(func(tx *store.Txn) error { return w.insert(tx, store.Meta{ID: id, CreatedAt: w.now, Seed: seed}) })
}

func (w *world) create() string {
	w.made++
	id := fmt.Sprintf("org_L%d", w.made)
	w.add(id, "")
	return id
}

func (w *world) local() []string { return w.ids(w.Store.View()) }

// move makes a random change on one side.
func (w *world) move() {
	w.t.Helper()
	local := w.local()
	pick := func(ids []string) string { return ids[w.random.IntN(len(ids))] }
	switch move := w.random.IntN(10); {
	case move == 0:
		w.unstable[w.create()] = true
	case move <= 2 && len(local) > 0:
		id := pick(local)
		w.unstable[id] = true
		w.update(func(tx *store.Txn) error { return w.delete(tx, id) })
	case move == 3:
		w.made++
		id := fmt.Sprintf("org_U_NEW%d", w.made)
		w.upstream.places = append(w.upstream.places, id)
		w.unstable[id] = true
	case move == 4 && len(w.upstream.ids()) > 0:
		id := pick(w.upstream.ids())
		w.upstream.gone[id] = true
		if !slices.Contains(local, id) {
			w.unstable[id] = true
		}
	case move == 5 && len(w.seeded) > 0: // a reload
		id := pick(w.seeded)
		if !slices.Contains(local, id) {
			w.unstable[id] = true
			w.add(id, "seed")
		}
	case move == 6: // a reset
		w.update(func(tx *store.Txn) error {
			if err := tx.Clear(); err != nil {
				return err
			}
			for _, id := range w.seeded {
				if err := w.insert(tx, store.Meta{ID: id, CreatedAt: w.now, Seed: "seed"}); err != nil {
					return err
				}
			}
			return nil
		})
		for _, id := range append(slices.Clone(local), w.seeded...) {
			if !slices.Contains(local, id) || !slices.Contains(w.seeded, id) {
				w.unstable[id] = true
			}
		}
	case move == 7:
		w.upstream.failing = true
	case move == 8 && w.change != nil && len(local) > 0:
		id := pick(local)
		w.unstable[id] = true
		w.update(func(tx *store.Txn) error { return w.change(tx, id) })
	}
}

func (w *world) read(query string) listedPage {
	w.t.Helper()
	for range 3 {
		if r := w.send("GET", w.path+query, ""); r.Code == 503 {
			if r.want(503)["code"] != "upstream_unreachable" {
				w.t.Errorf("the failure is %s", r.Body)
			}
			continue // as an SDK does
		}
		break
	}
	return w.listOf(w.path + query)
}

// TestMergedWalkWhileThingsMove walks random lists while items are deleted, created, seeded, hidden and shown on both sides,
// and while the next handler fails: what is there all the time is met once, nothing is met twice, and each walk ends, on the way to the
// end and on the way back from it.
func TestMergedWalkWhileThingsMove(t *testing.T) {
	t.Parallel()
	walkWhileThingsMove(t, walkedOrganizations, 150)
}

func walkWhileThingsMove(t *testing.T, list walked, worlds uint64) {
	t.Helper()
	if testing.Short() {
		worlds /= 5
	}
	for seed := range worlds {
		for _, order := range []string{"asc", "desc", "normal"} {
			w := newWorld(t, list, seed)
			onward, homeward := "after", "before"
			if order == "normal" {
				onward, homeward = homeward, onward
			}
			before := append(w.local(), w.upstream.ids()...)
			last := w.follow(seed, order, onward, before, listedPage{ids: nil})
			if len(last.ids) == 0 || w.random.IntN(2) == 0 {
				continue
			}
			w.unstable = map[string]bool{}
			before = append(w.local(), w.upstream.ids()...)
			w.follow(seed, order, homeward, before, last)
		}
	}
}

// follow walks in one direction, beginning with the first page or with the one next to a page, and checks what is met.
func (w *world) follow(seed uint64, order, way string, before []string, from listedPage) (last listedPage) {
	w.t.Helper()
	limit := func() string {
		return fmt.Sprintf("order=%s&limit=%d", order, 1+w.random.IntN([]int{1, 4, 12, 100}[w.random.IntN(4)]))
	}
	cursor := func(p listedPage) string {
		if way == "after" {
			return p.after
		}
		return p.before
	}
	var met, queries []string
	meet := func(query string) {
		last = w.read(query)
		if way == "after" && order != "normal" || way == "before" && order == "normal" {
			met = append(met, last.ids...)
		} else {
			met = append(slices.Clone(last.ids), met...)
		}
		queries = append(queries, fmt.Sprint(query, last.ids))
	}
	isWalkBack := from.ids != nil
	if isWalkBack {
		if last = from; cursor(from) == "" {
			return last
		}
	} else {
		meet(limit())
	}
	for steps := 0; cursor(last) != ""; steps++ {
		if steps > 400 {
			w.t.Fatalf("seed %d, %s: the walk does not end: %v", seed, order, queries[max(0, len(queries)-8):])
		}
		if steps < 30 {
			for range w.random.IntN(3) {
				w.move()
			}
		}
		meet(limit() + "&" + way + "=" + cursor(last))
	}
	count := map[string]int{}
	for _, id := range met {
		if count[id]++; count[id] > 1 {
			w.t.Fatalf("seed %d, %s by %s: %s is met twice: %v", seed, order, way, id, queries)
		}
	}
	if isWalkBack { // what is not beyond the page it began with need not be met
		return last
	}
	for _, id := range before {
		if lost := w.lossy && w.upstream.failed && slices.Contains(w.upstream.places, id); !lost && !w.unstable[id] && count[id] != 1 {
			w.t.Fatalf("seed %d, %s: %s is not met: %v\nlocal %v\nupstream %v", seed, order, id, queries, w.local(), w.upstream.ids())
		}
	}
	return last
}
