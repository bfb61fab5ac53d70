package duration

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"0": 0, "3600": time.Hour, "1.5": 1500 * time.Millisecond, ".5": 500 * time.Millisecond, "5.": 5 * time.Second,
		"1h": time.Hour, "1h30m": 90 * time.Minute, "250ms": 250 * time.Millisecond, "1.5h": 90 * time.Minute, "1us": time.Microsecond,
		"1µs": time.Microsecond, "0s": 0, "+1m": time.Minute, "-1h": -time.Hour, "-30": -30 * time.Second,
		"1d": 24 * time.Hour, "1.5d": 36 * time.Hour, "1d12h": 36 * time.Hour, "1h1d": 25 * time.Hour, "-2d": -48 * time.Hour,
		"106751d": 106751 * 24 * time.Hour, "3600s": time.Hour,
	} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", "d", "h", "soon", "1 h", " 1h", "1h ", "1dd", "1w", "1y", "--1", "+-1", "1e3", "0x10", "1_000", "inf", "NaN", ".", ".d", "1.2.3",
		"1..5h", "106752d", "9223372037", "99999999999999", "2540400h1000d", "1h-1m", "1D", "1h30", "\u0661s",
	} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q is %v", text, got)
		} else if strings.Contains(err.Error(), text) && len(text) > 5 {
			t.Errorf("%q is quoted: %v", text, err)
		}
	}
}

// FuzzParse compares with the standard library where that accepts the text.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"1h30m", "1d12h", "3600", "-1.5h", "1µs", "9223372036854775807ns"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Parse(text)
		if want, standard := time.ParseDuration(text); standard == nil && want != math.MinInt64 && (err != nil || got != want) {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	})
}
