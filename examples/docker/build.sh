#!/bin/sh
# Builds Caddy with the plugin in a checkout of the repository, as xcaddy does: examples/docker/build.sh OUTPUT
#
# Without cgo it runs on any Linux; the tags leave database drivers out, as Caddy's own builds do.
set -eu
CGO_ENABLED=0 exec go build -trimpath -ldflags="-s -w" -tags=nobadger,nomysql,nopgx -o "$1" ./cmd/caddy
