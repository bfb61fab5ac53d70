package caddymodule

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	observed "go.uber.org/zap/zaptest/observer"

	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/store"
)

const previousKeysPath = "workos/default/previous_keys.json"

// follower follows the key in a storage as an instance of its own.
func follower(t *testing.T, storage keyStorage) (current func() *oauth.SigningKey, logs *observed.ObservedLogs) {
	t.Helper()
	core, logs := observed.New(zap.WarnLevel)
	u := &instanceUse{instance: &instance{name: "default", store: store.New()}, logger: zap.New(core)}
	key, err := u.followStoredKey(t.Context(), storage, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if err := key.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	key.follow()
	if u.instance.heldKey() != key.current() {
		t.Error("the key is not held")
	}
	return key.current, logs
}

func (s *memoryStorage) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// TestReplicasFollowTheStorage replaces the key, and has both find it, and what it has replaced.
func TestReplicasFollowTheStorage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		storage := &memoryStorage{files: map[string][]byte{}}
		one, _ := follower(t, storage)
		two, _ := follower(t, storage)
		first := one()
		if two().KeyID() != first.KeyID() {
			t.Fatal("they do not share a key")
		}
		if _, err := first.Sign(map[string]any{"exp": time.Now().Add(90 * time.Minute).Unix()}); err != nil {
			t.Fatal(err)
		}
		next, pem := newKey(t)
		storage.set(func() { storage.files[defaultKeyPath] = pem })
		time.Sleep(followAtLeast)
		for _, current := range []func() *oauth.SigningKey{one, two} {
			if got := current().KeyID(); got != next.KeyID() {
				t.Errorf("the key is %s", got)
			}
		}
		synctest.Wait()
		var previous []previousKey
		if err := json.Unmarshal(storage.files[previousKeysPath], &previous); err != nil || len(previous) != 1 {
			t.Fatalf("%v: %s", err, storage.files[previousKeysPath])
		}
		public, err := oauth.ParsePublicKey(previous[0].JWK)
		if err != nil || public.KeyID() != first.KeyID() || previous[0].Until.Before(time.Now().Add(89*time.Minute)) {
			t.Errorf("%v: %s", err, storage.files[previousKeysPath])
		}
		if strings.Contains(string(storage.files[previousKeysPath]), `"d"`) {
			t.Error("the private part is in it")
		}

		time.Sleep(2 * time.Hour)
		_, pem = newKey(t)
		storage.set(func() { storage.files[defaultKeyPath] = pem })
		time.Sleep(time.Second)
		one()
		synctest.Wait()
		if got := string(storage.files[previousKeysPath]); strings.Contains(got, first.KeyID()) {
			t.Errorf("after its last token has expired, the list is %s", got)
		}
	})
}

// TestStorageThatFailsChangesNothing lets it fail in each way, and work again.
func TestStorageThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	_, pem := newKey(t)
	for name, breaks := range map[string]func(*memoryStorage){
		"load fails":   func(s *memoryStorage) { s.failing = "Load" },
		"hangs":        func(s *memoryStorage) { s.takes = time.Hour },
		"corrupt":      func(s *memoryStorage) { s.files[defaultKeyPath] = pem[:100] },
		"corrupt list": func(s *memoryStorage) { s.files[previousKeysPath] = []byte("x") },
		"bad list":     func(s *memoryStorage) { s.files[previousKeysPath] = []byte(`[{"jwk":{}}]`) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				storage := &memoryStorage{files: map[string][]byte{}}
				current, logs := follower(t, storage)
				before := current()
				storage.set(func() { breaks(storage) })
				for range 20 {
					begin := time.Now()
					if current().KeyID() != before.KeyID() {
						t.Error("the key has changed")
					}
					if took := time.Since(begin); took > followWait {
						t.Errorf("it took %s", took)
					}
					time.Sleep(time.Second)
				}
				synctest.Wait()
				if logs.Len() != 1 {
					t.Errorf("there are %d warnings", logs.Len())
				}
				next, pem := newKey(t)
				storage.set(func() {
					storage.failing, storage.takes = "", 0
					storage.files[defaultKeyPath] = pem
					delete(storage.files, previousKeysPath)
				})
				time.Sleep(2 * followAtMost)
				current()
				synctest.Wait()
				if got := current().KeyID(); got != next.KeyID() || !strings.Contains(string(storage.files[previousKeysPath]), before.KeyID()) {
					t.Errorf("the key is %s, and the list %s", got, storage.files[previousKeysPath])
				}
			})
		})
	}
}

