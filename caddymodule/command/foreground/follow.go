package foreground

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/caddymodule/command/text"
	"github.com/caddy-workos/caddy-workos/caddymodule/command/watching"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/document"
)

// lookEvery is how often --watch looks at the files. An edit is known after two looks that find the same.
const lookEvery = 400 * time.Millisecond

// follow reloads when what is served is edited, and says so, until the context ends.
func (v *served) follow(ctx context.Context, running *serving.Running) error {
	all, err := running.Followed()
	if err != nil {
		return err
	}
	var files []watching.File
	fixtures := map[string]bool{}
	for _, followed := range all {
		files = append(files, watching.File{Name: followed.Name, Path: followed.Path})
		fixtures[followed.Path] = followed.IsFixtures
	}
	tell := func(notice string) {
		select {
		case v.notices <- notice:
		case <-ctx.Done():
		}
	}
	go watching.New(files).Run(ctx, lookEvery, func(changes []watching.Change) {
		var edited []string
		for _, change := range changes {
			switch {
			case change.Gone:
				tell(change.File.Name + " is gone: what it said before is served until it is back")
			case fixtures[change.File.Path]:
				tell(fixturesEdited(change))
			default:
				edited = append(edited, change.File.Name)
			}
		}
		if len(edited) > 0 {
			tell(reload(running, edited))
		}
	})
	return nil
}

// reload reads again what was edited, and says what has come of it.
func reload(running *serving.Running, edited []string) string {
	names := text.List(edited, len(edited))
	loaded, err := running.Reload()
	if err != nil {
		return names + " was edited, and is not served: what was there before goes on.\n" + err.Error()
	}
	return names + " is read again: " + loaded.Summary()
}

// maxInvalid is how many problems of edited fixtures are told.
const maxInvalid = 5

// fixturesEdited says which fixtures have changed, and what is wrong with them. They are read for each request: nothing is to be
// reloaded.
func fixturesEdited(change watching.Change) string {
	said := text.Count(len(change.Below), "file") + " of " + change.File.Name + " changed"
	library, err := fixture.OpenNamed(change.File.Path, change.File.Name)
	if err != nil {
		return said
	}
	problems := 0
	for _, name := range change.Below {
		if _, err := library.Read(name); !errors.As(err, new(*document.InvalidError)) {
			continue
		} else if problems++; problems <= maxInvalid {
			said += "\n  " + option.OneLine(err.Error())
		}
	}
	if problems > maxInvalid {
		said += fmt.Sprintf("\n  and %d more", problems-maxInvalid)
	}
	return said
}
