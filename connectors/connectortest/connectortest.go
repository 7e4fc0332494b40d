// Package connectortest is the suite every connector must pass, be it a tool's,
// a channel's or a file's. Its checks return errors instead of failing a test,
// so that they can be aimed at connectors that are broken on purpose; that is
// how each check is known to be able to fail.
//
// It speaks to a connector through package connectors alone and knows no tool
// but the fake.
package connectortest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// Check is one thing a connector must do.
type Check struct {
	Name  string     // "changes/full"
	Needs Capability // without all of these the check is skipped
	// Run returns what is wrong. It is given a fresh, empty tool.
	Run func(ctx context.Context, tool Tool) error
}

// checkTimeout bounds one check; a connector that hangs fails.
const checkTimeout = 30 * time.Second

// Checks lists the suite, in the order in which it is best read.
func Checks() []Check {
	var all []Check
	for _, group := range [][]Check{
		openChecks(), changeChecks(), cursorChecks(), pagingChecks(), moneyChecks(), dateChecks(), faultChecks(),
		unknownChecks(), sendChecks(), doubtChecks(), lookChecks(), secretChecks(),
	} {
		all = append(all, group...)
	}
	return all
}

// Run runs each check in a parallel subtest on a tool of its own. A check that
// the tool or connector lacks something for is skipped and says what.
func Run(t *testing.T, newTool func(t *testing.T) Tool) {
	t.Helper()
	for _, check := range Checks() {
		t.Run(check.Name, func(t *testing.T) {
			t.Parallel()
			tool := newTool(t)
			has, err := Of(tool)
			if err != nil {
				t.Fatalf("open: %v", err)
			}
			if missing := check.Needs &^ has; missing != 0 {
				t.Skipf("cannot: %s", missing)
			}
			if err := RunCheck(t.Context(), check, tool); err != nil {
				t.Error(err)
			}
		})
	}
}

// RunCheck runs one check within the suite's time bound. A panic of the
// connector is what is wrong with it.
func RunCheck(ctx context.Context, check Check, tool Tool) (err error) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: panic: %v", check.Name, p)
		}
	}()
	if err := check.Run(ctx, tool); err != nil {
		return fmt.Errorf("%s: %w", check.Name, err)
	}
	return nil
}

// Matrix tells for each check whether a tool and its connector can run it, as
// lines for the documentation: "changes/full: yes", "look/fresh-not-cached:
// no (look)".
func Matrix(tool Tool) (string, error) {
	has, err := Of(tool)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, check := range Checks() {
		if missing := check.Needs &^ has; missing != 0 {
			fmt.Fprintf(&b, "%s: no (%s)\n", check.Name, missing)
		} else {
			fmt.Fprintf(&b, "%s: yes\n", check.Name)
		}
	}
	return b.String(), nil
}