// TestListOfReplacedKeysIsWrittenLater has the storage refuse it at first.
func TestListOfReplacedKeysIsWrittenLater(t *testing.T) {
	t.Parallel()
	for _, failing := range []string{"Lock", "Store"} {
		synctest.Test(t, func(t *testing.T) {
			storage := &memoryStorage{files: map[string][]byte{}}
			current, _ := follower(t, storage)
			before := current()
			next, pem := newKey(t)
			storage.set(func() { storage.files[defaultKeyPath], storage.failing = pem, failing })
			time.Sleep(time.Second)
			if got := current().KeyID(); got != next.KeyID() {
				t.Errorf("the key is %s", got)
			}
			synctest.Wait()
			storage.set(func() { storage.failing = "" })
			time.Sleep(followAtMost)
			current()
			synctest.Wait()
			if !strings.Contains(string(storage.files[previousKeysPath]), before.KeyID()) {
				t.Errorf("%s: the list is %s", failing, storage.files[previousKeysPath])
			}
		})
	}
}

// TestKeyThatIsTakenAwayIsKept removes the file, which the next reload stores again.
func TestKeyThatIsTakenAwayIsKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		storage := &memoryStorage{files: map[string][]byte{}}
		current, logs := follower(t, storage)
		before := current()
		storage.set(func() { clear(storage.files) })
		time.Sleep(time.Minute)
		if current().KeyID() != before.KeyID() || logs.Len() != 0 {
			t.Errorf("the key is %s, with %d warnings", current().KeyID(), logs.Len())
		}
	})
}

// TestStorageIsReadSeldom counts the reads of one that is fast, and of one that is slow.
func TestStorageIsReadSeldom(t *testing.T) {
	t.Parallel()
	for takes, most := range map[time.Duration]int{0: 110, 100 * time.Millisecond: 24, 0 + time.Second: 16} {
		synctest.Test(t, func(t *testing.T) {
			storage := &memoryStorage{files: map[string][]byte{}}
			current, _ := follower(t, storage)
			storage.set(func() { storage.takes, storage.loads = takes, 0 })
			for range 1000 {
				go current()
				time.Sleep(10 * time.Millisecond)
			}
			synctest.Wait()
			storage.mu.Lock()
			if storage.loads > most || storage.loads < 4 {
				t.Errorf("%s: it was loaded from %d times within 10 seconds", takes, storage.loads)
			}
			storage.mu.Unlock()
			time.Sleep(time.Minute) // for what is under way
		})
	}
}

// TestModified looks at the files that an option names, in each way.
func TestModified(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "key.pem")
	key, pem := newKey(t)
	_ = key
	if err := os.WriteFile(file, pem, 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 24, 12, 0, 0, 1, time.UTC)
	if err := os.Chtimes(file, at, at); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]time.Time{
		file: at, "{file." + file + "}": at, "": {}, "{env.NO_SUCH_VARIABLE}": {}, file + ".none": {}, "{file." + file + ".none}": {}, string(pem): {},
	} {
		if got := modified("signing_key", text); !got.Equal(want) {
			t.Errorf("%.40q: %s, want %s", text, got, want)
		}
	}
	m := Emulator{Seed: file, SigningKey: storedSigningKey}
	if m.noteModified(); !m.SeedModified.Equal(at) || !m.SigningKeyModified.IsZero() {
		t.Errorf("%s, %s", m.SeedModified, m.SigningKeyModified)
	}
}
