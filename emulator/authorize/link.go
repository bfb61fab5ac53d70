package authorize

import (
	"cmp"
	"net/http"
	"net/url"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/email"
	"github.com/caddy-workos/caddy-workos/emulator/invitation"
	"github.com/caddy-workos/caddy-workos/emulator/onetimecode"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// linkRoutes are the pages that links in emails lead to. At WorkOS they are forms; here they say how to go on.
func (h *Handler) linkRoutes() []api.Route {
	return []api.Route{
		{Method: "GET", Pattern: email.InvitationPath, Page: true, Rule: api.ByCredentials, Local: isInvitation, Serve: h.showInvitation, Unanswered: h.showInvitation},
		{Method: "GET", Pattern: email.PasswordResetPath, Page: true, Rule: api.ByCredentials, Local: isPasswordReset, Serve: h.showPasswordReset, Unanswered: h.showPasswordReset},
	}
}

// The parameters of the links.
const (
	invitationToken = "invitation_token"
	resetToken      = "token"
)

func tokenOf(r *api.Request, name string) string {
	query, _ := parseParameters(r.RawQuery())
	return query.one(name)
}

// isInvitation reports whether a link is that of an invitation of this program, in any process.
func isInvitation(r *api.Request) (bool, error) {
	token := tokenOf(r, invitationToken)
	_, known := r.View.InvitationByToken(token)
	return known || credential.IsMarked(token), nil
}

func isPasswordReset(r *api.Request) (bool, error) {
	return credential.IsMarked(tokenOf(r, resetToken)), nil
}

// unusableLink is the problem of a link that leads nowhere (any more).
func unusableLink(status int, title, text string) *problem {
	return &problem{status: status, title: title, text: text}
}

// showInvitation shows an invitation, and how to accept it: by a login that names it (LOGIN.md §8).
func (h *Handler) showInvitation(r *api.Request) (api.Answer, error) {
	f := flow{Handler: h, isLink: true}
	token := tokenOf(r, invitationToken)
	i, ok := r.View.InvitationByToken(token)
	if !ok {
		return f.showProblem(r, unusableLink(http.StatusNotFound, "There is no such invitation", "The address was not copied as a whole, or the invitation is no longer there."))
	}
	if state := invitation.StateOf(i, r.Now); state != invitation.Pending {
		return f.showProblem(r, unusableLink(http.StatusGone, "This invitation cannot be used", "Its state is "+string(state)+"."))
	}
	c := content{
		Title: "You are invited", Email: i.Email, Text: "Signing in with this address accepts the invitation.",
		Mend: "Sign in through your application, which adds this to its authorization request:", Code: invitationToken + "=" + i.Token,
	}
	if i.OrganizationID != "" {
		organization, _ := store.Organizations.Get(r.View, i.OrganizationID)
		c.Organizations = []signin.Organization{{ID: i.OrganizationID, Name: cmp.Or(organization.Name, i.OrganizationID)}}
	}
	if _, exists := r.View.UserByEmail(i.Email); !exists {
		c.Text = "No user has this address yet, and pages for signing up are not emulated: create the user by POST /user_management/users, or in the seed."
	} else if query := h.invitedQuery(r, i); query != "" {
		c.Link, c.LinkText = href("."+authorizePath+"?"+query), "Sign in and accept"
	}
	return f.show(r, http.StatusOK, invitationPage, c)
}

// invitedQuery returns an authorization request by which an invited user signs in, or nothing where no client ID and no redirect URI is
// configured that is meant for it.
func (h *Handler) invitedQuery(r *api.Request, i store.Invitation) string {
	if len(h.Clients.IDs) == 0 {
		return ""
	}
	to, ok := h.redirects(r.View, h.Clients.IDs[0]).Default()
	if !ok {
		return ""
	}
	query := url.Values{
		"client_id": {h.Clients.IDs[0]}, "redirect_uri": {to.String()}, "response_type": {"code"}, "provider": {authKit}, invitationToken: {i.Token},
	}
	if !(flow{Handler: h}).showsPage(r) {
		query.Set("login_hint", i.Email)
	}
	return query.Encode()
}

// showPasswordReset shows whose password a token may set, and how.
func (h *Handler) showPasswordReset(r *api.Request) (api.Answer, error) {
	f := flow{Handler: h, isLink: true}
	token := tokenOf(r, resetToken)
	user, ok := onetimecode.UserOfPasswordReset(r.View, token, r.Now)
	if !ok {
		return f.showProblem(r, unusableLink(http.StatusGone, "This link cannot be used", "The address was not copied as a whole, or the link was used, replaced by a newer one, or has expired."))
	}
	return f.show(r, http.StatusOK, messagePage, content{
		Title: "Set a new password", Text: "With this link a new password of " + shown(user.Email) + " can be set.",
		Mend: "WorkOS has a form for it, which is not emulated. Your application sets the password by POST /user_management/password_reset/confirm with this token:",
		Code: token,
	})
}
