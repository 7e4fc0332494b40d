package folder

import (
	"testing"

	"github.com/relanced/relanced/connectors"
)

// WithStep has step called before each thing a delivery does to the disk.
func WithStep(t *testing.T, c connectors.Connector, step func(string) error) {
	t.Helper()
	f, ok := c.(*Folder)
	if !ok {
		t.Fatal("not a folder")
	}
	f.disk.step = step
}
