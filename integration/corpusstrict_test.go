package integration

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
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
		"session_01JQ8ZVXV3S6F0YBGQ8J4TMNKC",
		`"code":"code_of_carol"`,
		`"secret":"JBSWY3DPEHPK3PXP"`,
		"workos_emulator_login=; Path=/",
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

// TestNormaliserTellsSessionsApart by numbers, each of which is that of one id, wherever it is.
func TestNormaliserTellsSessionsApart(t *testing.T) {
	t.Parallel()
	n := newNormaliser(t)
	n.request()
	n.during(time.Now(), time.Now())
	made := func() string {
		id, err := credential.NewSessionID(time.Now(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	one, two := made(), made()
	if got, want := n.normalise(one+" "+two+" "+one), "session_<1> session_<2> session_<1>"; got != want {
		t.Errorf("they become %s, want %s", got, want)
	}
}

// TestNormaliserTakesOutOfAPage what is random in it, and its style.
func TestNormaliserTakesOutOfAPage(t *testing.T) {
	t.Parallel()
	text := "< Content-Length: 99\n< Content-Type: text/html; charset=utf-8\n< Set-Cookie: workos_emulator_login=" + strings.Repeat("0a", 16) + "; Path=/\n<\n" +
		"< <style>a {\n<   b: c;\n< }\n< </style>\n< <input type=\"hidden\" name=\"page\" value=\"" + strings.Repeat("0a", 16) + ".1500000000." + strings.Repeat("0a", 32) + "\">\n"
	want := "< Content-Length: …\n< Content-Type: text/html; charset=utf-8\n< Set-Cookie: workos_emulator_login=<browser>; Path=/\n<\n" +
		"< <style>…</style>\n< <input type=\"hidden\" name=\"page\" value=\"<page>\">\n"
	if got := newNormaliser(t).normalise(text); got != want {
		t.Errorf("it becomes\n%s\nwant\n%s", got, want)
	}
}

// TestSavedAnswerOfAPage has what the next request of a browser needs.
func TestSavedAnswerOfAPage(t *testing.T) {
	t.Parallel()
	page := `<meta http-equiv="refresh" content="0;url=http://localhost/cb?code=a&amp;state=s"><input type="hidden" name="page" value="p&amp;q"><input type="hidden" name="page" value="second">`
	got := savedAnswer(t, "HTTP/1.1 200 OK\r\nSet-Cookie: name=value; Path=/\r\n", []byte(page))
	if want := `{"cookie":{"name":"value"},"field":{"page":"p\u0026q"},"to":{"code":"a","state":"s"}}`; got != want {
		t.Errorf("it is %s, want %s", got, want)
	}
	if got := savedAnswer(t, "HTTP/1.1 303 See Other\r\nLocation: ?token=t\r\n", nil); !strings.Contains(got, `"to":{"token":"t"}`) {
		t.Errorf("a redirect is %s", got)
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
