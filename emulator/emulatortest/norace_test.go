//go:build !race

package emulatortest_test

// manyRequests is how many requests are to leave nothing behind.
const manyRequests = 50_000
