package emulatortest

import (
	"strings"
	"sync"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// test is the test that a server is for. It is told nothing after its end, when that would be a panic.
type test struct {
	mu    sync.Mutex
	t     TB
	ended bool
	told  map[string]bool // failures
	lines int             // that were logged
}

// maxTold is how much a test is told by one server, of failures and of warnings: it keeps all of it in memory, and the first
// ones tell.
const maxTold = 1000

func (t *test) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
}

func (t *test) logf(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended || t.lines > maxTold {
		return
	}
	if t.lines++; t.lines > maxTold {
		t.t.Logf("emulatortest: there are more than %d warnings; the others are left out", maxTold)
		return
	}
	t.t.Logf("emulatortest: "+format, args...)
}

// failOnce fails the test by a message that it has not been told yet.
func (t *test) failOnce(message string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended || t.told[message] || len(t.told) >= maxTold {
		return
	}
	if t.told == nil {
		t.told = map[string]bool{}
	}
	t.told[message] = true
	t.t.Errorf("emulatortest: %s", message)
}

// forget makes the test hear again what it has been told.
func (t *test) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.told, t.lines = nil, 0
}

// neverFails is a level that no entry has.
const neverFails = zapcore.FatalLevel + 1

// logger returns a logger whose warnings and errors are the test's. What is of the level fails it.
func (t *test) logger(level zapcore.Level) *zap.Logger {
	encoder := zapcore.NewConsoleEncoder(zapcore.EncoderConfig{MessageKey: "message", ConsoleSeparator: " "})
	return zap.New(zapcore.NewTee(
		zapcore.NewCore(encoder, line(func(text string) { t.logf("%s", text) }), zap.LevelEnablerFunc(func(l zapcore.Level) bool {
			return l >= zapcore.WarnLevel && l < level
		})),
		zapcore.NewCore(encoder, line(t.failOnce), zap.LevelEnablerFunc(func(l zapcore.Level) bool { return l >= level })),
	))
}

// line makes a function of a text a place to log to.
type line func(string)

func (l line) Write(p []byte) (int, error) {
	l(strings.TrimSuffix(string(p), "\n"))
	return len(p), nil
}

func (line) Sync() error { return nil }
