package serving

import (
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/document"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/folder"
)

// SeedNames are the files of the working folder of which the first one that is there is the seed, where --seed names none. The
// first three are those of WorkOS's own emulator.
var SeedNames = []string{"workos-emulate.config.yaml", "workos-emulate.config.yml", "workos-emulate.config.json", "seed.yaml"}

const seedNamesForPeople = "workos-emulate.config.yaml, .yml or .json, or seed.yaml"

// fixturesFolder is the folder below the working folder that is replayed where no flag says otherwise.
const fixturesFolder = "./fixtures"

// Found is what was found in the working folder, as no flag says anything else.
type Found struct {
	// Seed is the name of the seed file, and OtherSeeds are those that would be one if it were not there.
	Seed       string
	OtherSeeds []string
	// Fixtures tells whether the folder of fixtures was found.
	Fixtures bool
}

// discoverSeed looks for a seed in the working folder, unless a flag names one.
func (s *Server) discoverSeed() {
	if s.Seed != "" || s.isGiven("seed") {
		return
	}
	for _, name := range SeedNames {
		switch info, err := os.Stat(name); {
		case err != nil || info.IsDir():
		case s.Seed == "":
			s.Seed, s.found.Seed = name, name
		default:
			s.found.OtherSeeds = append(s.found.OtherSeeds, name)
		}
	}
}

// discoverFixtures looks for fixtures in the working folder, unless flags say who answers what is not emulated.
func (s *Server) discoverFixtures() {
	isSaid := s.Upstream != "" || s.AuthKit != "" || s.Fixtures != "" || s.Mode != "" || s.isGiven("fixtures")
	if !isSaid && hasFixtures(fixturesFolder) {
		s.Fixtures, s.Mode, s.found.Fixtures = fixturesFolder, string(fixture.Replay), true
	}
}

// maxTried is how many files of a folder are looked into to find out whether they are fixtures.
const maxTried = 20

// hasFixtures tells whether a folder has fixtures, and not something else that others call so: files that can be read as one, in
// folders that are called as methods are.
func hasFixtures(dir string) (has bool) {
	opened, err := folder.Open(dir, dir)
	if err != nil {
		return false
	}
	methods, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	tried := 0
	for _, method := range methods {
		if !method.IsDir() || strings.Trim(method.Name(), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			continue
		}
		_ = fs.WalkDir(os.DirFS(dir), method.Name(), func(name string, entry fs.DirEntry, err error) error {
			if err != nil || has || tried == maxTried {
				return fs.SkipAll
			}
			if !folder.IsFixture(name, entry) {
				return nil
			}
			tried++
			has = isFixture(opened, name)
			return nil
		})
	}
	return has
}

// isFixture tells whether a file can be read as a fixture of the method that its folder is called by.
func isFixture(of *folder.Folder, name string) bool {
	text, err := of.ReadFile(name)
	if err != nil {
		return false
	}
	decoded, err := document.Decode(name, text)
	method, _, _ := strings.Cut(path.Clean(name), "/")
	return err == nil && decoded.Request.Method == method
}
