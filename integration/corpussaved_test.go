package integration

import (
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var (
	hiddenField  = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)
	refreshedURL = regexp.MustCompile(`<meta http-equiv="refresh" content="\d+; ?url=([^"]+)">`)
	givenCookie  = regexp.MustCompile(`(?m)^Set-Cookie: ([^=]+)=([^;\r\n]*)`)
	movedTo      = regexp.MustCompile(`(?m)^Location: (.+?)\r?$`)
)

// savedAnswer is what later requests take the members of: a body of JSON as it is, and of any other answer
//
//	cookie    the cookies that it sets, by their names
//	field     the first hidden field of each name in the forms of a page
//	to        the parameters of the address that it leads to, by Location or by the refresh of a page
func savedAnswer(t *testing.T, head string, body []byte) string {
	t.Helper()
	if json.Valid(body) {
		return string(body)
	}
	answer := map[string]map[string]string{"cookie": {}, "field": {}, "to": {}}
	for _, found := range givenCookie.FindAllStringSubmatch(head, -1) {
		answer["cookie"][found[1]] = found[2]
	}
	for _, found := range hiddenField.FindAllStringSubmatch(string(body), -1) {
		if _, has := answer["field"][found[1]]; !has {
			answer["field"][found[1]] = html.UnescapeString(found[2])
		}
	}
	address := ""
	if found := movedTo.FindStringSubmatch(head); found != nil {
		address = found[1]
	} else if found := refreshedURL.FindStringSubmatch(string(body)); found != nil {
		address = strings.Trim(html.UnescapeString(found[1]), "'")
	}
	if parsed, err := url.Parse(address); err == nil {
		for name, values := range parsed.Query() {
			answer["to"][name] = values[0]
		}
	}
	encoded, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}
