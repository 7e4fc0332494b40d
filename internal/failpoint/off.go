//go:build !failpoint

// Package failpoint marks the instants between two durable steps at which a
// crash must be harmless. In a normal build a mark does nothing; built with
// the tag failpoint, the process kills itself at the mark that the environment
// names, so that a test can start it again and look.
package failpoint

// Hit marks an instant.
func Hit(string) {}
