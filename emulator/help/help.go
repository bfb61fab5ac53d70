// Package help has the addresses of docs/troubleshooting.md, to which answers and messages lead.
//
// Answers that WorkOS gives too have the address in a Link header, because their bodies are WorkOS's. Messages of this program's own end
// with it.
package help

import "net/http"

// Page is the document.
const Page = "https://github.com/caddy-workos/caddy-workos/blob/main/docs/troubleshooting.md"

// Topic is a section of the document: the fragment that GitHub makes of its heading.
type Topic string

// The topics.
const (
	Unauthorized        Topic = "401-unauthorized"
	InvalidClient       Topic = "401-invalid_client"
	LocalSecret         Topic = "403-local_secret"
	EntityNotFound      Topic = "404-entity_not_found"
	TestAPIOff          Topic = "404-test_api_off"
	NotEmulated         Topic = "501-not_emulated"
	FixtureNotFound     Topic = "501-fixture_not_found"
	UpstreamUnreachable Topic = "502-upstream_unreachable"
	UnreadableBody      Topic = "400-unreadable_body"
)

// Topics are all of them.
func Topics() []Topic {
	return []Topic{
		Unauthorized, InvalidClient, LocalSecret, EntityNotFound, TestAPIOff, NotEmulated, FixtureNotFound, UpstreamUnreachable, UnreadableBody,
	}
}

// URL is the address of the section.
func (t Topic) URL() string { return Page + "#" + string(t) }

// See is the end of a message that leads to the section, with a space before it.
func (t Topic) See() string { return " See " + t.URL() }

// Header is a header whose Link field leads to the section (RFC 8288). It is nil for an empty topic.
func (t Topic) Header() http.Header {
	if t == "" {
		return nil
	}
	return http.Header{"Link": {"<" + t.URL() + `>; rel="help"`}}
}
