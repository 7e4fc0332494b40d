//go:generate go test . -run TestTheDocumentedExportsAreTheRealOnes -update

// Command relanced gets invoices paid: it reads customers, invoices and
// payments out of the tools a business already uses, works out who owes what,
// and delivers kind, lawful reminders, each at most once.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// version is set by the linker.
var version = "dev"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr, time.Now)) }

// run is main with its world as arguments: 0 done, 1 a fault, 2 a command
// that cannot be understood, 130 interrupted.
func run(args []string, stdout, stderr io.Writer, now func() time.Time) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	app := &app{stdout: stdout, stderr: stderr, now: now}
	root := app.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "interrupted; what was durable stays, and the next run goes on from there")
		return 130
	case errors.As(err, &usage):
		fmt.Fprintln(stderr, "relanced:", err)
		return 2
	default:
		fmt.Fprintln(stderr, "relanced:", err)
		return 1
	}
}

// usageError is a command that cannot be understood.
type usageError struct{ error }

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "relanced",
		Short: "Get invoices paid, kindly and never twice",
		Long: `relanced reads customers, invoices and payments out of the tools you already use,
works out who owes what, and delivers reminders by a written ladder, each at most once.

A first look:      relanced demo
Your own books:    relanced check, relanced once --dry-run, relanced plan`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version,
		Args:          unknownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		SuggestionsMinimumDistance: suggestWithin,
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; see: %s --help", err, cmd.CommandPath())}
	})
	flags := root.PersistentFlags()
	flags.StringVarP(&a.configPath, "config", "c", "", "configuration `file` (default relanced.toml here, else /etc/relanced/relanced.toml)")
	flags.StringVar(&a.companyName, "company", "", "company `name`, as its table is called; needed when there are several")
	flags.BoolVar(&a.json, "json", false, "print for machines")
	flags.StringVar(&a.who, "as", "", "`who` is doing this, for the record (default: the user of the system)")
	root.AddCommand(
		a.onceCommand(), a.checkCommand(), a.planCommand(), a.explainCommand(), a.tasksCommand(),
		a.approveCommand(), a.rejectCommand(), a.settleCommand(), a.holdCommand(), a.releaseCommand(),
		a.stopCommand(), a.resumeCommand(), a.logCommand(), a.attestCommand(), a.exportCommand(), a.connectionCommand(),
		a.demoCommand(), a.versionCommand(),
	)
	return root
}
