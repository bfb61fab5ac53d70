package signingkey

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	observed "go.uber.org/zap/zaptest/observer"

	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

const previousKeysPath = "workos/default/previous_keys.json"

// follower follows the key in a storage as an instance of its own.
func follower(t *testing.T, in Storage) (current func() *oauth.SigningKey, logs *observed.ObservedLogs) {
	t.Helper()
	core, logs := observed.New(zap.WarnLevel)
	k := newKeys()
	key, err := k.openStored(t.Context(), in, time.Hour, zap.New(core))
	if err != nil {
		t.Fatal(err)
	}
	if err := key.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	key.Follow()
	if k.lastStored() != key.Current() {
		t.Error("the key is not held")
	}
	return key.Current, logs
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

// TestReplacedKeyIsKeptForTheLongestTTL replaces a key, with which other processes may have signed tokens that live longer.
func TestReplacedKeyIsKeptForTheLongestTTL(t *testing.T) {
	t.Parallel()
	before, _ := newKey(t)
	after, _ := newKey(t)
	now := time.Now()
	k := newKeys()
	k.LongestTTL = func(time.Duration) time.Duration { return 24 * time.Hour }
	f := &Followed{keys: k, ttl: time.Hour, now: func() time.Time { return now }, logger: zap.NewNop()}
	f.note(before, after)
	if until := f.replaced[0].Until; !until.Equal(now.Add(24 * time.Hour)) {
		t.Errorf("it is kept for %s", until.Sub(now))
	}
}
