// Package execute runs a command in an environment by which WorkOS's libraries find the server of `caddy workos exec`: it forwards
// signals, and says with which exit code to end.
package execute
