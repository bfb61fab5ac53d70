#!/usr/bin/env bash
# Builds a release: release/build.sh VERSION FOLDER [TARGET…]
#
# For each target, such as linux/amd64, it writes an archive with the binary, its list of contents (SBOM, CycloneDX), and for Linux
# the binary itself in FOLDER/image for the container; then SHA256SUMS of them all. It builds what is committed, in a clone in
# which VERSION is the tag: the binary says VERSION, and the same commit gives the same bytes wherever it is built with the
# same Go. It needs git, Go, zip, gzip, and tar, touch and sha256sum of GNU.
set -euo pipefail

sbom=github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
all=(linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64)

version=${1:?the version, such as v1.2.3} out=${2:?the folder to write into}
shift 2
targets=("${@:-${all[@]}}")
if ! [[ $version =~ ^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$ ]]; then
	echo "$version is no version such as v1.2.3 or v1.2.3-rc.1" >&2
	exit 2
fi
mkdir -p "$out"
out=$(cd "$out" && pwd)
if [ -n "$(ls -A "$out")" ]; then
	echo "$out is not empty" >&2
	exit 2
fi
repository=$(cd "$(dirname "$0")/.." && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone --quiet "$repository" "$work/source"
cd "$work/source"
git tag --list | xargs -r git tag --delete >/dev/null # another one on the same commit would be the version
git -c user.name=release -c user.email=release@localhost tag "$version"
epoch=$(git log -1 --format=%ct)
export TZ=UTC

GOBIN="$work/bin" go install "$sbom"

for target in "${targets[@]}"; do
	os=${target%/*} arch=${target#*/}
	name=caddy-workos_${version#v}_${os}_$arch
	binary=caddy
	if [ "$os" = windows ]; then binary=caddy.exe; fi
	folder=$work/$name
	mkdir "$folder"
	echo "$name" >&2
	GOFLAGS=-buildvcs=true GOOS=$os GOARCH=$arch sh examples/docker/build.sh "$folder/$binary"
	cp LICENSE README.md seed.example.yaml Caddyfile.example "$folder"
	if [ -e CHANGELOG.md ]; then cp CHANGELOG.md "$folder"; fi
	"$work/bin/cyclonedx-gomod" bin -json -std -noserial -notimestamp -version "$version" -output "$out/$name.cdx.json" "$folder/$binary"

	chmod 0644 "$folder"/* && chmod 0755 "$folder" "$folder/$binary"
	find "$folder" -exec touch --date="@$epoch" {} +
	if [ "$os" = windows ]; then
		(cd "$work" && find "$name" | LC_ALL=C sort | zip --quiet -X "$out/$name.zip" -@)
	else
		tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --format=ustar -c "$name" | gzip -9n >"$out/$name.tar.gz"
	fi
	if [ "$os" = linux ]; then
		mkdir -p "$out/image/$arch"
		cp "$folder/$binary" "$out/image/$arch/caddy"
	fi
	rm -rf "$folder"
done

cd "$out"
shopt -s nullglob
sha256sum -- *.tar.gz *.zip *.json >SHA256SUMS
