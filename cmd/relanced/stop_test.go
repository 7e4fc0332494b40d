package main

import (
	"os"
	"testing"
)

// TestNothingLeavesWhileItIsStopped, each in its own way, and all of it leaves
// afterwards.
func TestNothingLeavesWhileItIsStopped(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		stop, resume []string
		says         string
	}{
		"all":        {[]string{"stop", "--reason", "an audit"}, words("resume"), "stopped: all sending of atelier: an audit (relanced resume --company atelier)"},
		"customer":   {[]string{"stop", "C001", "--reason", "we talk"}, words("resume C001"), "stopped: customer C001 CLIENT C001: we talk (relanced resume C001 --company atelier)"},
		"connection": {[]string{"stop", "out", "--reason", "moving"}, words("resume out"), "stopped: connection out: moving (relanced resume out --company atelier)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := released(t, "auto", "sale 2026-03-02 C001 F2026-0001 1200.00")
			o.does(tt.stop, "stopped: ")
			o.does(words("once"), "0 delivered")
			o.does(words("tasks"), tt.says)
			o.does(words("check"), tt.says)
			o.does(tt.resume, "resumed: ")
			o.does(tt.resume, "was not stopped")
			o.does(words("check"), "!stopped")
			o.does(words("once"), "1 delivered")
		})
	}
}

// TestTheFileStopsEverything, also what was released before it came.
func TestTheFileStopsEverything(t *testing.T) {
	t.Parallel()
	o := released(t, "approve", "sale 2026-03-02 C001 F2026-0001 1200.00")
	o.does(words("once"))
	o.does(words("approve --all"))
	o.put("relanced.stop", "")
	o.does(words("once"), "0 delivered")
	o.does(words("check"), "relanced.stop; take it away to send again")
	o.does(words("resume"), "was not stopped", "relanced.stop; take it away")
	if err := os.Remove(o.path("relanced.stop")); err != nil {
		t.Fatal(err)
	}
	o.does(words("once"), "1 delivered")
}

func TestAStopSaysWhatItIsAbout(t *testing.T) {
	t.Parallel()
	o := released(t, "approve", "sale 2026-03-02 C001 F2026-0001 1200.00")
	o.fails(2, words("stop"), "a stop needs its reason")
	o.fails(2, []string{"stop", "F2026-0001", "--reason", "x"}, "relanced hold F2026-0001")
	o.fails(1, []string{"stop", "C099", "--reason", "x"}, "neither a customer's code or name nor a connection (ledger, people, out)")
	o.fails(2, words("resume C001 C002"), "takes a customer or a connection, or nothing for all")
	o.fails(2, []string{"--company", "nope", "stop", "--reason", "x"}, `there is no company "nope"; there are atelier`)
}
