package emulator

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// SignedIn is a session that has begun, with its tokens.
type SignedIn struct {
	SessionID, UserID string
	OrganizationID    string // empty for none
	AccessToken       string
	RefreshToken      string
}

// SignIn begins a session of the user with an address, as a login begins one in which nothing remains to be proven. An empty
// organizationID stands for the only organization of the user, or for none. Options.Issuer or Options.PublicURL is required.
func (e *Emulator) SignIn(email, clientID, organizationID string) (SignedIn, error) {
	base := cmp.Or(e.addresses.issuer, e.addresses.publicURL)
	if base == "" {
		return SignedIn{}, errors.New("emulator: SignIn requires Issuer or PublicURL")
	}
	var begun store.Session
	var refresh string
	var unsigned session.Unsigned
	now := e.now()
	err := e.store.Update(func(tx *store.Txn) error {
		user, ok := tx.UserByEmail(email)
		switch {
		case !ok:
			return errors.New("no user has that address")
		case !e.sessions.Clients.Known(tx, clientID):
			return errors.New("no client of the environment has that client ID")
		}
		step := signin.Next(tx, signin.Attempt{
			UserID: user.ID, ClientID: clientID, OrganizationID: organizationID, Method: signin.MethodOf(user), Chosen: true,
		})
		switch step.Kind {
		case signin.Complete:
		case signin.NotMember:
			return errors.New("the user is no active member of that organization")
		case signin.ChooseOrganization:
			return errors.New("the user is a member of several organizations: name one")
		default:
			return errors.New("the login is not complete")
		}
		var err error
		begun, refresh, err = e.sessions.Begin(tx, session.Login{
			User: user, ClientID: clientID, OrganizationID: step.OrganizationID, Method: signin.MethodOf(user),
		}, now)
		if err != nil {
			return err
		}
		unsigned, err = e.sessions.Prepare(tx, begun, base, now)
		return err
	})
	if err != nil {
		return SignedIn{}, fmt.Errorf("sign in: %w", err)
	}
	token, err := e.sessions.Sign(unsigned)
	if err != nil {
		return SignedIn{}, fmt.Errorf("sign in: %w", err)
	}
	return SignedIn{begun.ID, begun.UserID, begun.OrganizationID, token, refresh}, nil
}
