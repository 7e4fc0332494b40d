//go:build failpoint

// Package failpoint marks the instants between two durable steps at which a
// crash must be harmless.
package failpoint

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Hit kills the process without any clean-up when RELANCED_FAILPOINT names the
// mark: "push/after-intent" for the first time it is reached, or
// "push/after-intent:3" for the third. With RELANCED_FAILPOINT_LIST set to a
// file, every mark reached is appended to it instead.
func Hit(name string) {
	if list := os.Getenv("RELANCED_FAILPOINT_LIST"); list != "" {
		record(list, name)
	}
	want, nth, counted := strings.Cut(os.Getenv("RELANCED_FAILPOINT"), ":")
	if want != name {
		return
	}
	if counted && !reached(nth) {
		return
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // the signal is on its way; nothing may happen after it
}

// reached counts down in the environment, which is this process's own.
func reached(nth string) bool {
	n, err := strconv.Atoi(nth)
	if err != nil || n <= 1 {
		return true
	}
	_ = os.Setenv("RELANCED_FAILPOINT", strings.Split(os.Getenv("RELANCED_FAILPOINT"), ":")[0]+":"+strconv.Itoa(n-1))
	return false
}

func record(list, name string) {
	f, err := os.OpenFile(list, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	_, _ = f.WriteString(name + "\n")
	_ = f.Close()
}
