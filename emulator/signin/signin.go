// Package signin has what is left to do between the moment in which a user is known and that in which they have a session (LOGIN.md §2.3,
// §2.4): the steps of a login, the tokens of logins that are not complete, and authorization codes. The login page and the API use the
// same rules.
package signin

import (
	"cmp"
	"io"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/store"
)

// Attempt is a login that is not complete.
type Attempt = store.Attempt

// Service makes the tokens of logins. All fields are required.
type Service struct {
	// Random is the source of tokens.
	Random io.Reader
}

// Kind says what a login needs next.
type Kind int

// The kinds of steps, in their order.
const (
	// Complete is a login that needs nothing more.
	Complete Kind = iota
	// NoUser is a login of a user who is no longer there.
	NoUser
	// VerifyEmail is a login whose user has to prove that the address is theirs.
	VerifyEmail
	// ChallengeFactor is a login whose user has a second factor.
	ChallengeFactor
	// NotMember is a login to an organization of which the user is no active member.
	NotMember
	// ChooseOrganization is a login whose user has to choose one of several organizations.
	ChooseOrganization
)

// Step is what a login needs next.
type Step struct {
	Kind Kind
	// User is who signs in.
	User store.User
	// Factors are the second factors to choose from, for ChallengeFactor.
	Factors []store.Factor
	// Organizations are the organizations to choose from, for ChooseOrganization: the oldest membership first.
	Organizations []Organization
	// OrganizationID is the organization of the session, for Complete. It may be empty.
	OrganizationID string
}

// Organization is one that a user may choose. An organization that lives upstream has its id as its name.
type Organization struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Next returns what a login needs next: first the address, then the second factor, then the organization.
func Next(tx *store.Txn, a Attempt) Step {
	user, ok := store.Users.Get(tx, a.UserID)
	s := Step{Kind: NoUser, User: user}
	if !ok {
		return s
	}
	if !a.Chosen && a.Method != session.SSO {
		if !user.EmailVerified {
			s.Kind = VerifyEmail
			return s
		}
		if s.Factors = tx.FactorsOfUser(user.ID); len(s.Factors) > 0 && !a.SecondFactor {
			s.Kind = ChallengeFactor
			return s
		}
	}
	s.chooseOrganization(tx, a)
	return s
}

// chooseOrganization applies LOGIN.md §2.3: the organization that was asked for, else the only one, if any.
func (s *Step) chooseOrganization(tx *store.Txn, a Attempt) {
	if a.OrganizationID != "" {
		s.Kind = NotMember
		if IsMember(tx, a.UserID, a.OrganizationID) || isInvited(tx, a) {
			s.Kind, s.OrganizationID = Complete, a.OrganizationID
		}
		return
	}
	for _, m := range tx.MembershipsOfUser(a.UserID) {
		if m.Status != store.ActiveMembership {
			continue
		}
		organization, _ := store.Organizations.Get(tx, m.OrganizationID)
		s.Organizations = append(s.Organizations, Organization{m.OrganizationID, cmp.Or(organization.Name, m.OrganizationID)})
	}
	switch len(s.Organizations) {
	case 0:
		s.Kind = Complete
	case 1:
		s.Kind, s.OrganizationID = Complete, s.Organizations[0].ID
	default:
		s.Kind = ChooseOrganization
	}
}

// IsMember reports whether a user has an active membership in an organization.
func IsMember(tx *store.Txn, userID, organizationID string) bool {
	m, ok := tx.MembershipOf(userID, organizationID)
	return ok && m.Status == store.ActiveMembership
}

// MethodOf returns the `authentication_method` of a user who was only chosen, so that none was used: that of their account.
func MethodOf(u store.User) string {
	switch {
	case u.Impersonator != nil:
		return session.Impersonation
	case u.Password != nil:
		return session.Password
	case len(u.Identities) > 0:
		return u.Identities[0].Provider
	}
	return session.MagicAuth
}

// lifetime is how long a pending token and a code are valid (LOGIN.md §1, §2.4).
const lifetime = 10 * time.Minute

// Hold stores a login that is not complete, and returns its new pending token, which is for one step. A token that it had before stays
// valid, until [Drop].
func (s *Service) Hold(tx *store.Txn, a Attempt, step Kind, now time.Time) (token string, err error) {
	if token, err = credential.NewToken(s.Random); err != nil {
		return "", err
	}
	a.Meta = store.Meta{ID: store.TokenID(token), CreatedAt: now, UpdatedAt: now}
	a.Step, a.ExpiresAt = int(step), now.Add(lifetime)
	return token, tx.InsertAttempt(a)
}

// Held returns the login with a pending token of a client, which is for a step. What the login needs may have changed since: [Next] says
// so after the step.
func Held(tx *store.Txn, token, clientID string, step Kind, now time.Time) (Attempt, bool) {
	a, ok := store.Attempts.Get(tx, store.TokenID(token))
	return a, ok && a.ClientID == clientID && a.Step == int(step) && now.Before(a.ExpiresAt)
}

// Drop makes the pending token of a login invalid: each is for one step.
func Drop(tx *store.Txn, a Attempt) error { return store.Attempts.Delete(tx, a.ID) }

// IssueCode stores a login that is complete, and returns its authorization code. a.OrganizationID is the organization of the session: see
// Step.OrganizationID.
func (s *Service) IssueCode(tx *store.Txn, a Attempt, now time.Time) (code string, err error) {
	if code, err = credential.NewToken(s.Random); err != nil {
		return "", err
	}
	return code, tx.InsertCode(store.Code{
		Meta:   store.Meta{ID: store.TokenID(code), CreatedAt: now, UpdatedAt: now},
		UserID: a.UserID, ClientID: a.ClientID, OrganizationID: a.OrganizationID, Method: a.Method, Challenge: a.Challenge,
		ConnectionID: a.ConnectionID, ProfileID: a.ProfileID, InvitationID: a.InvitationID, IPAddress: a.IPAddress, UserAgent: a.UserAgent,
		ExpiresAt: now.Add(lifetime),
	})
}

// CodeOf returns the authorization code of a client that is valid. Deleting its row spends it: [SpendCode].
func CodeOf(tx *store.Txn, code, clientID string, now time.Time) (store.Code, bool) {
	found, ok := store.Codes.Get(tx, store.TokenID(code))
	return found, ok && found.ClientID == clientID && now.Before(found.ExpiresAt)
}

// SpendCode makes a code invalid. The error is [store.ErrNotFound] where another request has spent it.
func SpendCode(tx *store.Txn, c store.Code) error { return store.Codes.Delete(tx, c.ID) }
