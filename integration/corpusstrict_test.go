package integration

import (
	"strings"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"
)

// TestNormaliserLeavesOthersAlone gives it what looks like an id, a secret, a time or a token of the run, and is none.
func TestNormaliserLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	n := newNormaliser(t)
	n.request()
	n.during(time.Now(), time.Now())
	for _, text := range []string{
		"org_" + ulid.MustNew(ulid.Timestamp(time.Now().Add(-time.Hour)), nil).String(),
		"org_" + ulid.MustNew(ulid.Timestamp(time.Now().Add(time.Hour)), nil).String(),
		"sk_test_" + strings.Repeat("0", 48),
		strings.Repeat("a", 64),
		`"secret_hint":"0000"`,
		time.Now().Add(-time.Hour).UTC().Format("2006-01-02T15:04:05.000Z"),
		time.Now().Add(90 * time.Second).UTC().Format("2006-01-02T15:04:05.000Z"),
		time.Now().Add(90 * time.Second).UTC().Format("2006-01-02T15:04:05Z"),
		`"iat":1500000000`,
		otherSigner().session("user_01", "session_01"),
		"< X-Request-Id: theirs",
		"X-Request-Id: 7f0a1c3e-5b1d-4c2a-9e8f-0a1b2c3d4e5f",
		"127.0.0.1:1",
	} {
		if got := n.normalise(text); got != text {
			t.Errorf("%s becomes %s", text, got)
		}
	}
}

// TestNormaliserTellsRequestsApart by the times and ids that they made.
func TestNormaliserTellsRequestsApart(t *testing.T) {
	t.Parallel()
	n := newNormaliser(t)
	var made []string
	for range 2 {
		n.request()
		sent := time.Now()
		made = append(made, "org_"+ulid.Make().String()+" "+sent.UTC().Format("2006-01-02T15:04:05.000Z"))
		n.during(sent, time.Now())
	}
	if got, want := n.normalise(made[1]+" "+made[0]), "org_<#2> <#2> org_<#1> <#1>"; got != want {
		t.Errorf("they become %s, want %s", got, want)
	}
}

// TestCorpusDifferencesNameTheRequest shows what differs, and nothing else.
func TestCorpusDifferencesNameTheRequest(t *testing.T) {
	t.Parallel()
	golden := "# A heading\n\n=== 1 GET /a\n< HTTP/1.1 200 OK\n<\n< {}\n\n=== 2 GET /b\n< HTTP/1.1 200 OK\n\n"
	if got := corpusDifferences(golden, golden); got != nil {
		t.Errorf("what is the same differs: %q", got)
	}
	got := corpusDifferences(golden, strings.Replace(golden, "< {}", "< []", 1))
	if want := "=== 1 GET /a\n- < {}\n+ < []\n"; len(got) != 1 || got[0] != want {
		t.Errorf("the differences are %q, want %q", got, want)
	}
	got = corpusDifferences(golden, strings.TrimSuffix(golden, "=== 2 GET /b\n< HTTP/1.1 200 OK\n\n"))
	if len(got) != 1 || !strings.HasPrefix(got[0], "=== 2 GET /b\n") {
		t.Errorf("a missing exchange is told as %q", got)
	}
	long := strings.Repeat("a", 300)
	if got := lineDifference(long+"b"+long, long+"c"+long); !strings.Contains(got, "from byte 300 on:") || !strings.Contains(got, "ac") {
		t.Errorf("a long line is told as %s", got)
	}
}
