package emulator

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/store"
)

// listPaths are all lists that have pages.
var listPaths = []string{
	"/organizations",
	"/connect/applications",
	"/user_management/users",
	keysPath,
	"/user_management/users/user_ALICE/api_keys",
}

// fillLists adds rows to each of listPaths, with those of other owners between them.
func (f *server) fillLists(rows int) {
	f.t.Helper()
	err := f.Store.Update(func(tx *store.Txn) error {
		for i := range rows {
			meta := func(kind string) store.Meta { return store.Meta{ID: fmt.Sprintf("%s_%d", kind, i), CreatedAt: f.now} }
			key := func(kind, owner string) store.APIKey {
				return store.APIKey{Meta: meta(kind), OrganizationID: owner, Digest: store.DigestOf(fmt.Sprint(kind, i))}
			}
			mine, others := key("api_key_A", "org_ACME"), key("api_key_O", "org_OTHER")
			users := key("api_key_U", "org_ACME")
			users.UserID = "user_ALICE"
			for _, err := range []error{
				store.Organizations.Insert(tx, store.Organization{Meta: meta("org_X"), Name: "x"}),
				store.Users.Insert(tx, store.User{Meta: meta("user_X"), Email: fmt.Sprintf("%d@x.example", i)}),
				store.Applications.Insert(tx, store.Application{Meta: meta("conn_app_X"), ClientID: fmt.Sprintf("client_%d", i), Type: store.M2M, OrganizationID: "org_ACME"}),
				store.APIKeys.Insert(tx, mine), store.APIKeys.Insert(tx, others), store.APIKeys.Insert(tx, users),
			} {
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// walkList reads a list page by page, by one of its cursors, as an SDK's auto-pagination does.
func (f *server) walkList(path, order, onward string, limit int) []string {
	f.t.Helper()
	walked := []string{}
	query := fmt.Sprintf("%s?limit=%d&order=%s", path, limit, order)
	for target := query; ; {
		r := f.send("GET", target, "", bearer("sk_test_customer"))
		page := r.ids()
		if len(page) > limit {
			f.t.Fatalf("a page has %d items", len(page))
		}
		walked = append(walked, page...)
		cursor := r.want(200)["list_metadata"].(map[string]any)[onward]
		if cursor == nil {
			return walked
		}
		if cursor == "" || len(walked) > 200 {
			f.t.Fatalf("the walk does not end: the cursor is %q", cursor)
		}
		target = fmt.Sprintf("%s&%s=%s", query, onward, cursor)
	}
}

// TestWalkMeetsEveryItemOnce is for a customer's key, whose lists are local only; merge_test.go has the merged ones.
func TestWalkMeetsEveryItemOnce(t *testing.T) {
	t.Parallel()
	for _, path := range listPaths {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			f := newServer(t)
			f.fillLists(23)
			descending := f.send("GET", path+"?limit=100", "", bearer("sk_test_customer")).ids()
			if len(descending) < 23 || slices.ContainsFunc(descending, func(id string) bool { return strings.Contains(id, "_O_") }) {
				t.Fatalf("the list has %d items: %v", len(descending), descending)
			}
			ascending := slices.Clone(descending)
			slices.Reverse(ascending)
			for _, limit := range []int{1, 2, 7, len(descending) - 1, len(descending), len(descending) + 1, 100} {
				for _, way := range []struct {
					order, onward string
					want          []string
				}{{"desc", "after", descending}, {"asc", "after", ascending}, {"normal", "before", descending}} {
					if got := f.walkList(path, way.order, way.onward, limit); !slices.Equal(got, way.want) {
						t.Errorf("limit %d, %s:\ngot  %v\nwant %v", limit, way.order, got, way.want)
					}
				}
			}
			if got := f.send("GET", path, "", bearer("sk_test_customer")).ids(); !slices.Equal(got, descending[:10]) {
				t.Errorf("without parameters it is %v", got)
			}
		})
	}
}

// TestBadListParameters checks each list.
func TestBadListParameters(t *testing.T) {
	t.Parallel()
	for _, path := range listPaths {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			f := newServer(t)
			for query, field := range map[string]string{
				"limit=0": "limit", "limit=-1": "limit", "limit=101": "limit", "limit=1.5": "limit", "limit=": "limit",
				"limit=99999999999999999999": "limit", "order=": "order", "order=DESC": "order", "order=asc&order=asc": "order",
				"after=unknown": "after", "before=unknown": "before", "after=a&before=b": "after", "after=%zz": "query",
			} {
				wantField(t, f.send("GET", path+"?"+query, ""), field)
			}
			for _, query := range []string{"limit=1", "limit=100", "order=normal", "after=", "before=&after="} {
				f.send("GET", path+"?"+query, "").want(200)
			}
		})
	}
}

// TestCursorOutlivesItsItem deletes items while the list is read.
func TestCursorOutlivesItsItem(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	all := f.send("GET", keysPath, "").ids()
	f.send("DELETE", "/api_keys/"+all[1], "").want(204)
	if got := f.send("GET", keysPath+"?after="+all[1], "").ids(); !slices.Equal(got, all[2:]) {
		t.Errorf("after the deleted one there is %v, want %v", got, all[2:])
	}
	if got := f.send("GET", keysPath+"?before="+all[1], "").ids(); !slices.Equal(got, all[:1]) {
		t.Errorf("before the deleted one there is %v, want %v", got, all[:1])
	}
}

// TestKeysOfAnOwner lists what belongs to it, and no more.
func TestKeysOfAnOwner(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	f.send("POST", "/user_management/users/user_ALICE/api_keys", `{"name":"x","organization_id":"org_OTHER"}`).want(201)
	for path, want := range map[string]int{
		keysPath:                            4,
		"/organizations/org_OTHER/api_keys": 1,
		"/user_management/users/user_ALICE/api_keys":                                        2,
		"/user_management/users/user_ALICE/api_keys?organization_id=org_OTHER":              1,
		"/user_management/users/user_ALICE/api_keys?organization_id=org_NOBODY":             0,
		"/connect/applications?organization_id=org_ACME":                                    2,
		"/connect/applications?registration_types=authenticated":                            3,
		"/connect/applications?registration_types=dynamic&registration_types=authenticated": 3,
	} {
		if got := f.send("GET", path, "").ids(); len(got) != want {
			t.Errorf("%s has %v, want %d", path, got, want)
		}
	}
}
