package bank_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/bank"
	"github.com/relanced/relanced/connectors/connectortest"
)

func TestConformance(t *testing.T) {
	connectortest.Run(t, func(t *testing.T) connectortest.Tool {
		t.Helper()
		tool := &tool{dir: t.TempDir()}
		tool.Disarm()
		return tool
	})
}

// tool is a bank's folder in the suite's hand. It keeps no books: customers
// and invoices are not what a bank tells.
type tool struct{ dir string }

func (t *tool) path() string { return filepath.Join(t.dir, "a.xml") }

func (t *tool) Open() (connectors.Connector, error) {
	return (&bank.Config{Path: "."}).Open(connectors.Env{Connection: "banque", Dir: t.dir, Zone: time.UTC})
}

func (t *tool) Faults() []connectortest.Fault {
	return []connectortest.Fault{connectortest.FaultUnreachable, connectortest.FaultCutBody}
}

func (t *tool) Arm(f connectortest.Fault, _ int) error {
	switch f {
	case connectortest.FaultUnreachable:
		return os.Remove(t.path())
	case connectortest.FaultCutBody:
		return os.WriteFile(t.path(), []byte(month("A")[:300]), 0o600)
	default:
		return errors.New("a file does not do that")
	}
}

func (t *tool) Disarm() {
	// Should it fail, the next reading tells.
	_ = os.WriteFile(t.path(), []byte(month("A")), 0o600)
}
