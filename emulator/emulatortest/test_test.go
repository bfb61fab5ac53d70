package emulatortest

import (
	"fmt"
	"slices"
	"testing"

	"go.uber.org/zap"
)

// told is a test that keeps what it is told.
type told struct{ said []string }

func (t *told) Helper()                           {}
func (t *told) Cleanup(func())                    {}
func (t *told) Logf(format string, args ...any)   { t.keep("log: ", format, args) }
func (t *told) Errorf(format string, args ...any) { t.keep("error: ", format, args) }
func (t *told) Fatalf(format string, args ...any) { t.keep("fatal: ", format, args) }

func (t *told) keep(kind, format string, args []any) {
	t.said = append(t.said, kind+fmt.Sprintf(format, args...))
}

// TestATestIsToldNothingAfterItsEnd is about what goes on in the background: to tell it would be a panic.
func TestATestIsToldNothingAfterItsEnd(t *testing.T) {
	t.Parallel()
	heard := &told{}
	under := &test{t: heard}
	logger := under.logger(zap.ErrorLevel)
	for range 2 {
		logger.Info("nothing of interest")
		logger.Warn("this may matter", zap.Int("status", 502))
		logger.Error("this is wrong")
	}
	under.forget()
	logger.Error("this is wrong")
	want := []string{
		`log: emulatortest: this may matter {"status": 502}`, "error: emulatortest: this is wrong",
		`log: emulatortest: this may matter {"status": 502}`, "error: emulatortest: this is wrong",
	}
	if !slices.Equal(heard.said, want) {
		t.Errorf("the test is told %q", heard.said)
	}
	under.end()
	under.forget()
	logger.Warn("this may matter")
	logger.Error("this is wrong")
	under.failOnce("there is no fixture")
	if len(heard.said) != len(want) {
		t.Errorf("after its end, the test is told %q", heard.said[len(want):])
	}
}
