package cache

import "github.com/relanced/relanced/policy"

// Empty reports whether a case has nothing open, loose or doubtful, so that
// nothing of it is kept.
func Empty(c *policy.Case) bool { return empty(c) }
