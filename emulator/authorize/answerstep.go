package authorize

import (
	"errors"
	"net/http"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/onetimecode"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// answerStep takes the answer to a step of a login that is under way. Each answer counts, so that codes and passwords cannot be tried out.
func (f flow) answerStep(r *api.Request, form parameters, token string) (api.Answer, error) {
	i, err := f.countTry(r, token)
	if err != nil {
		return f.failForm(r, err)
	}
	view := f.Store.View()
	at, left := f.next(view, i)
	if form.one("step") != string(at) { // an older page of the same login
		return api.Redirect(http.StatusSeeOther, interactionAddress(token))
	}
	if at == stepPassword && !left.User.Password.Matches(form.one("password")) { // outside of the transaction, as it takes long
		return f.showStepOf(r, view, i, "This password is not right.")
	}
	var q *request
	if !f.isDevice {
		if q, err = f.read(view, i.Query); err != nil {
			return f.failForm(r, err)
		}
	}
	var done outcome
	var sent []string
	var alert string
	err = f.Store.Update(func(tx *store.Txn) error {
		if i, err = f.interaction(r, tx, token); err != nil {
			return err
		}
		if now, _ := f.next(tx, i); now != at {
			done.interaction = token
			return nil
		}
		if form.one("again") != "" {
			done.interaction = token
			sent, err = f.send(r, tx, i)
			return err
		}
		if alert, err = f.apply(r, tx, form, at, left, &i); err != nil || alert != "" {
			return err
		}
		if done, sent, err = f.goOn(r, tx, q, form, at, &i); err != nil {
			return err
		}
		if done.to == "" && i.EndedAt.IsZero() {
			done.interaction = token
		}
		return save(tx, i)
	})
	switch {
	case err != nil:
		return f.failForm(r, err)
	case alert != "":
		return f.showStepOf(r, f.Store.View(), i, alert)
	case f.isDevice && !i.EndedAt.IsZero():
		return f.showAnswered(r, form)
	}
	return f.answer(r, done, sent, i.Login.UserID, nil)
}

// countTry counts an answer. The login ends with the first one that is too many.
func (f flow) countTry(r *api.Request, token string) (i store.Interaction, err error) {
	tooMany := false
	err = f.Store.Update(func(tx *store.Txn) error {
		if i, err = f.interaction(r, tx, token); err != nil {
			return err
		}
		i.Tries++
		if tooMany = i.Tries > maxTries; tooMany {
			i.EndedAt = r.Now
		}
		return save(tx, i)
	})
	if err == nil && tooMany {
		err = errTooMany
	}
	return i, err
}

func save(tx *store.Txn, i store.Interaction) error {
	_, err := store.Interactions.Update(tx, i.ID, func(stored *store.Interaction) error {
		i.Meta = stored.Meta
		*stored = i
		return nil
	})
	return err
}

// apply takes what a person has given as proof of who they are. alert is what was wrong with it.
func (f flow) apply(r *api.Request, tx *store.Txn, form parameters, at step, left signin.Step, i *store.Interaction) (alert string, err error) {
	code := strings.Join(strings.Fields(form.one("code")), "")
	switch at {
	case stepPassword:
		i.Proven = true
		i.Login.Method = session.Password
	case stepCode:
		if _, err = onetimecode.UseMagicAuth(tx, left.User.Email, code, r.Now); err == nil {
			i.Proven = true
			i.Login.Method = session.MagicAuth
		}
	case stepVerification:
		_, err = onetimecode.UseEmailVerification(tx, left.User.ID, code, r.Now)
	case stepFactor:
		err = useFactor(tx, left.Factors, code, r)
		i.Login.SecondFactor = err == nil
	case stepOrganization:
		chosen := form.one("organization")
		if chosen == "" {
			return "Choose one of the organizations.", nil
		}
		if !signin.IsMember(tx, i.Login.UserID, chosen) {
			return "You are no active member of this organization. Choose another one.", nil
		}
		i.Login.OrganizationID = chosen
	}
	switch {
	case errors.Is(err, onetimecode.ErrIncorrect):
		return "This code is not right.", nil
	case errors.Is(err, onetimecode.ErrExpired):
		return "This code has expired. Ask for a new one.", nil
	case errors.Is(err, onetimecode.ErrUsed):
		return "This code has been used before. Ask for a new one, or wait for the next one.", nil
	case errors.Is(err, onetimecode.ErrTooMany):
		return "There were too many wrong codes. Ask for a new one.", nil
	}
	return "", err
}

// useFactor uses the code of one of a user's second factors.
func useFactor(tx *store.Txn, factors []store.Factor, code string, r *api.Request) error {
	for _, factor := range factors {
		if err := onetimecode.UseFactor(tx, factor, code, r.Now); !errors.Is(err, onetimecode.ErrIncorrect) {
			return err
		}
	}
	return onetimecode.ErrIncorrect
}

// goOn completes a login after a step, or sends the code that the next one asks for.
func (f flow) goOn(r *api.Request, tx *store.Txn, q *request, form parameters, at step, i *store.Interaction) (done outcome, sent []string, err error) {
	switch {
	case f.isDevice && at == stepApproval:
		i.EndedAt = r.Now
		return outcome{}, nil, f.answerDevice(r, tx, form, *i)
	case !f.isDevice && i.Proven:
		done, err = f.proceed(r, tx, q, &i.Login)
	}
	if err != nil {
		return outcome{}, nil, err
	}
	if done.to != "" {
		i.EndedAt = r.Now
		return done, nil, nil
	}
	sent, err = f.send(r, tx, *i)
	return done, sent, err
}
