package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestWalkMeetsEveryRowOnce walks random lists with after, and back with before, in every order.
func TestWalkMeetsEveryRowOnce(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 0))
		s, want := New(), []string{}
		mustUpdate(t, s, func(tx *Txn) error {
			for i := range random.IntN(60) {
				k := APIKey{Meta: meta(fmt.Sprintf("key_%d", i)), Digest: DigestOf(fmt.Sprint(i)), OrganizationID: "other"}
				if random.IntN(3) > 0 {
					k.OrganizationID = "mine"
					want = append(want, k.ID)
				}
				if err := APIKeys.Insert(tx, k); err != nil {
					return err
				}
			}
			return nil
		})
		limit := 1 + random.IntN(100)
		for _, order := range []Order{Ascending, Descending} {
			forth, back := walkAll(t, s.View(), limit, order)
			ordered := slices.Clone(want)
			if order != Ascending {
				slices.Reverse(ordered)
			}
			if !slices.Equal(forth, ordered) || len(ordered) > 0 && !slices.Equal(back, ordered) {
				t.Fatalf("seed %d, limit %d, %s: forth %v, back %v, want %v", seed, limit, order, forth, back, ordered)
			}
		}
	}
}

// walkAll reads a list page by page to its end, and back. It returns the ids of both in the order of the list.
func walkAll(t *testing.T, v *Txn, limit int, order Order) (forth, back []string) {
	t.Helper()
	onward := func(cursor string) Page { return Page{Limit: limit, Order: order, After: cursor} }
	homeward := func(cursor string) Page { return Page{Limit: limit, Order: order, Before: cursor} }
	cursors := func(l List[APIKey]) (next, previous string) { return l.After, l.Before }
	read := func(p Page) (List[APIKey], []string) {
		list, err := v.OrganizationAPIKeys("mine", p)
		if err != nil {
			t.Fatal(err)
		}
		ids := []string{}
		for _, k := range list.Items {
			ids = append(ids, k.ID)
		}
		return list, ids
	}

	list, ids := read(onward(""))
	if _, previous := cursors(list); previous != "" {
		t.Fatalf("the first page has one before it: %q", previous)
	}
	forth = ids
	for next, _ := cursors(list); next != ""; next, _ = cursors(list) {
		list, ids = read(onward(next))
		forth = append(forth, ids...)
	}
	back = ids
	for _, previous := cursors(list); previous != ""; _, previous = cursors(list) {
		list, ids = read(homeward(previous))
		back = append(ids, back...)
	}
	return forth, back
}

func TestCursors(t *testing.T) {
	t.Parallel()
	s := New()
	mustUpdate(t, s, func(tx *Txn) error {
		for i := range 5 {
			if err := Users.Insert(tx, User{Meta: meta(fmt.Sprint(i)), FirstName: fmt.Sprint(i % 2)}); err != nil {
				return err
			}
		}
		return nil
	})
	mustUpdate(t, s, func(tx *Txn) error { return Users.Delete(tx, "2") })
	if _, err := Users.Page(s.View(), Page{Limit: 1, After: "unknown"}, nil); !errors.Is(err, ErrCursor) {
		t.Errorf("an unknown cursor gave %v", err)
	}
	list, err := Users.Page(s.View(), Page{Limit: 1, Order: Ascending, After: "2"}, nil)
	if err != nil || len(list.Items) != 1 || list.Items[0].ID != "3" {
		t.Errorf("after a deleted row comes %v, %v", list, err)
	}
	even, err := Users.Page(s.View(), Page{Limit: 1, Order: Ascending}, func(u User) bool { return u.FirstName == "0" })
	if err != nil || len(even.Items) != 1 || even.Items[0].ID != "0" || even.After != "0" || even.Before != "" {
		t.Errorf("the filtered list is %v, %v", even, err)
	}
	last, err := Users.Page(s.View(), Page{Limit: 1, Order: Ascending, After: "0"}, func(u User) bool { return u.FirstName == "0" })
	if err != nil || len(last.Items) != 1 || last.Items[0].ID != "4" || last.After != "" || last.Before != "4" {
		t.Errorf("the rest of the filtered list is %v, %v", last, err)
	}
}
