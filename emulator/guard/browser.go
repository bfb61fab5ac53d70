package guard

import (
	"net/http"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

// WithoutBrowserSecrets returns a header without the local secrets in what browsers send by themselves: without each cookie that holds
// one, and without such a Referer. All else stays as it came. Browsers send the cookies of a host to all of its ports, so those of an
// application on this machine come along, and their sessions are ours.
func WithoutBrowserSecrets(set *scan.Set, h http.Header) http.Header {
	look := scanner{set}
	holds := func(name string, values ...string) bool {
		field := http.Header{name: values}
		return look.fields("header", field) != nil || look.credentials("header", field) != nil
	}
	cookies, referers := h.Values("Cookie"), h.Values("Referer")
	hasCookies, hasReferer := holds("Cookie", cookies...), holds("Referer", referers...)
	if !hasCookies && !hasReferer {
		return h
	}
	h = h.Clone()
	if hasReferer {
		h.Del("Referer")
	}
	if hasCookies {
		deleteCookies(h, func(pair string) bool { return holds("Cookie", pair) })
		if holds("Cookie", h["Cookie"]...) { // it stands in several of them
			h.Del("Cookie")
		}
	}
	return h
}

// WithoutCookie returns a header without the cookies of a name. All else stays as it came.
func WithoutCookie(h http.Header, name string) http.Header {
	is := func(pair string) bool { return strings.HasPrefix(strings.TrimSpace(pair), name+"=") }
	if name == "" || !slices.ContainsFunc(h["Cookie"], func(field string) bool { return strings.Contains(field, name+"=") }) {
		return h
	}
	h = h.Clone()
	deleteCookies(h, is)
	return h
}

// deleteCookies deletes the cookies of which a function, which is called with each name and value, says so.
func deleteCookies(h http.Header, is func(pair string) bool) {
	var fields []string
	for _, field := range h["Cookie"] {
		kept := strings.TrimSpace(strings.Join(slices.DeleteFunc(strings.Split(field, ";"), is), ";"))
		if kept != "" {
			fields = append(fields, kept)
		}
	}
	h["Cookie"] = fields
	if fields == nil {
		h.Del("Cookie")
	}
}
