// Command caddy is Caddy with the WorkOS modules built in.
package main

import (
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	_ "github.com/caddyserver/caddy/v2/modules/standard"

	_ "github.com/caddy-workos/caddy-workos/caddymodule"
)

func main() { caddycmd.Main() }
