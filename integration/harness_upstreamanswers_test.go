package integration

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const theirDates = `"created_at":"2026-01-15T12:00:00.000Z","updated_at":"2026-01-15T12:00:00.000Z"`

// theirs are the answers of the stand-in that WorkOS's SDK can read.
var theirs = map[string]string{
	"POST /api_keys/validations":             `{"api_key":{"object":"api_key","id":"api_key_THEIRS","name":"Theirs","owner":{"type":"organization","id":"org_REAL"},"obfuscated_value":"sk_...heir","last_used_at":null,"expires_at":null,"permissions":[],` + theirDates + `}}`,
	"GET /connect/applications":              listed(`{"object":"connect_application","id":"conn_app_THEIRS","client_id":"client_theirs","name":"Theirs","application_type":"m2m","organization_id":"org_REAL","description":null,"scopes":[],` + theirDates + `}`),
	"GET /organizations/org_REAL":            theirOrganization("org_REAL", "Real"),
	"POST /organizations":                    theirOrganization("org_NEW", "Made there"),
	"GET /user_management/users":             listed(theirUser("user_THEIRS")),
	"GET /user_management/users/user_REAL":   theirUser("user_REAL"),
	"POST /user_management/users":            theirUser("user_NEW"),
	"PUT /user_management/users/user_NEW":    theirUser("user_NEW"),
	"DELETE /user_management/users/user_NEW": `{}`,
	"POST /user_management/authenticate":     `{"user":` + theirUser("user_REAL") + `,"access_token":"their.access.token","refresh_token":"their-refresh"}`,
	"GET /events":                            listed(`{"object":"event","id":"event_THEIRS","event":"user.created","data":` + theirUser("user_REAL") + `,"created_at":"2026-01-15T12:00:00.000Z"}`),
}

func listed(items string) string {
	return `{"object":"list","data":[` + items + `],"list_metadata":{"before":null,"after":null}}`
}

func theirOrganization(id, name string) string {
	return fmt.Sprintf(`{"object":"organization","id":%q,"name":%q,"domains":[],"metadata":{},"external_id":null,"allow_profiles_outside_organization":false,%s}`, id, name, theirDates)
}

func theirUser(id string) string {
	return fmt.Sprintf(`{"object":"user","id":%q,"email":"real@theirs.example","email_verified":true,"first_name":null,"last_name":null,"name":null,"profile_picture_url":null,"external_id":null,"metadata":{},"last_sign_in_at":null,"locale":null,%s}`, id, theirDates)
}

// theirMembership is a membership in org_REAL.
func theirMembership(id string) string {
	user := strings.Replace(id, "om_", "user_", 1)
	return fmt.Sprintf(`{"object":"organization_membership","id":%q,"user_id":%q,"organization_id":"org_REAL","organization_name":"Real","status":"active","directory_managed":false,"role":{"slug":"member"},"roles":[{"slug":"member"}],"user":%s,%s}`,
		id, user, theirUser(user), theirDates)
}

// theirOrganizations and theirMemberships are how many organizations, and memberships in org_REAL, the stand-in lists, the newest first.
const (
	theirOrganizations = 150
	theirMemberships   = 3
)

// knowsTheirs answers as theirs says, and with pages of organizations and of memberships in org_REAL.
func knowsTheirs(w http.ResponseWriter, r *http.Request) bool {
	body, known := theirs[r.Method+" "+r.URL.Path]
	query := r.URL.Query()
	organization := query.Get("organization_id")
	switch {
	case r.Method != http.MethodGet:
	case r.URL.Path == "/organizations":
		body, known = theirPage(query, "org_THEIRS_", theirOrganizations, func(id string) string { return theirOrganization(id, "Theirs") }), true
	case r.URL.Path == "/user_management/organization_memberships" && organization == "org_REAL":
		body, known = theirPage(query, "om_THEIRS_", theirMemberships, theirMembership), true
	}
	if organization != "" && organization != "org_REAL" {
		body = listed("")
	}
	if known {
		_, _ = io.WriteString(w, body)
	}
	return known
}

// theirPage is a page of a list of so many items, by WorkOS's rules.
func theirPage(query url.Values, prefix string, count int, item func(id string) string) string {
	ids := make([]string, count)
	for i := range ids {
		ids[i] = fmt.Sprint(prefix, i)
	}
	if query.Get("order") == "asc" {
		slices.Reverse(ids)
	}
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		limit = 10
	}
	from := slices.Index(ids, query.Get("after")) + 1
	if end := slices.Index(ids, query.Get("before")); end >= 0 {
		from = max(0, end-limit)
		limit = end - from
	}
	end := min(from+limit, len(ids))
	var items []string
	for _, id := range ids[from:end] {
		items = append(items, item(id))
	}
	before, after := "null", "null"
	if from > 0 && end > from {
		before = strconv.Quote(ids[from])
	}
	if end < len(ids) && end > from {
		after = strconv.Quote(ids[end-1])
	}
	return fmt.Sprintf(`{"object":"list","data":[%s],"list_metadata":{"before":%s,"after":%s}}`, strings.Join(items, ","), before, after)
}
