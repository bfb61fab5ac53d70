package integration

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	commandInProse = regexp.MustCompile("`(?:\\./)?(caddy workos(?: [^`]+)?)`")
	flagOfACommand = regexp.MustCompile(`(?:^|\s)(--[a-z][a-z-]*)`)
	commandSection = regexp.MustCompile(`(?m)^## (caddy workos.*)$`)
)

// TestCommandsInProseExist looks for the commands and flags that the pages name within their sentences, in the reference of the
// commands, whose tables are generated.
func TestCommandsInProseExist(t *testing.T) {
	t.Parallel()
	reference, err := os.ReadFile("../docs/commands.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{} // by command
	headings := commandSection.FindAllStringSubmatchIndex(string(reference), -1)
	for i, at := range headings {
		end := len(reference)
		if i+1 < len(headings) {
			end = headings[i+1][0]
		}
		sections[string(reference[at[2]:at[3]])] = string(reference[at[1]:end])
	}
	found := 0
	for _, page := range documentation(t) {
		for _, match := range commandInProse.FindAllStringSubmatch(page.prose, -1) {
			found++
			command, _, _ := strings.Cut(match[1], " -- ") // behind it is the command that is run
			name := longestSection(sections, command)
			for _, flag := range flagOfACommand.FindAllStringSubmatch(command, -1) {
				if flag[1] != "--help" && flag[1] != "--version" && !strings.Contains(sections[name], "| `"+flag[1]+"`") {
					t.Errorf("%s: %s: %s has no flag %s", page.path, match[0], name, flag[1])
				}
			}
			if rest := strings.Fields(strings.TrimPrefix(command, name)); len(rest) > 0 && regexp.MustCompile(`^[a-z]+$`).MatchString(rest[0]) {
				t.Errorf("%s: %s: there is no command %s %s", page.path, match[0], name, rest[0])
			}
		}
	}
	if found < 10 {
		t.Errorf("the pages name %d commands", found)
	}
}

// longestSection is the command that a line begins with.
func longestSection(sections map[string]string, line string) (longest string) {
	for name := range sections {
		if (line == name || strings.HasPrefix(line, name+" ")) && len(name) > len(longest) {
			longest = name
		}
	}
	return longest
}

// TestReadmeIsShort: from the clone to a token and a replayed login it is four commands, which TestBlocksOfTheDocumentation runs.
func TestReadmeIsShort(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(text), "\n"); lines > 160 {
		t.Errorf("README has %d lines", lines)
	}
	var commands []string
	for _, block := range readPage(t, "README.md").code {
		if block.language == "sh" {
			commands = append(commands, commandsOf(block.text)...)
		}
	}
	for i, part := range []string{"git clone ", "caddy workos ", "/oauth2/token ", "/user_management/authenticate "} {
		if i >= len(commands) || !strings.Contains(commands[i], part) {
			t.Errorf("command %d of README has no %q: %q", i+1, part, commands)
		}
	}
}
