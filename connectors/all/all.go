//go:generate go test . -run TestTheDocumentedConnectorsAreTheRealOnes -update

// Package all is the one list of the connectors that come with relanced. Only
// cmd and the generation of documentation import it.
package all

import (
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/bank"
	"github.com/relanced/relanced/connectors/fake"
	"github.com/relanced/relanced/connectors/fec"
	"github.com/relanced/relanced/connectors/folder"
	"github.com/relanced/relanced/connectors/people"
)

// Kinds returns every kind of connection, in the order in which they are told
// to people.
func Kinds() []connectors.Kind {
	return []connectors.Kind{
		fec.Kind(),
		bank.Kind(),
		people.Kind(),
		folder.Kind(),
		fake.Kind(),
	}
}
