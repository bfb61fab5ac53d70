// The command generate writes what is made of the kinds of a seed: the JSON Schema, and the tables of docs/seed.md. It is
// run by `go generate` in the folder of package seed.
package main

import (
	"log"
	"os"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

const documentation = "../../docs/seed.md"

func main() {
	if err := generate(); err != nil {
		log.Fatal(err)
	}
}

func generate() error {
	schema, err := seed.Format().JSONSchema()
	if err != nil {
		return err
	}
	if err := os.WriteFile("seed.schema.json", schema, 0o644); err != nil {
		return err
	}
	document, err := os.ReadFile(documentation)
	if err != nil {
		return err
	}
	updated, err := seed.Format().UpdateMarkdown(document)
	if err != nil {
		return err
	}
	return os.WriteFile(documentation, updated, 0o644)
}
