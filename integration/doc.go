// Package integration tests the built binary with real clients. It holds nothing but tests.
package integration
