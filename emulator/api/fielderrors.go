package api

import "slices"

// FieldError is one reason of a 422.
type FieldError struct {
	Field   string `json:"field,omitempty"` // empty for what belongs to no field
	Code    string `json:"code"`
	Message string `json:"message"`
}

// FieldErrors collects what is wrong with the fields of a request, for one 422. Its zero value is empty.
type FieldErrors struct{ list []FieldError }

// Fail adds an error of a field. The message must not contain the value, which may be a secret.
func (e *FieldErrors) Fail(field, code, message string) {
	e.list = append(e.list, FieldError{Field: field, Code: code, Message: message})
}

// Count returns the number of errors.
func (e *FieldErrors) Count() int { return len(e.list) }

// Failed reports whether a field has an error.
func (e *FieldErrors) Failed(field string) bool {
	return slices.ContainsFunc(e.list, func(known FieldError) bool { return known.Field == field })
}

// Err returns a 422 with all errors, or nil where there are none.
func (e *FieldErrors) Err() error {
	if len(e.list) == 0 {
		return nil
	}
	return Invalid(e.list...)
}
