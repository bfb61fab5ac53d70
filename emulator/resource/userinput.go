package resource

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/password"
	"github.com/caddy-workos/caddy-workos/store"
)

// userInput reads the members that create and update have in common: all but the address. The returned function applies them to a user. A
// missing member leaves it as it is, and null clears it.
func userInput(in *api.Input) (func(*store.User) error, error) {
	texts := map[string]string{}
	for _, name := range []string{"first_name", "last_name", "name"} {
		texts[name] = in.Text(name)
		in.Check(name, field.PersonName(texts[name]))
	}
	for _, ignored := range []string{"ip_address", "user_agent", "signals_id"} { // what they are for is not emulated
		in.Text(ignored)
	}
	externalID, metadata := externalID(in), metadata(in)
	verified := in.Flag("email_verified")
	hashed := passwordInput(in)
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := checkMetadata(metadata); err != nil {
		return nil, err
	}
	kept, err := hashed()
	if err != nil {
		return nil, err
	}
	return func(u *store.User) error {
		for name, into := range map[string]*string{"first_name": &u.FirstName, "last_name": &u.LastName, "name": &u.Name} {
			if in.Has(name) {
				*into = texts[name]
			}
		}
		if in.Has("external_id") {
			u.ExternalID = externalID
		}
		if in.Has("email_verified") && !in.IsNull("email_verified") {
			u.EmailVerified = verified
		}
		if kept != nil {
			u.Password = kept
		}
		u.Metadata = changedMetadata(in, u.Metadata, metadata)
		return checkMetadata(u.Metadata)
	}, nil
}

// changedMetadata returns metadata with the change of a request: null clears it, a missing member leaves it as it is, and an empty value
// removes its key.
func changedMetadata(in *api.Input, present, change map[string]string) map[string]string {
	switch {
	case in.IsNull("metadata"):
		return nil
	case !in.Has("metadata"):
		return present
	}
	changed := maps.Clone(orEmpty(present))
	maps.Copy(changed, change)
	maps.DeleteFunc(changed, func(_, value string) bool { return value == "" })
	return changed
}

// requiredEmail reads the address of a request that cannot do without one (LOGIN.md §5, "empty email").
func requiredEmail(in *api.Input) string {
	var email string
	before := in.Count()
	in.Decode("email", "a string", &email)
	if strings.TrimSpace(email) == "" && in.Count() == before {
		in.Fail("", "email_string_required", "Email should be a non-empty string.")
	}
	return email
}

// hashTypes are the values of `password_hash_type`. The emulator compares with bcrypt only.
var hashTypes = []string{"bcrypt", "firebase-scrypt", "ssha", "ssha256", "scrypt", "pbkdf2", "argon2"}

// passwordInput reads a password, or its hash. The returned function makes what is stored of it, or nil where neither is given. It is
// called when the rest of the request is right.
func passwordInput(in *api.Input) func() (store.Password, error) {
	given := func(member string) bool { return in.Has(member) && !in.IsNull(member) }
	text, hash, hashType, salt := in.Text("password"), in.Text("password_hash"), in.Text("password_hash_type"), in.Text("password_salt_position")
	if given("password_hash_type") && !slices.Contains(hashTypes, hashType) {
		in.Fail("password_hash_type", "invalid", "password_hash_type must be one of "+strings.Join(hashTypes, ", "))
	}
	if given("password_salt_position") && salt != "prefix" && salt != "suffix" {
		in.Fail("password_salt_position", "invalid", "password_salt_position must be prefix or suffix")
	}
	if !given("password") && given("password_hash") != given("password_hash_type") {
		in.Fail("password_hash", "required", "password_hash and password_hash_type must be given together")
	}
	return func() (store.Password, error) {
		switch {
		case given("password") && given("password_hash"):
			return nil, api.BadRequest("password_and_password_hash_provided", "password and password_hash must not be given both.")
		case given("password") && given("password_hash_type"):
			return nil, api.BadRequest("password_and_password_hash_type_provided", "password and password_hash_type must not be given both.")
		case given("password_salt_position") && !given("password_hash"):
			return nil, api.BadRequest("password_salt_position_requires_password_hash", "password_salt_position requires password_hash.")
		case given("password"):
			return newPassword(text, "password_strength_error")
		case !given("password_hash"):
			return nil, nil
		case hashType != "bcrypt":
			return nil, api.BadRequest("invalid_password_hash", "Only bcrypt hashes are emulated.")
		}
		kept, err := password.Imported(hash)
		if err != nil {
			return nil, api.BadRequest("invalid_password_hash", "password_hash "+err.Error()+".")
		}
		return kept, nil
	}
}

// newPassword hashes a password. The emulator refuses only an empty one, as a 400 with this code.
func newPassword(text, code string) (store.Password, error) {
	if text == "" {
		return nil, badRequestOf(code, "Password does not meet strength requirements.",
			api.FieldError{Code: "password_too_short", Message: "Password must not be empty."})
	}
	return password.New(text)
}

// badRequestOf is a 400 with reasons that belong to no field.
func badRequestOf(code, message string, errors ...api.FieldError) error {
	return &api.Problem{Status: http.StatusBadRequest, Code: code, Message: message, Errors: errors}
}
