package integration

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// received is an answer, and when it came.
type received struct {
	status int
	header http.Header
	body   string
	at     time.Time
}

// source is who has answered, as X-Workos-Source says.
func (r received) source() string { return r.header.Get("X-Workos-Source") }

// noRedirects is a client that takes redirects for answers.
var noRedirects = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// newRequest makes a request with a key and a JSON body, each of which may be empty.
func newRequest(t testing.TB, method, url, key, body string) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	return request
}

// receive sends a request by the client that all tests share, and reads the answer. See [send].
func receive(t testing.TB, request *http.Request) received {
	t.Helper()
	return receiveBy(t, http.DefaultClient, request)
}

// receiveBy is receive by a client of its own.
func receiveBy(t testing.TB, client *http.Client, request *http.Request) received {
	t.Helper()
	answer, err := tryToReceive(client, request)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// tryToReceive is receiveBy for a goroutine that is not the test's. An answer in part is an error.
func tryToReceive(client *http.Client, request *http.Request) (received, error) {
	response, err := send(client, request)
	if err != nil {
		return received{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return received{response.StatusCode, response.Header, string(body), time.Now()}, err
}

// send sends a request. A GET whose connection was dropped before anything was answered is sent again: when Caddy replaces
// a listener, the kernel may have given the old one a connection that is never accepted, with or without this plugin.
func send(client *http.Client, request *http.Request) (*http.Response, error) {
	for tries := 1; ; tries++ {
		response, err := client.Do(request)
		dropped := errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)
		if !dropped || request.Method != http.MethodGet || tries == 5 {
			return response, err
		}
	}
}

// ask sends a request, and returns the answer's status, source and body.
func ask(t testing.TB, method, url, key, contentType, body string) (status int, source, said string) {
	t.Helper()
	request := newRequest(t, method, url, key, body)
	request.Header.Del("Content-Type")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	answer := receive(t, request)
	return answer.status, answer.source(), answer.body
}

// tells asks a site with the environment key and returns the status and the body.
func tells(t testing.TB, site, method, path, body string) string {
	t.Helper()
	answer := receive(t, newRequest(t, method, site+path, environmentKey, body))
	return fmt.Sprint(answer.status, " ", answer.body)
}

// answers tells whether something serves at a URL.
func answers(url string) bool {
	response, err := http.Get(url)
	if err == nil {
		response.Body.Close()
	}
	return err == nil
}

// get returns the body of a GET by a Host.
func (p *process) get(t testing.TB, path, host string, change ...func(http.Header)) string {
	t.Helper()
	request := newRequest(t, http.MethodGet, p.URL+path, "", "")
	request.Host = host
	for _, f := range change {
		f(request.Header)
	}
	return receive(t, request).body
}

// do sends a request with the seeded environment key.
func (p *process) do(t testing.TB, method, path, body string) received {
	t.Helper()
	return receive(t, newRequest(t, method, p.URL+path, "sk_test_local", body))
}

// body returns the body of a GET with the seeded environment key.
func (p *process) body(t testing.TB, path string) string {
	t.Helper()
	return p.do(t, http.MethodGet, path, "").body
}

// port is that of the site.
func (p *process) port() string { return p.URL[strings.LastIndexByte(p.URL, ':')+1:] }

// read returns the body of an answer.
func read(t testing.TB, response *http.Response) string {
	t.Helper()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
