// Package password keeps passwords as hashes, at a cost that suits tests: it is for a server of made-up users, and no guard of real
// passwords against those who hold the memory of the process.
package password

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"

	"github.com/caddy-workos/caddy-workos/store"
)

// The parameters of argon2id (RFC 9106 §3.1), the least that the algorithm allows: a hash takes well under a millisecond.
const (
	passes  = 1
	memory  = 64 // KiB
	threads = 1
	length  = 32 // bytes
)

// New returns a password, hashed with argon2id.
func New(text string) (store.Password, error) {
	h, err := hash(text)
	if err != nil {
		return nil, err
	}
	return h, nil
}

// argon2id is a hash with its salt.
type argon2id struct {
	salt [16]byte
	sum  []byte
}

func hash(text string) (*argon2id, error) {
	h := &argon2id{}
	if _, err := rand.Read(h.salt[:]); err != nil {
		return nil, fmt.Errorf("hash a password: %w", err)
	}
	h.sum = h.of(text)
	return h, nil
}

func (h *argon2id) of(text string) []byte {
	return argon2.IDKey([]byte(text), h.salt[:], passes, memory, threads, length)
}

// Matches reports whether a text is the password. It compares in constant time.
func (h *argon2id) Matches(text string) bool {
	return subtle.ConstantTimeCompare(h.of(text), h.sum) == 1
}

// Seeded returns a password of the seed, which is hashed when it is first compared: a seed may have a hundred thousand of them. Until
// then it holds the text, as the seed file does.
func Seeded(text string) store.Password { return &seeded{text: text} }

type seeded struct {
	mu   sync.Mutex
	text string
	hash *argon2id // nil until the first comparison
}

// String hides the text.
func (s *seeded) String() string { return "[password]" }

// Matches reports whether a text is the password.
func (s *seeded) Matches(text string) bool {
	h := s.hashed()
	return h != nil && h.Matches(text)
}

// hashed returns the hash. It is nil only where there is no randomness.
func (s *seeded) hashed() *argon2id {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hash == nil {
		h, err := hash(s.text)
		if err != nil {
			return nil
		}
		s.hash, s.text = h, ""
	}
	return s.hash
}

// ErrHash is the error of [Imported] for a text that is no hash that it can compare with.
var ErrHash = errors.New("is no bcrypt hash")

// maxCost is the highest bcrypt cost of an imported hash: each step doubles the time, which is about 60 ms at 10.
const maxCost = 14

// Imported returns a password by its bcrypt hash, such as `$2b$10$…`. The error is [ErrHash].
func Imported(hash string) (store.Password, error) {
	cost, err := bcrypt.Cost([]byte(hash))
	if err != nil || cost > maxCost || len(hash) != 60 {
		return nil, ErrHash
	}
	return bcrypted(hash), nil
}

type bcrypted string

// Matches reports whether a text is the password. bcrypt looks at the first 72 bytes only.
func (b bcrypted) Matches(text string) bool {
	const looksAt = 72
	if len(text) > looksAt {
		text = text[:looksAt]
	}
	return bcrypt.CompareHashAndPassword([]byte(b), []byte(text)) == nil
}
