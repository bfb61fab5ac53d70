package seed

import (
	"fmt"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
)

// userIDText is the id of a user who may live upstream. It is checked by [checkUserID].
var userIDText = format.Type[text]{
	TypeDescription: idText.TypeDescription,
	Decode:          document.Value.FilledText,
}

// checkUserID lets any id pass, for the user may live upstream, but not an email address. It is false where there is no id, or it was
// reported.
func checkUserID(r *resolver, userID text) bool {
	if !userID.Set {
		return false
	}
	refused := field.ID(userID.Value)
	if refused == nil {
		return true
	}
	if !strings.Contains(userID.Value, "@") {
		r.doc.Fail(userID.Place, "%s", refused.Message)
		return false
	}
	hint := ""
	if found := users.allNamed(r, lower(userID).Value); len(found) > 0 && found[len(found)-1].shown != "" {
		hint = fmt.Sprintf("; did you mean %q?", found[len(found)-1].shown)
	}
	r.doc.Fail(userID.Place, "must be the id of a user, not an email address%s", hint)
	return false
}
