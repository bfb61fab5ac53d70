//go:build race

package emulatortest_test

// manyRequests is how many requests are to leave nothing behind. The race detector takes ten times as long.
const manyRequests = 8_000
