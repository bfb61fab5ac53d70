package emulator

import (
	"fmt"
	"net/http"
	"testing"

	fixtures "github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// TestMergedListsInReplay records lists with some local items, and replays them with others: what was recorded is found
// however many items are local, and what was not is a 501 where other requests for the path were.
func TestMergedListsInReplay(t *testing.T) {
	t.Parallel()
	upstream := []string{"org_U1", "org_U2", "org_U3", "org_TWIN", "org_U4"}
	dir := t.TempDir()
	open := func(mode fixtures.Mode) *fixtures.Fixtures {
		library, err := fixtures.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		made, err := fixtures.New(fixtures.Options{Library: library, Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	locals := [][]string{{}, {"org_A"}, {"org_A", "org_B", "org_C"}, {"org_TWIN"}, {"org_A", "org_B", "org_C", "org_D", "org_E", "org_F"}}
	queries := []string{"limit=2", "limit=3&order=asc", ""}

	for i, local := range locals {
		recorder := twins(t, local, upstream)
		recording := open(fixtures.Record)
		recorder.next = recording.Handler(upstreamOf(t, upstream))
		for _, query := range queries {
			recorder.list(query)
		}
		recording.Close()
		for _, replaying := range locals {
			replayed, live := twins(t, replaying, upstream), twins(t, replaying, upstream)
			replayed.next = open(fixtures.Replay).Handler(nil)
			for _, query := range queries {
				if got, want := replayed.list(query), live.list(query); fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("recorded with %d: %q with %v is %+v, want %+v", i, query, replaying, got, want)
				}
			}
			for _, query := range []string{"limit=4", "limit=2&order=asc", "limit=2&after=org_U9", "search=x"} {
				r := replayed.send("GET", "/organizations?"+query, "")
				if got := r.want(501); got["code"] != "fixture_not_found" || r.Header().Get("X-Workos-Source") != "fixture" {
					t.Errorf("%q with %v: %v", query, replaying, got)
				}
			}
			if r := replayed.send("GET", "/connect/applications", ""); r.Code != 200 || r.Header().Get("X-Workos-Source") != "emulator" {
				t.Errorf("a list of which nothing was recorded: %d %s from %s", r.Code, r.Body, r.Header().Get("X-Workos-Source"))
			}
		}
	}
}

// TestOwnedListsInReplay has lists of a local owner: nothing is sent, and a list is never shorter without notice.
func TestOwnedListsInReplay(t *testing.T) {
	t.Parallel()
	library, err := fixtures.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	handler := func(mode fixtures.Mode, next http.Handler) http.Handler {
		made, err := fixtures.New(fixtures.Options{Library: library, Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(made.Close)
		return made.Handler(next)
	}
	f := newServer(t)
	f.next = handler(fixtures.Record, upstreamOf(t, []string{"api_key_R"}))
	want := f.send("GET", keysPath, "").ids()
	if len(want) != 5 {
		t.Fatal(want)
	}
	library.Flush()
	f.next = handler(fixtures.Replay, nil)
	if got := f.send("GET", keysPath, "").ids(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
	f.send("GET", keysPath+"?limit=5", "").want(501)
	if got := f.send("GET", "/organizations/org_OTHER/api_keys", "").ids(); len(got) != 0 {
		t.Errorf("%v", got)
	}
	deleted := want[1]
	f.send("DELETE", "/api_keys/"+deleted, "").want(204)
	f.send("GET", keysPath+"?after="+deleted, "").want(200)
}
