// Package integration tests the built binary with real clients. It holds nothing but tests.
//
// The golden files in testdata/corpus are what is on the wire, byte for byte. Where it is to change, read what differs and write
// them anew:
//
//	go test ./integration -run GoldenCorpus -update
package integration
