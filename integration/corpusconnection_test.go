package integration

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// corpusConnection is a connection on which requests follow one another.
type corpusConnection struct {
	net.Conn
	reader *bufio.Reader
	read   bytes.Buffer // all that was read for the current answer
	last   bool         // the server has said that it closes the connection
}

func dialCorpus(t *testing.T, address string) *corpusConnection {
	t.Helper()
	dialled, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dialled.Close() })
	c := &corpusConnection{Conn: dialled}
	c.reader = bufio.NewReader(io.TeeReader(dialled, &c.read))
	return c
}

// exchange sends a request. The head of the answer is as it came, and the body without the framing of chunks.
func (c *corpusConnection) exchange(method string, request []byte) (head string, body []byte, err error) {
	c.read.Reset()
	if err := c.SetDeadline(time.Now().Add(maxWait)); err != nil {
		return "", nil, err
	}
	if _, err := c.Write(request); err != nil {
		return "", nil, err
	}
	response, err := http.ReadResponse(c.reader, &http.Request{Method: method})
	if err != nil {
		return "", nil, err
	}
	defer response.Body.Close()
	body, err = io.ReadAll(response.Body)
	c.last = response.Close
	head, _, _ = strings.Cut(c.read.String(), "\r\n\r\n")
	return head, body, err
}
