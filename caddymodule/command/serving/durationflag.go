package serving

import (
	"fmt"
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

// Check wants a flag with a name to be a positive number of whole seconds, if it is given.
func (f DurationFlag) Check(name string, isGiven func(flag string) bool) error {
	if d := time.Duration(f); d < 0 || d%time.Second != 0 || d == 0 && isGiven(name) {
		return fmt.Errorf("--%s: want a positive number of whole seconds, such as 5m, got %s", name, d)
	}
	return nil
}
