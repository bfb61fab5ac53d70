package integration

import (
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// TestScreenShowsNoSecret of paths, in whatever way they are written there.
func TestScreenShowsNoSecret(t *testing.T) {
	t.Parallel()
	const ofTheSeed, customers, realOne = "a secret/of the seed", "sk_test_of_a_customer_1234", "sk_live_the_real_key_0123456789"
	dir := t.TempDir()
	write(t, filepath.Join(dir, "seed.yaml"), "apiKeys:\n  - {name: a, organization: A, value: "+customers+"}\norganizations: [{name: A}]\n"+
		"connectApplications: [{name: B, organization: A, client_id: client_b, client_secret: "+ofTheSeed+"}]\n"+
		"users: [{email: a@example.com}]\n")
	s := startScreen(t, dir, []string{"WORKOS_API_KEY=" + realOne}, "--upstream", "http://127.0.0.1:1")
	secrets := []string{
		ofTheSeed, customers, realOne, "sk_test_of_somebody_else", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyXzAxIn0.c2lnbmF0dXJl",
		"Z1uX3RbwcIl5fIGJJJCXXisdI", "9f86d081884c7d659a2feaa0c55ad015", "whsec_vB2xYqLm8sT4Zz",
	}
	percent := func(text string) string {
		var b strings.Builder
		for i := range len(text) {
			fmt.Fprintf(&b, "%%%02X", text[i])
		}
		return b.String()
	}
	ways := []func(string) string{
		func(secret string) string { return strings.NewReplacer(" ", "%20", "%", "%25").Replace(secret) }, percent,
		func(secret string) string { return percent(percent(secret)) },
		func(secret string) string { return base64.StdEncoding.EncodeToString([]byte(secret + "....")) },
	}
	routes := []string{"/%s", "/organizations/%s", "/a/b.%s/c", "/user_management/invitations/by_token/%s", "/x?y=%s", "/%s/%%1b[2J"}
	random := rand.New(rand.NewPCG(1, 2))
	var found []string
	for i := range 200 {
		secret := secrets[i%len(secrets)]
		written := ways[random.IntN(len(ways))](secret)
		found = append(found, secret, written)
		raw(t, s.process, "GET "+fmt.Sprintf(routes[random.IntN(len(routes))], written)+" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
	}
	raw(t, s.process, "GET /the-end HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
	s.waitFor("the last request", "/the-end")
	shown := s.Out.String() + s.Err.String()
	for _, secret := range found {
		if strings.Contains(shown, secret) {
			t.Errorf("%s is on the screen", secret)
		}
	}
}

// raw sends a request as it is, and waits for the answer.
func raw(t testing.TB, p *process, request string) {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(p.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(maxWait))
	if _, err := io.WriteString(connection, request); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, connection) // a server that refuses may close first
}

// TestScreenIsNotMovedByRequests: no request has a control character on the screen, nor a line of its own making.
func TestScreenIsNotMovedByRequests(t *testing.T) {
	t.Parallel()
	s := startScreen(t, exampleFolder(t), nil)
	for _, line := range []string{
		"GET /%1b[2J%1b]0;title%07", "GET /a%0a14:02:31%20POST%20/forged%20200", "GET /\xff\xfe", "GET /\u202egnp", "GET /" + strings.Repeat("a", 6000),
		"GET /%E2%80%AEgnp", "\x1b[2J /", "PROPFIND /", "GET /a\u0085b", "GET *", "OPTIONS *", "GET //x//", "GET /%", "GET /%zz", "GET /\x01",
	} {
		raw(t, s.process, line+" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
	}
	raw(t, s.process, "GET /the-end HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
	s.waitFor("the last request", "/the-end")
	for _, line := range s.requestLines() {
		isOdd := func(c rune) bool { return !unicode.IsPrint(c) }
		if !utf8.ValidString(line) || strings.ContainsFunc(line, isOdd) || utf8.RuneCountInString(line) > 200 || strings.HasPrefix(line[9:], "POST") {
			t.Errorf("a line is %q", line)
		}
	}
}
