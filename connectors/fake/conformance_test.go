package fake_test

import (
	"testing"

	"github.com/relanced/relanced/connectors/connectortest"
)

func TestConformance(t *testing.T) {
	connectortest.Run(t, func(t *testing.T) connectortest.Tool { t.Helper(); return connectortest.NewFake(t) })
}
