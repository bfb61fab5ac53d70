// Package urlpath reads the paths of requests as WorkOS does, for which slashes that follow one another are one.
package urlpath

import "strings"

// MergeSlashes returns a path with one slash for each run of slashes.
func MergeSlashes(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path
}

// Split returns the segments of a path. A slash at its end leaves an empty segment.
func Split(path string) []string {
	return strings.Split(strings.TrimPrefix(MergeSlashes(path), "/"), "/")
}
