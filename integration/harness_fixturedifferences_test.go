package integration

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// mayDiffer are members that a replay may redact or leave: they are no credentials by themselves.
var mayDiffer = regexp.MustCompile(`(?i)/(user_?code|verification_?uri_?complete|redacted_?client_?secret|encrypted_?keys)$`)

// late is how much the replayed time of expiry may differ from the recorded one: distances are rounded.
const late = time.Minute

// comparison compares an answer with the recorded one.
type comparison struct {
	*planted
	recordedAt, replayedAt time.Time
	found                  []string
}

// differences tells how a replayed answer differs from the recorded one, beside what docs/fixtures.md names: secrets are
// tags, tokens are minted anew, times that lay ahead lie as far ahead, and headers of the moment are gone.
func (p *planted) differences(recorded, replayed received) []string {
	c := &comparison{planted: p, recordedAt: recorded.at, replayedAt: replayed.at}
	if source := replayed.header.Get("X-Workos-Source"); source != "fixture" || recorded.status != replayed.status {
		return []string{fmt.Sprintf("it is replayed as %d from %s, want %d: %s", replayed.status, source, recorded.status, replayed.body)}
	}
	if was, is := recorded.header.Get("Content-Type"), replayed.header.Get("Content-Type"); was != is {
		c.tell("Content-Type", was, is)
	}
	c.location(recorded.header.Get("Location"), replayed.header.Get("Location"))
	if is := replayed.header.Get("Set-Cookie"); is != "" {
		c.tell("Set-Cookie", "", is)
	}
	if is := replayed.header.Get("X-Request-Id"); is == recorded.header.Get("X-Request-Id") {
		c.tell("X-Request-Id", "another", is)
	}
	var was, is any
	if json.Unmarshal([]byte(recorded.body), &was) != nil || json.Unmarshal([]byte(replayed.body), &is) != nil {
		if recorded.body != replayed.body {
			c.tell("the body", recorded.body, replayed.body)
		}
		return c.found
	}
	c.values("", was, is)
	return c.found
}

func (c *comparison) tell(at string, was, is any) {
	c.found = append(c.found, fmt.Sprintf("%s was %.200v, is %.200v", at, was, is))
}

// location compares redirects: the code is another one, and the state is that of the request, which is the same here.
func (c *comparison) location(was, is string) {
	before, err1 := url.Parse(was)
	after, err2 := url.Parse(is)
	if err1 != nil || err2 != nil || before.Host != after.Host || before.Path != after.Path || len(before.Query()) != len(after.Query()) || before.Query().Get("state") != after.Query().Get("state") {
		c.tell("Location", was, is)
	} else if code := after.Query().Get("code"); was != "" && !strings.Contains(code, "[redacted:") {
		c.tell("the code of Location", "a tag", code)
	}
}

func (c *comparison) values(at string, was, is any) {
	switch was := was.(type) {
	case map[string]any:
		members, same := is.(map[string]any)
		if !same || !slices.Equal(sortedKeys(was), sortedKeys(members)) {
			c.tell(at, was, is)
			return
		}
		for _, name := range sortedKeys(was) {
			c.values(at+"/"+name, was[name], members[name])
		}
	case []any:
		items, same := is.([]any)
		if !same || len(items) != len(was) {
			c.tell(at, was, is)
			return
		}
		for i := range was {
			c.values(fmt.Sprintf("%s/%d", at, i), was[i], items[i])
		}
	case string:
		if text, same := is.(string); !same || !c.text(at, was, text) {
			c.tell(at, was, is)
		}
	case float64:
		number, same := is.(float64)
		if !same || number != was && !c.asFarAhead(time.Unix(int64(was), 0), time.Unix(int64(number), 0)) {
			c.tell(at, was, is)
		}
	default:
		if was != is {
			c.tell(at, was, is)
		}
	}
}

// text tells whether a replayed text may stand for the recorded one.
func (c *comparison) text(at, was, is string) bool {
	if !c.isPlanted(was) {
		before, err1 := time.Parse(time.RFC3339Nano, was)
		after, err2 := time.Parse(time.RFC3339Nano, is)
		ahead := err1 == nil && err2 == nil && len(was) == len(is) && c.asFarAhead(before, after)
		return was == is || ahead || mayDiffer.MatchString(at)
	}
	if header, claims := claimsOf(was); header["kid"] == c.signer.kid {
		return c.mintedAnew(claims, is)
	}
	if was == c.key {
		key, err := base64.StdEncoding.DecodeString(is)
		return err == nil && len(key) == 32
	}
	plain, err := url.QueryUnescape(is)
	return strings.Contains(is, "[redacted") || err == nil && strings.Contains(plain, "[redacted")
}

// asFarAhead tells whether two times lay as far ahead of their answers.
func (c *comparison) asFarAhead(was, is time.Time) bool {
	before, after := was.Sub(c.recordedAt), is.Sub(c.replayedAt)
	return before > 0 && after > 0 && (before-after).Abs() <= late
}

// mintedAnew tells whether a token has the recorded claims and its own times, under a kid of its own.
func (c *comparison) mintedAnew(claims map[string]any, token string) bool {
	header, minted := claimsOf(token)
	if !strings.HasPrefix(fmt.Sprint(header["kid"]), "replayed_") || minted["exp"] == nil {
		return false
	}
	if minted["exp"].(float64)-minted["iat"].(float64) > claims["exp"].(float64)-claims["iat"].(float64) {
		return false
	}
	for _, anew := range []string{"iat", "exp", "jti", "nbf", "auth_time", "nonce", "at_hash"} {
		delete(claims, anew)
		delete(minted, anew)
	}
	was, _ := json.Marshal(claims)
	is, _ := json.Marshal(minted)
	return string(was) == string(is)
}
