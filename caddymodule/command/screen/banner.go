package screen

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"slices"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/emulator/printable"
)

// helpAddress is where the help is.
const helpAddress = "https://github.com/caddy-workos/caddy-workos/blob/main/docs/commands.md"

// row is a line of the screen: what it is about, and what there is to say. A row without a name goes on with the one above.
type row struct{ name, said string }

// Banner shows where everything is, when it listens: the base URL, what is emulated, who answers the rest, what a backend may
// hold, a request to try, and how WorkOS's libraries are pointed here. It is written at once.
func (s Style) Banner(w io.Writer, r *serving.Running) error {
	var b bytes.Buffer
	s.banner(&b, r, runtime.GOOS)
	_, err := w.Write(b.Bytes())
	return err
}

func (s Style) banner(w io.Writer, r *serving.Running, goos string) {
	fmt.Fprintf(w, "WorkOS is at %s (%s)\n\n", s.in(bold, r.BaseURL), printable.Line(r.Listening, maxWidth))
	rows := slices.Concat(seedRows(r), loginRows(r), behind(r))
	if r.Site.TestAPI {
		rows = append(rows, row{"test API", r.BaseURL + "/_emulate/, for everyone who reaches it"})
	}
	rows = append(rows, credentialRows(r)...)
	s.rows(w, rows, 10)
	fmt.Fprintf(w, "\n  %s\n", s.in(bold, "Try it:"))
	for _, line := range curl(r, goos) {
		fmt.Fprintf(w, "    %s\n", line)
	}
	if sdks := sdkLines(r); sdks != nil {
		fmt.Fprintf(w, "\n  %s\n", s.in(bold, "Point your code here:"))
		rows = rows[:0]
		for _, sdk := range sdks {
			rows = append(rows, row{"  " + sdk.name, sdk.how})
		}
		s.rows(w, rows, 17)
	}
	fmt.Fprintf(w, "\n  More: caddy workos --help, %s\n\n", helpAddress)
}

// rows writes rows with their names in a column.
func (s Style) rows(w io.Writer, rows []row, width int) {
	for _, r := range rows {
		name := fmt.Sprintf("%-*s", width, r.name)
		fmt.Fprintf(w, "  %s%s\n", s.in(dim, name), r.said)
	}
}

// maxWidth is how many characters a line has at most, where what it says can be cut.
const maxWidth = 80
