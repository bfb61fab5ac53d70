package serving

import (
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/duration"
)

// DurationFlag is a flag that is written as the durations of a seed and of a Caddyfile are.
type DurationFlag time.Duration

// Set reads the value.
func (f *DurationFlag) Set(text string) error {
	parsed, err := duration.Parse(text)
	*f = DurationFlag(parsed)
	return err
}

func (f *DurationFlag) String() string {
	if *f == 0 {
		return "" // as the help is not to show it
	}
	return time.Duration(*f).String()
}

// Type is what the help calls the value.
func (*DurationFlag) Type() string { return "duration" }
