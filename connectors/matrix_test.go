package connectors_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/relanced/relanced/connectors"
)

type mute struct{}

func (mute) Check(context.Context) (connectors.Report, error) { return connectors.Report{}, nil }

type sender struct{ mute }

func (sender) Send(context.Context, connectors.Message) (connectors.Receipt, error) {
	return connectors.Receipt{}, nil
}

type config struct{ err error }

func (config) Validate() []connectors.Fault                        { return nil }
func (c config) Open(connectors.Env) (connectors.Connector, error) { return mute{}, c.err }
func opens(err error) func() connectors.Config {
	return func() connectors.Config { return config{err} }
}

func kind(name string, sample connectors.Connector) connectors.Kind {
	return connectors.Kind{Name: name, Summary: "a " + name, NewConfig: opens(nil), Sample: sample}
}

func TestMatrix(t *testing.T) {
	got, err := connectors.Matrix([]connectors.Kind{kind("post", (*sender)(nil)), kind("file", nil)})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| kind | for | read | look | send | find |\n|---|---|---|---|---|---|\n",
		"| post | a post | no | no | yes | no |\n",
		"| file | a file | no | no | no | no |\n",
		"## post\n\n- read: nothing is pulled from it\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s\nwant %q in it", got, want)
		}
	}
}

func TestMatrixTellsWhoCannotBeOpened(t *testing.T) {
	broken := errors.New("no path")
	_, err := connectors.Matrix([]connectors.Kind{{Name: "file", NewConfig: opens(broken)}})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "file") {
		t.Errorf("got %v, want the kind named and the cause", err)
	}
}
