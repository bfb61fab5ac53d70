//go:build !unix

package foreground

// trapMore does nothing: there are no such signals.
func trapMore(func()) {}
