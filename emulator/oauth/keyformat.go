package oauth

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// KeyFormat is the encoding of a key or a certificate.
type KeyFormat string

// The formats. [ParseKey] reads PEM and PEMInBase64. NoKey is the format of data that is no key.
const (
	NoKey       KeyFormat = ""
	PEM         KeyFormat = "PEM"
	DER         KeyFormat = "DER"
	PEMInBase64 KeyFormat = "base64 of PEM"
	DERInBase64 KeyFormat = "base64 of DER"
)

// FormatOfKey returns the encoding of a key, or NoKey for data that is no key, such as the path of a file. It looks only at the
// beginning of the data, so it recognises a part of a key too.
func FormatOfKey(data []byte) KeyFormat {
	format, _ := decodeKey(data)
	return format
}

// decodeKey returns the format of the data, and the data without base64. Either alphabet of RFC 4648 is accepted, with or without
// padding and line breaks.
func decodeKey(data []byte) (KeyFormat, []byte) {
	switch {
	case isPEM(data):
		return PEM, data
	case isDER(data):
		return DER, data
	}
	text := strings.NewReplacer("-", "+", "_", "/", " ", "", "\t", "", "\r", "", "\n", "").Replace(string(data))
	text = strings.TrimRight(text, "=")
	if len(text)%4 == 1 { // cut off within a byte
		text = text[:len(text)-1]
	}
	decoded, err := base64.RawStdEncoding.DecodeString(text)
	switch {
	case err != nil:
	case isPEM(decoded):
		return PEMInBase64, decoded
	case isDER(decoded):
		return DERInBase64, decoded
	}
	return NoKey, nil
}

func isPEM(data []byte) bool { return bytes.Contains(data, []byte("-----BEGIN ")) }

// isDER reports whether data begins like the SEQUENCE of a key or certificate: with a length in the long form, or with the length of
// the remaining data.
func isDER(data []byte) bool {
	const sequence, least = 0x30, 16
	return len(data) >= least && data[0] == sequence && (data[1] >= 0x81 && data[1] <= 0x84 || int(data[1]) == len(data)-2)
}

// ParseKey reads a private RSA key from PEM, in PKCS#1 or PKCS#8, or from base64 of that. The error names what was found instead, and
// contains nothing of the key.
func ParseKey(data []byte) (*SigningKey, error) {
	format, decoded := decodeKey(data)
	const want = "want one with a block PRIVATE KEY (PKCS#8) or RSA PRIVATE KEY (PKCS#1)"
	switch format {
	case PEM, PEMInBase64:
	case DER, DERInBase64:
		return nil, fmt.Errorf("not a PEM file but %s: %s, as 'openssl pkey -inform DER' makes of it", format, want)
	default:
		return nil, errors.New("not a PEM file: " + want)
	}
	block, _ := pem.Decode(decoded)
	if block == nil {
		return nil, errors.New("not a PEM file, for its block is damaged: " + want)
	}
	if block.Headers["DEK-Info"] != "" {
		return nil, fmt.Errorf("the PEM block %s is encrypted: want one that is not", named(block))
	}
	switch block.Type {
	case "RSA PRIVATE KEY":
		private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
		if err != nil {
			return nil, errors.New("the PEM block RSA PRIVATE KEY does not hold a valid PKCS#1 key")
		}
		return NewSigningKey(private)
	case "PRIVATE KEY":
		private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, errors.New("the PEM block PRIVATE KEY does not hold a valid PKCS#8 key")
		}
		key, ok := private.(*rsa.PrivateKey)
		if !ok {
			return nil, fmt.Errorf("the PEM block holds a key of type %T: want an RSA key", private)
		}
		return NewSigningKey(key)
	default:
		return nil, fmt.Errorf("the PEM block is %s: want PRIVATE KEY (PKCS#8) or RSA PRIVATE KEY (PKCS#1), unencrypted", named(block))
	}
}

// blockTypes are the types of PEM blocks that errors name. Another one may hold anything.
var blockTypes = []string{
	"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY",
	"PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE", "CERTIFICATE REQUEST", "EC PARAMETERS",
}

// named returns the type of a block for an error, if it may be shown.
func named(block *pem.Block) string {
	if slices.Contains(blockTypes, block.Type) {
		return block.Type
	}
	return "of another type"
}
