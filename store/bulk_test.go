package store

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// model is the expected content of a store, in the order of creation.
type model struct {
	keys []APIKey
	next int
}

func (m *model) at(id string) int {
	return slices.IndexFunc(m.keys, func(k APIKey) bool { return k.ID == id })
}

// TestBulkEdits compares a store that rows are written to one by one and many at once with a plain slice.
func TestBulkEdits(t *testing.T) {
	t.Parallel()
	for n := range uint64(6) {
		random := rand.New(rand.NewPCG(n, 3))
		s, m := New(), &model{}
		var baseline []APIKey
		newKey := func() APIKey {
			m.next++
			id := fmt.Sprintf("key_%d", m.next)
			return APIKey{
				Meta: Meta{ID: id, Seed: "x"}, Name: "new", Digest: DigestOf(id),
				OrganizationID: fmt.Sprintf("org_%d", random.IntN(3)), UserID: []string{"", "user_1"}[random.IntN(2)],
			}
		}
		anyKey := func() (APIKey, bool) {
			if len(m.keys) == 0 {
				return APIKey{}, false
			}
			return m.keys[random.IntN(len(m.keys))], true
		}
		edit := func(tx *Txn, many int) error {
			var remove []string
			var rows []APIKey
			for range random.IntN(many + 1) {
				rows = append(rows, newKey())
			}
			m.keys = append(m.keys, rows...)
			order := random.Perm(len(m.keys) - len(rows))
			for i, at := range order[:min(len(order), random.IntN(many+1))] {
				if i%2 == 0 {
					remove = append(remove, m.keys[at].ID)
					continue
				}
				changed := m.keys[at]
				changed.Name, changed.OrganizationID = "edited", fmt.Sprintf("org_%d", random.IntN(3))
				if i%3 == 0 && len(rows) > 0 { // it takes over the value of a row that is deleted
					if gone := slices.IndexFunc(m.keys, func(k APIKey) bool { return len(remove) > 0 && k.ID == remove[len(remove)-1] }); gone >= 0 {
						changed.Digest = m.keys[gone].Digest
						remove = append(remove, "no_such_key")
						m.keys[gone].Digest = DigestOf("taken over")
					}
				}
				m.keys[at] = changed
				rows = append(rows, changed)
			}
			gone := map[string]bool{}
			for _, id := range remove {
				gone[id] = true
			}
			m.keys = slices.DeleteFunc(m.keys, func(k APIKey) bool { return gone[k.ID] })
			return APIKeys.Edit(tx, remove, slices.Clone(rows))
		}
		for range 25 {
			switch random.IntN(8) {
			case 0:
				mustUpdate(t, s, func(tx *Txn) error { return edit(tx, 2*bulk) })
			case 1:
				mustUpdate(t, s, func(tx *Txn) error { return edit(tx, 10) })
			case 2:
				k := newKey()
				m.keys = append(m.keys, k)
				mustUpdate(t, s, func(tx *Txn) error { return APIKeys.Insert(tx, k) })
			case 3:
				if k, ok := anyKey(); ok {
					m.keys = slices.Delete(m.keys, m.at(k.ID), m.at(k.ID)+1)
					mustUpdate(t, s, func(tx *Txn) error { return APIKeys.Delete(tx, k.ID) })
				}
			case 4:
				if k, ok := anyKey(); ok {
					update := func(k *APIKey) error {
						k.Name, k.OrganizationID, k.Digest = "updated", "org_1", DigestOf(k.ID+k.Name)
						return nil
					}
					_ = update(&m.keys[m.at(k.ID)])
					mustUpdate(t, s, func(tx *Txn) error { _, err := APIKeys.Update(tx, k.ID, update); return err })
				}
			case 5: // one that fails
				before := slices.Clone(m.keys)
				_ = s.Update(func(tx *Txn) error {
					if err := edit(tx, bulk); err != nil {
						return err
					}
					return errors.New("no")
				})
				m.keys = before
			case 6: // the store becomes its baseline
				baseline = slices.Clone(m.keys)
				mustUpdate(t, s, func(tx *Txn) error {
					var gone []string
					for before := range APIKeys.Metas(tx.Baseline()) {
						gone = append(gone, before.ID)
					}
					rows := slices.Clone(baseline)
					return errors.Join(APIKeys.Edit(tx.Baseline(), gone, nil), APIKeys.Edit(tx.Baseline(), nil, rows))
				})
			case 7:
				s.Reset()
				m.keys = slices.Clone(baseline)
			}
			compare(t, s.View(), m)
		}
	}
}

