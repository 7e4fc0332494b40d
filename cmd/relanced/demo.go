package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/relanced/relanced/cmd/relanced/internal/demobooks"
	"github.com/relanced/relanced/ledger"
)

func (a *app) demoCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Play eight weeks of an invented company, and show what is decided and why",
		Long: `Writes the books of a small company that does not exist (ledger exports, bank
statements, people, invoices), dated relative to today, and plays its last eight weeks
day by day at 10:00 through the real stages on a database of its own. Mails, letters
and tasks are delivered as files into a folder; nothing leaves this machine.

Where a person's word is needed, a demo actor gives it, and the output says so.
Afterwards every command works on the demo's configuration.`,
		Example: `  relanced demo
  relanced demo --dir ./demo
  relanced demo --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.demo(cmd.Context(), dir)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "new or empty `folder` to write into (default a fresh temporary one)")
	cmd.Flags().Bool("once", false, "end when the eight weeks are played, which it does today anyway")
	return cmd
}

// demoActor is who gives the word of a person in the demonstration.
const demoActor = "demo actor"

// demo writes the books, plays them and tells how it went.
func (a *app) demo(ctx context.Context, dir string) (err error) {
	books, err := demobooks.New(a.lastPlayed())
	if err != nil {
		return err
	}
	if dir, err = demoDir(dir); err != nil {
		return err
	}
	p := &player{app: a, books: books, dir: dir, asked: map[string]int{}, seen: map[ledger.UID]decisionRow{}, reminded: map[demoItem]bool{}}
	if err := p.open(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.house.close(ctx)) }()
	if !a.json {
		p.introduce()
	}
	for day := books.First(); day <= books.Last(); day++ {
		if err := p.play(ctx, day); err != nil {
			return fmt.Errorf("play %s: %w", day, err)
		}
	}
	return p.conclude(ctx)
}

// lastPlayed is today, or yesterday while it is not 10:00 yet: the
// demonstration never plays what has not come.
func (a *app) lastPlayed() ledger.Date {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil { // the zones are in the binary
		zone = time.UTC
	}
	const hour = 10
	now := a.now().In(zone)
	if today := ledger.DateOf(now); now.Hour() >= hour {
		return today
	}
	return ledger.DateOf(now) - 1
}

// demoDir makes the folder that the demonstration is written into. One that
// holds something is somebody's.
func demoDir(dir string) (string, error) {
	if dir == "" {
		made, err := os.MkdirTemp("", "relanced-demo-")
		if err != nil {
			return "", fmt.Errorf("make a folder for the demo: %w; name one with --dir", err)
		}
		return made, nil
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make the demo's folder: %w", err)
	}
	inside, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("look into the demo's folder: %w", err)
	}
	if len(inside) > 0 {
		return "", usageError{fmt.Errorf("%s is not empty; name a new folder, for the demo writes a whole company into it", dir)}
	}
	return dir, nil
}

// put writes what arrived on a morning, each file in one step as tools should.
func (p *player) put(files []demobooks.File) error {
	for _, f := range files {
		path := filepath.Join(p.dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path+".part", f.Data, 0o600); err != nil {
			return err
		}
		if err := os.Chtimes(path+".part", f.Time, f.Time); err != nil {
			return err
		}
		if err := os.Rename(path+".part", path); err != nil {
			return err
		}
	}
	return nil
}

// open writes the first morning's files and opens the installation they are.
func (p *player) open(ctx context.Context) error {
	first, err := p.books.Files(p.books.First())
	if err != nil {
		return err
	}
	if err := p.put(first); err != nil {
		return fmt.Errorf("write the demo's books: %w", err)
	}
	if err := os.MkdirAll(p.path(demobooks.OutgoingDir), 0o700); err != nil {
		return err
	}
	p.set(p.books.First())
	p.actor = &app{stdout: io.Discard, stderr: p.app.stderr, now: p.now, who: demoActor, configPath: p.path(demobooks.ConfigFile)}
	c, texts, err := p.actor.loadConfig()
	if err != nil {
		return err
	}
	if p.house, err = openHouse(ctx, c, texts, p.now, true); err != nil {
		return err
	}
	p.company = p.house.companies[0]
	if err := p.begin(ctx); err != nil {
		return errors.Join(err, p.house.close(ctx))
	}
	return nil
}

// begin makes the database one that is played with, and takes up the work.
func (p *player) begin(ctx context.Context) error {
	playing, err := p.house.db.Play(ctx, p.books.First())
	if err != nil {
		return err
	}
	if !playing {
		return errors.New("the demo's database is in use for real; name a new folder with --dir")
	}
	p.house.rehearsing = true
	return p.house.work(ctx)
}

func (p *player) path(name string) string { return filepath.Join(p.dir, name) }

// invocation is how this program is called from a shell.
func invocation() string {
	self, err := os.Executable()
	if err != nil || strings.Contains(self, "go-build") {
		return "go run ./cmd/relanced"
	}
	if found, err := exec.LookPath("relanced"); err == nil && sameFile(found, self) {
		return "relanced"
	}
	return self
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}
