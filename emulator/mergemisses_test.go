package emulator

import (
	"fmt"
	"math/rand/v2"
	"testing"

	fixtures "github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// TestListsThatAreAnsweredAreNoMisses walks lists that were recorded in part, with local items that come and go: a miss is
// counted for each request that is a 501, and for no other. A list of the local items alone is listed as that.
func TestListsThatAreAnsweredAreNoMisses(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(18, 1))
	upstream := []string{"org_U1", "org_U2", "org_U3", "org_TWIN", "org_U4"}
	locals := [][]string{{}, {"org_A"}, {"org_A", "org_B", "org_C"}, {"org_TWIN", "org_A"}}
	answered, refused := 0, 0
	for round := range 30 {
		library, err := fixtures.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		in := func(mode fixtures.Mode) *fixtures.Fixtures {
			made, err := fixtures.New(fixtures.Options{Library: library, Mode: mode})
			if err != nil {
				t.Fatal(err)
			}
			return made
		}
		query := func() string {
			return fmt.Sprintf("limit=%d&order=%s", 1+random.IntN(3), []string{"asc", "desc"}[random.IntN(2)])
		}
		recording := in(fixtures.Record)
		recorder := twins(t, locals[random.IntN(len(locals))], upstream)
		recorder.next = recording.Handler(upstreamOf(t, upstream))
		for range random.IntN(4) {
			recorder.list(query())
		}
		recording.Close()
		library.Reset()

		replayed := twins(t, locals[random.IntN(len(locals))], upstream)
		replayed.next = in(fixtures.Replay).Handler(nil)
		misses, cursor, last := int64(0), "", ""
		for step := range 12 {
			target := query()
			if last != "" && random.IntN(2) == 0 {
				target = last
			}
			last = target
			switch {
			case cursor != "" && random.IntN(3) > 0:
				target += "&after=" + cursor
			case random.IntN(8) == 0:
				target += "&after=org_B"
			}
			if random.IntN(4) == 0 {
				replayed.send("DELETE", "/organizations/org_B", "")
				before, err := library.Report()
				if err != nil {
					t.Fatal(err)
				}
				misses = before.Misses // of the deletion of what is not local
			}
			r := replayed.send("GET", "/organizations?"+target, "")
			report, err := library.Report()
			if err != nil {
				t.Fatal(err)
			}
			want := misses
			switch r.Code {
			case 200:
				answered++
			case 501:
				refused++
				want++
			default:
				want = report.Misses // a cursor that neither side knows
			}
			if report.Misses != want {
				t.Errorf("round %d, step %d: %s is %d, and there are %d misses, want %d", round, step, target, r.Code, report.Misses, want)
			}
			misses, cursor = report.Misses, ""
			if r.Code == 200 {
				if items := r.ids(); len(items) > 0 {
					cursor = items[len(items)-1]
				}
			}
		}
	}
	if answered < 50 || refused < 50 {
		t.Errorf("%d lists were answered and %d were not", answered, refused)
	}
}

// TestAListOfLocalItemsAloneIsListed checks that the report names the lists that have only their local items.
func TestAListOfLocalItemsAloneIsListed(t *testing.T) {
	t.Parallel()
	library, err := fixtures.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	outcomes := 0
	made, err := fixtures.New(fixtures.Options{Library: library, Mode: fixtures.Replay, Observe: func(fixtures.Outcome) { outcomes++ }})
	if err != nil {
		t.Fatal(err)
	}
	f := twins(t, []string{"org_A"}, nil)
	f.next = made.Handler(nil)
	for range 2 {
		f.list("limit=2")
	}
	report, err := library.Report()
	if err != nil {
		t.Fatal(err)
	}
	if report.Misses != 0 || outcomes != 0 || fmt.Sprint(report.LocalOnly) != "[GET /organizations?limit=2&order=desc]" {
		t.Errorf("there are %d misses, %d outcomes, and local only is %q", report.Misses, outcomes, report.LocalOnly)
	}
	f.send("GET", "/organizations/org_X", "").want(501)
	if report, _ = library.Report(); report.Misses != 1 {
		t.Errorf("what is no list is counted as %d misses", report.Misses)
	}
}
