package signingkey

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

// memoryStorage is a storage that can fail, and whose lock others may have had.
type memoryStorage struct {
	mu       sync.Mutex
	files    map[string][]byte
	failing  string        // the method that fails
	takes    time.Duration // to load
	loads    int
	onLock   func() // what the one before did while it held the lock
	unlocked int
}

var errDown = errors.New("the storage is down")

func (s *memoryStorage) fail(method string) error {
	if s.failing == method {
		return errDown
	}
	return nil
}

func (s *memoryStorage) Lock(context.Context, string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.onLock != nil {
		s.onLock()
	}
	return s.fail("Lock")
}

func (s *memoryStorage) Unlock(ctx context.Context, _ string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unlocked++
	return errors.Join(ctx.Err(), s.fail("Unlock"))
}

func (s *memoryStorage) Load(ctx context.Context, key string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loads++
	if s.takes > 0 {
		s.mu.Unlock()
		select {
		case <-time.After(s.takes):
		case <-ctx.Done():
		}
		s.mu.Lock()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	if err := s.fail("Load"); err != nil {
		return nil, err
	}
	if content, ok := s.files[key]; ok {
		return content, nil
	}
	return nil, fs.ErrNotExist
}

func (s *memoryStorage) Store(_ context.Context, key string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.fail("Store"); err != nil {
		return err
	}
	s.files[key] = value
	return nil
}

const defaultKeyPath = "workos/default/signing_key.pem"

// newKeys are those of the instance "default", whose tokens live for as long as is asked for.
func newKeys() *Keys {
	return &Keys{
		Instance:   option.Option{Name: "instance", Text: "default", Value: "default"},
		LongestTTL: func(ttl time.Duration) time.Duration { return ttl },
	}
}

func newKey(t *testing.T) (key *oauth.SigningKey, pem []byte) {
	t.Helper()
	key, err := oauth.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	if pem, err = key.PEM(); err != nil {
		t.Fatal(err)
	}
	return key, pem
}

func TestStoredKey(t *testing.T) {
	t.Parallel()
	held, heldPEM := newKey(t)
	theirs, theirsPEM := newKey(t)
	for name, test := range map[string]struct {
		stored  []byte
		failing string
		byOther []byte // what another process stores before this one gets the lock
		held    *oauth.SigningKey
		want    *oauth.SigningKey
		wantErr string
	}{
		"stored before":                 {stored: theirsPEM, want: theirs},
		"another process is faster":     {byOther: theirsPEM, want: theirs},
		"another key than before":       {stored: theirsPEM, held: held, want: theirs},
		"lost, held":                    {held: held, want: held},
		"lost, held, another is faster": {held: held, byOther: theirsPEM, want: theirs},
		"load fails":                    {failing: "Load", wantErr: "storage: load " + defaultKeyPath + ": the storage is down"},
		"lock fails":                    {failing: "Lock", wantErr: "storage: lock " + defaultKeyPath + ": the storage is down"},
		"store fails":                   {failing: "Store", wantErr: "storage: store " + defaultKeyPath + ": the storage is down"},
		"load fails, held":              {failing: "Load", held: held, want: held},
		"lock fails, held":              {failing: "Lock", held: held, want: held},
		"store fails, held":             {failing: "Store", held: held, want: held},
		"unlock fails":                  {failing: "Unlock", byOther: theirsPEM, want: theirs},
		"corrupt":                       {stored: heldPEM[:len(heldPEM)/2], wantErr: "storage: " + defaultKeyPath + ": not a signing key"},
		"empty":                         {stored: []byte{}, wantErr: "storage: " + defaultKeyPath + ": not a signing key"},
		"corrupt, held":                 {stored: []byte("x"), held: held, wantErr: "storage: " + defaultKeyPath + ": not a signing key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storage := &memoryStorage{files: map[string][]byte{}, failing: test.failing}
			if test.stored != nil {
				storage.files[defaultKeyPath] = test.stored
			}
			if test.byOther != nil {
				storage.onLock = func() { storage.files[defaultKeyPath] = test.byOther }
			}
			k := newKeys()
			k.stored = test.held
			got, err := k.share(t.Context(), storage, zap.NewNop())
			if test.wantErr != "" {
				if err == nil || !strings.HasPrefix(err.Error(), test.wantErr) {
					t.Errorf("the error is %v, want %s", err, test.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got.KeyID() != test.want.KeyID() {
				t.Errorf("the key is %s, want %s", got.KeyID(), test.want.KeyID())
			}
			if k.lastStored() != test.held {
				t.Error("the key is held before the configuration has started")
			}
			if test.failing == "" && storage.files[defaultKeyPath] == nil {
				t.Error("the key is not stored")
			}
		})
	}
}

// TestStoredKeyIsMadeOnce proves that the second process finds the first one's key, and the lock released.
func TestStoredKeyIsMadeOnce(t *testing.T) {
	t.Parallel()
	storage := &memoryStorage{files: map[string][]byte{}}
	var kids []string
	for range 2 {
		key, err := newKeys().share(t.Context(), storage, zap.NewNop())
		if err != nil {
			t.Fatal(err)
		}
		kids = append(kids, key.KeyID())
	}
	if kids[0] != kids[1] || storage.unlocked != 1 {
		t.Errorf("the keys are %v, and the lock was released %d times", kids, storage.unlocked)
	}
}

// TestPathIsOneComponent keeps an instance's name from leading elsewhere in the storage.
func TestPathIsOneComponent(t *testing.T) {
	t.Parallel()
	for instance, want := range map[string]string{
		"default":    "default",
		"..":         "%2E%2E",
		"../caddy":   "%2E%2E%2Fcaddy",
		"team a/dev": "team+a%2Fdev",
		`c:\x`:       "c%3A%5Cx",
	} {
		if got := pathOf(instance); got != "workos/"+want+"/signing_key.pem" {
			t.Errorf("the key of %q is at %s", instance, got)
		}
	}
}

// TestFileCalledStorage proves that a file of that name can still be the key.
func TestFileCalledStorage(t *testing.T) {
	t.Chdir(t.TempDir())
	want, pem := newKey(t)
	if err := os.WriteFile("storage", pem, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := newKeys().Open(caddy.Context{}, option.Option{Value: "./storage", Text: "./storage"}, 0, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	if got.Current().KeyID() != want.KeyID() {
		t.Error("the file is not the key")
	}
}
