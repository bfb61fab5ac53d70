#!/bin/sh
# Prints what CHANGELOG.md says of a version, which must be something: release/notes.sh VERSION [FILE]
#
# The heading of a version is "## v1.2.3" or "## [1.2.3]", and what follows, such as a date, does not count.
set -eu
version=${1#v} file=${2:-"$(dirname "$0")/../CHANGELOG.md"}
notes=$(awk -v version="$version" '
	/^## / { name = $2; gsub(/^\[?v?|\]$/, "", name); inside = name == version; next }
	inside' "$file")
if [ -z "$(printf %s "$notes" | tr -d '[:space:]')" ]; then
	echo "CHANGELOG.md says nothing of $version" >&2
	exit 1
fi
printf '%s\n' "$notes"
