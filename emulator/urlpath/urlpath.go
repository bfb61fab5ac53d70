// Package urlpath splits the paths of requests as WorkOS does: a run of slashes counts as one.
package urlpath

import "strings"

// MergeSlashes replaces each run of slashes in a path by one slash.
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
