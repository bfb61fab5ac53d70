package field

import "unicode/utf8"

// The limits of metadata (WorkOS's OpenAPI description).
const (
	MaxMetadata      = 50  // keys
	MaxMetadataKey   = 40  // characters
	MaxMetadataValue = 600 // characters
)

// MetadataMember is the rule for one key of metadata and its value. An empty value is valid: it removes the key.
func MetadataMember(key, value string) *Error {
	if n := utf8.RuneCountInString(key); n == 0 || n > MaxMetadataKey {
		return &Error{"invalid", "must have keys of 1 to 40 characters"}
	}
	if utf8.RuneCountInString(value) > MaxMetadataValue {
		return &Error{"invalid", "must have values of at most 600 characters"}
	}
	return nil
}

// MetadataSize is the rule for the number of keys of metadata.
func MetadataSize(members map[string]string) *Error {
	if len(members) > MaxMetadata {
		return &Error{"invalid", "must have at most 50 keys"}
	}
	return nil
}

// Metadata is the rule for all members of metadata: [MetadataSize], and [MetadataMember] for each.
func Metadata(members map[string]string) *Error {
	if e := MetadataSize(members); e != nil {
		return e
	}
	for key, value := range members {
		if e := MetadataMember(key, value); e != nil {
			return e
		}
	}
	return nil
}