// compare checks every way to read.
func compare(t *testing.T, v *Txn, m *model) {
	t.Helper()
	same := func(way string, got, want []APIKey) {
		t.Helper()
		if !slices.EqualFunc(got, want, func(a, b APIKey) bool {
			return a.ID == b.ID && a.Name == b.Name && a.OrganizationID == b.OrganizationID && a.UserID == b.UserID && a.Digest == b.Digest
		}) {
			t.Fatalf("%s: %d rows, want %d", way, len(got), len(want))
		}
	}
	same("all", APIKeys.All(v), m.keys)
	for _, k := range m.keys {
		if got, ok := v.APIKeyByDigest(k.Digest); !ok || got.ID != k.ID {
			t.Fatalf("%s is not found by its value", k.ID)
		}
		if got, ok := APIKeys.Get(v, k.ID); !ok || got.Name != k.Name {
			t.Fatalf("%s is not found", k.ID)
		}
	}
	if _, ok := APIKeys.Get(v, "key_0"); ok {
		t.Fatal("a key is found that never was")
	}
	for _, organization := range []string{"org_0", "org_1", "org_2"} {
		want := slices.DeleteFunc(slices.Clone(m.keys), func(k APIKey) bool { return k.OrganizationID != organization })
		for _, order := range []Order{Ascending, Descending} {
			var got []APIKey
			after := ""
			for {
				page, err := v.OrganizationAPIKeys(organization, Page{Limit: 97, Order: order, After: after})
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, page.Items...)
				if after = page.After; after == "" {
					break
				}
			}
			same(organization+" "+string(order), got, want)
			slices.Reverse(want)
		}
	}
}

// TestBulkEditConflicts has rows that are in conflict with others, written one by one and as a whole.
func TestBulkEditConflicts(t *testing.T) {
	t.Parallel()
	for _, many := range []int{0, 2 * bulk} {
		s := New()
		rows := func(ids ...string) (rows []APIKey) {
			for _, id := range ids {
				rows = append(rows, APIKey{Meta: Meta{ID: id, Seed: "x"}, Digest: DigestOf(id)})
			}
			for i := range many {
				id := fmt.Sprintf("%s_%d", ids[0], i)
				rows = append(rows, APIKey{Meta: Meta{ID: id, Seed: "x"}, Digest: DigestOf(id)})
			}
			return rows
		}
		mustUpdate(t, s, func(tx *Txn) error {
			return errors.Join(APIKeys.Insert(tx, APIKey{Meta: meta("made"), Digest: DigestOf("value")}), APIKeys.Edit(tx, nil, rows("a", "b")))
		})
		for name, test := range map[string]struct {
			change func([]APIKey)
			want   ConflictError
		}{
			"the id of a made row":       {func(k []APIKey) { k[0].ID = "made" }, ConflictError{"api_keys", "id", "made", "made"}},
			"the value of a made row":    {func(k []APIKey) { k[0].Digest = DigestOf("value") }, ConflictError{"api_keys", "digest", "c", "made"}},
			"the value of a seeded row":  {func(k []APIKey) { k[0].Digest = DigestOf("b") }, ConflictError{"api_keys", "digest", "c", "b"}},
			"the same value twice":       {func(k []APIKey) { k[1].Digest = k[0].Digest }, ConflictError{"api_keys", "digest", "d", "c"}},
			"the value of one that goes": {func(k []APIKey) { k[0].Digest = DigestOf("a") }, ConflictError{}},
		} {
			err := s.Update(func(tx *Txn) error {
				edited := rows("c", "d")
				test.change(edited)
				return APIKeys.Edit(tx, []string{"a"}, edited)
			})
			var conflict *ConflictError
			if errors.As(err, &conflict); err != nil && (conflict == nil || *conflict != test.want) || err == nil && test.want.ID != "" {
				t.Errorf("%s, %d more: %+v, %v", name, many, conflict, err)
			}
		}
	}
}

