package people_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/connectortest"
	"github.com/relanced/relanced/connectors/people"
)

func TestConformance(t *testing.T) {
	connectortest.Run(t, func(t *testing.T) connectortest.Tool {
		t.Helper()
		tool := &tool{dir: t.TempDir()}
		tool.Disarm()
		return tool
	})
}

// tool is a people file in the suite's hand. It keeps no books: invoices and
// payments are not what a people file tells.
type tool struct{ dir string }

func (t *tool) path() string { return filepath.Join(t.dir, "people.csv") }

func (t *tool) Open() (connectors.Connector, error) {
	return (&people.Config{Path: "people.csv"}).Open(connectors.Env{Connection: "people", Dir: t.dir})
}

func (t *tool) Faults() []connectortest.Fault {
	return []connectortest.Fault{connectortest.FaultUnreachable, connectortest.FaultHTML, connectortest.FaultCutBody}
}

func (t *tool) Arm(f connectortest.Fault, _ int) error {
	switch f {
	case connectortest.FaultUnreachable:
		return os.Remove(t.path())
	case connectortest.FaultHTML:
		return os.WriteFile(t.path(), []byte("<html><body>Canari, Facture</body></html>"), 0o600)
	case connectortest.FaultCutBody:
		return os.WriteFile(t.path(), []byte("code;name;mail\nC001;\"Canari\nC002;rue du Port;x"), 0o600)
	default:
		return errors.New("a file does not do that")
	}
}

func (t *tool) Disarm() {
	// Should it fail, the next reading tells.
	_ = os.WriteFile(t.path(), []byte("code;name;mail\nC001;Canari;compta.canari@client.example\n"), 0o600)
}
