// Package screen is what `caddy workos` shows: where everything is, and a line for each request; or one line of JSON, for
// programs. What is shown of a request or a seed holds no secret but those that this repository publishes.
package screen

import (
	"io"
	"os"
	"runtime"
)

// Style colours texts, or leaves them as they are.
type Style struct{ colours bool }

// StyleOf returns the style of an output: with colours where it is a terminal that has them, and the environment does not ask for
// none (https://no-color.org).
func StyleOf(w io.Writer, getenv func(string) string) Style {
	file, ok := w.(*os.File)
	if !ok || getenv("NO_COLOR") != "" || getenv("TERM") == "dumb" {
		return Style{}
	}
	if runtime.GOOS == "windows" && getenv("WT_SESSION") == "" && getenv("TERM") == "" {
		return Style{} // the old console shows escape sequences as they are
	}
	info, err := file.Stat()
	return Style{colours: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

// The codes of ECMA-48 (8.3.117, SGR).
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	reset  = "\x1b[0m"
)

func (s Style) in(code, text string) string {
	if !s.colours || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + reset
}
