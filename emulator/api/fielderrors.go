package api

import "slices"

// FieldError is one reason of a 422.
type FieldError struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// FieldErrors collects what is wrong with the fields of a request, for one answer.
type FieldErrors struct{ list []FieldError }

// Fail reports a field. The message must not hold its value.
func (e *FieldErrors) Fail(field, code, message string) {
	e.list = append(e.list, FieldError{Field: field, Code: code, Message: message})
}

// Count is how many errors there are.
func (e *FieldErrors) Count() int { return len(e.list) }

// Failed tells whether anything is wrong with a field.
func (e *FieldErrors) Failed(field string) bool {
	return slices.ContainsFunc(e.list, func(known FieldError) bool { return known.Field == field })
}

// Err returns the 422 for all that is wrong, or nil.
func (e *FieldErrors) Err() error {
	if len(e.list) == 0 {
		return nil
	}
	return Invalid(e.list...)
}
