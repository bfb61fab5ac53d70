#!/usr/bin/env bash
# Builds a release for this machine and for Windows, and checks what comes of it, as CI does: release/check.sh
#
# It needs jq and unzip beside what build.sh needs.
set -euo pipefail
cd "$(dirname "$0")/.."
version=v0.0.0-check.1
native=$(go env GOHOSTOS)/$(go env GOHOSTARCH)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
	echo "$*" >&2
	exit 1
}

release/build.sh "$version" "$work/first" "$native" windows/amd64
release/build.sh "$version" "$work/second" "$native" # once more
cd "$work/first"
name=caddy-workos_${version#v}_${native/\//_}
windows=caddy-workos_${version#v}_windows_amd64

sha256sum --check --strict SHA256SUMS
[ "$(wc -l <SHA256SUMS)" = 4 ] || fail "SHA256SUMS has other files: $(cat SHA256SUMS)"
cmp "$name.tar.gz" "../second/$name.tar.gz" || fail "a second build gives other bytes"

expected() { printf "$1/%s\n" '' Caddyfile.example "$([ -e "$OLDPWD/CHANGELOG.md" ] && echo CHANGELOG.md)" LICENSE README.md "$2" seed.example.yaml | grep -v '//$' | LC_ALL=C sort -u; }
diff <(expected "$name" caddy) <(tar -tzf "$name.tar.gz" | LC_ALL=C sort)
diff <(expected "$windows" caddy.exe) <(unzip -Z1 "$windows.zip" | LC_ALL=C sort)

tar -xzf "$name.tar.gz" && unzip -q "$windows.zip"
grep -q "$work\|$OLDPWD" "$name/caddy" "$windows/caddy.exe" && fail "a binary names a folder of this machine"
"$name/caddy" list-modules | grep -x http.handlers.workos_emulator
caddy=$("$name/caddy" version | cut -d ' ' -f 1)
"$name/caddy" build-info | grep -P "^mod\t.*\t\Q$version\E(\t|\$)" || fail "the binary does not say $version: $("$name/caddy" build-info | head -3)"
[ "$(head -c 2 "$windows/caddy.exe")" = MZ ] || fail "caddy.exe is no program of Windows"

for sbom in "$name.cdx.json" "$windows.cdx.json"; do
	jq -e --arg version "$version" --arg caddy "$caddy" '
		.bomFormat == "CycloneDX" and .metadata.component.version == $version and
		([.components[] | select(.name == "github.com/caddyserver/caddy/v2") | .version] == [$caddy]) and
		([.components[] | select(.name == "github.com/lestrrat-go/jwx/v2") | .version | select(startswith("v"))] | length == 1)
	' "$sbom" >/dev/null || fail "$sbom does not list what is in the binary"
done
if [ "${native%/*}" = linux ]; then cmp "image/${native#*/}/caddy" "$name/caddy"; fi
echo "the release is as it should be"
