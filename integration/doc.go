// Package integration tests the built binary with real clients. It holds nothing but tests, and in the files harness_… what they
// share. What npm installs for the clients is kept in the user's cache, in caddy-workos-tests.
//
// The golden files in testdata/corpus are what is on the wire, byte for byte. Where it is to change, read what differs and write
// them anew:
//
//	go test ./integration -run GoldenCorpus -update
package integration
