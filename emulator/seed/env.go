package seed

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	envReference = regexp.MustCompile(`\{env\.([^{}]*)\}`)
	envVariable  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// expand puts the values of environment variables in the place of `{env.NAME}`. What a variable holds is not expanded
// again. The problems name variables and no values.
func expand(raw string, lookup func(string) (string, bool)) (value string, problems []string) {
	if !strings.Contains(raw, "{env.") {
		return raw, nil
	}
	value = envReference.ReplaceAllStringFunc(raw, func(reference string) string {
		name := envReference.FindStringSubmatch(reference)[1]
		if !envVariable.MatchString(name) {
			problems = append(problems, "{env.…} must name an environment variable, such as {env.WORKOS_API_KEY}")
			return ""
		}
		set, ok := lookup(name)
		if !ok {
			problems = append(problems, fmt.Sprintf("environment variable %s is not set", name))
		}
		return set
	})
	return value, problems
}

func isPlaceholder(text string) bool { return envReference.MatchString(text) }