// TestBulkEditsOfUniqueValues has domains that other rows have, written one by one and as a whole.
func TestBulkEditsOfUniqueValues(t *testing.T) {
	t.Parallel()
	for _, many := range []int{0, 2 * bulk} {
		s := New()
		row := func(id string, domains ...string) Organization {
			o := Organization{Meta: Meta{ID: id, Seed: "x"}}
			for _, domain := range domains {
				o.Domains = append(o.Domains, Domain{Domain: domain})
			}
			return o
		}
		rows := func(first ...Organization) []Organization {
			for i := range many {
				id := fmt.Sprintf("%s_%d", first[0].ID, i)
				first = append(first, row(id, id+".example", id+".test"))
			}
			return first
		}
		mustUpdate(t, s, func(tx *Txn) error {
			return errors.Join(Organizations.Insert(tx, row("made", "made.example", "other.example")),
				Organizations.Edit(tx, nil, rows(row("a", "a.example", "A.example"), row("b", "b.example", "second.example"))))
		})
		for name, test := range map[string]struct {
			insert Organization
			want   ConflictError
		}{
			"of a made row":       {row("c", "free.example", "OTHER.example"), ConflictError{"organizations", "domain", "c", "made"}},
			"of a seeded row":     {row("c", "SECOND.example"), ConflictError{"organizations", "domain", "c", "b"}},
			"of another new row":  {row("c", "d.example"), ConflictError{"organizations", "domain", "d", "c"}},
			"of one that goes":    {row("c", "a.example"), ConflictError{}},
			"free":                {row("c", "free.example"), ConflictError{}},
			"twice in one of one": {row("c", "free.example", "FREE.example"), ConflictError{}},
		} {
			err := s.Update(func(tx *Txn) error {
				if err := Organizations.Edit(tx, []string{"a"}, rows(test.insert, row("d", "d.example"))); err != nil {
					return err
				}
				one := row("e", "second.example")
				if err := Organizations.Insert(tx, one); !errors.Is(err, ErrConflict) {
					t.Errorf("%s, %d more: one by one: %v", name, many, err)
				}
				return errUndone
			})
			var conflict *ConflictError
			errors.As(err, &conflict)
			if conflict == nil {
				conflict = &ConflictError{}
			}
			if *conflict != test.want || test.want.ID == "" && !errors.Is(err, errUndone) {
				t.Errorf("%s, %d more: %+v, %v", name, many, conflict, err)
			}
		}
	}
}

var errUndone = errors.New("undone")

// TestResetEndsUse has credentials that were used before a reset and after it, also by a request that began before it.
func TestResetEndsUse(t *testing.T) {
	t.Parallel()
	s, now := New(), time.UnixMilli(1_700_000_000_000).UTC()
	mustUpdate(t, s, func(tx *Txn) error {
		err := APIKeys.Edit(tx.Baseline(), nil, []APIKey{{Meta: Meta{ID: "k", Seed: "x"}, Digest: DigestOf("k")}})
		tx.Follow()
		return err
	})
	use := func(at time.Time) {
		k, _ := APIKeys.Get(s.View(), "k")
		k.Used(at)
	}
	last := func() time.Time {
		k, _ := APIKeys.Get(s.View(), "k")
		return k.LastUsedAt()
	}
	use(now)
	if !last().Equal(now) {
		t.Errorf("last used %s", last())
	}
	s.Reset()
	if !last().IsZero() {
		t.Errorf("after a reset: last used %s", last())
	}
	use(now.Add(-time.Hour))
	if !last().Equal(now.Add(-time.Hour)) {
		t.Errorf("used after a reset: last used %s", last())
	}
}

// TestResetIsAtomic resets while rows are written and read: a reader sees the baseline with all of a writer's rows or none.
func TestResetIsAtomic(t *testing.T) {
	t.Parallel()
	s := New()
	mustUpdate(t, s, func(tx *Txn) error {
		rows := make([]Organization, 2*bulk)
		for i := range rows {
			rows[i] = Organization{Meta: Meta{ID: fmt.Sprint("o", i), Seed: "x"}}
		}
		err := Organizations.Edit(tx.Baseline(), nil, rows)
		tx.Follow()
		return err
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 200 {
			if i%3 == 0 {
				s.Reset()
				continue
			}
			mustUpdate(t, s, func(tx *Txn) error {
				id := fmt.Sprint("made", i)
				return errors.Join(Organizations.Insert(tx, Organization{Meta: meta(id + "a")}), Organizations.Insert(tx, Organization{Meta: meta(id + "b")}), Organizations.Delete(tx, "o1"), Organizations.Insert(tx, Organization{Meta: meta("o1")}))
			})
		}
	}()
	for {
		v := s.View()
		if all := Organizations.All(v); len(all) < 2*bulk || len(all)%2 != 0 || !slices.IsSortedFunc(all, func(a, b Organization) int { return cmp.Compare(a.place.seq, b.place.seq) }) {
			t.Fatalf("%d organizations, or out of order", len(all))
		}
		select {
		case <-done:
			return
		default:
		}
	}
}

// TestResetLeavesNothing rules out that creating, deleting and resetting makes a store grow.
func TestResetLeavesNothing(t *testing.T) {
	t.Parallel()
	s := New()
	for range 3 {
		mustUpdate(t, s, func(tx *Txn) error { return Users.Insert(tx, User{Meta: meta("u")}) })
		mustUpdate(t, s, func(tx *Txn) error { return Users.Delete(tx, "u") })
		s.Reset()
	}
	v := s.View()
	for _, table := range []string{deletions, "users"} {
		if rows, err := v.memdb.LowerBound(table, primary, ""); err != nil || rows.Next() != nil {
			t.Errorf("%s holds rows: %v", table, err)
		}
	}
}
