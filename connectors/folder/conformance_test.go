package folder_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/connectortest"
	"github.com/relanced/relanced/connectors/folder"
)

func TestConformance(t *testing.T) {
	connectortest.Run(t, func(t *testing.T) connectortest.Tool {
		t.Helper()
		tool := &tool{t: t, dir: filepath.Join(t.TempDir(), "out")}
		must(t, os.Mkdir(tool.dir, 0o700))
		c, err := tool.Open()
		must(t, err)
		f, ok := c.(*folder.Folder)
		if !ok {
			t.Fatal("not a folder")
		}
		must(t, f.Prepare(t.Context()))
		return tool
	})
}

// tool is a directory in the suite's hand.
type tool struct {
	t   *testing.T
	dir string

	mu    sync.Mutex
	fault connectortest.Fault
	times int
}

func (o *tool) Open() (connectors.Connector, error) {
	c, err := (&folder.Config{Path: o.dir}).Open(connectors.Env{Connection: "out", Now: func() time.Time { return clock }})
	if err == nil {
		folder.WithStep(o.t, c, o.step)
	}
	return c, err
}

func (o *tool) Faults() []connectortest.Fault {
	return []connectortest.Fault{connectortest.FaultUnreachable, connectortest.FaultLostAnswer, connectortest.FaultLateFailure}
}

func (o *tool) Arm(f connectortest.Fault, times int) error {
	o.Disarm()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.fault, o.times = f, times
	if f == connectortest.FaultUnreachable { // the drive is not mounted
		return os.Rename(o.dir, o.dir+" elsewhere")
	}
	return nil
}

func (o *tool) Disarm() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.times = 0
	if err := os.Rename(o.dir+" elsewhere", o.dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		o.t.Error(err)
	}
}

// step fails after the file became visible.
func (o *tool) step(name string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	at := map[connectortest.Fault]string{
		connectortest.FaultLostAnswer: "sync what is shown", connectortest.FaultLateFailure: "sync the delivery",
	}[o.fault]
	if o.times == 0 || name != at {
		return nil
	}
	o.times--
	return &fs.PathError{Op: "sync", Path: "Facture Canari", Err: syscall.EIO}
}

func (o *tool) Received() []connectortest.Received {
	var all []connectortest.Received
	dir := o.dir
	if _, err := os.Stat(dir); err != nil {
		dir += " elsewhere"
	}
	for _, name := range visible(o.t, dir) {
		data, err := os.ReadFile(filepath.Join(dir, name))
		must(o.t, err)
		m, err := mail.ReadMessage(bytes.NewReader(data))
		must(o.t, err)
		to, err := m.Header.AddressList("To")
		must(o.t, err)
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		must(o.t, err)
		key, _, _ := strings.Cut(strings.TrimPrefix(m.Header.Get("Message-Id"), "<"), "@")
		got := connectortest.Received{Key: key, To: to[0].Address, Subject: subject}
		o.part(&got, m.Header.Get, m.Body)
		all = append(all, got)
	}
	return all
}

// part reads one part of a message and those in it.
func (o *tool) part(got *connectortest.Received, header func(string) string, body io.Reader) {
	kind, params, err := mime.ParseMediaType(header("Content-Type"))
	must(o.t, err)
	if strings.HasPrefix(kind, "multipart/") {
		for parts := multipart.NewReader(body, params["boundary"]); ; {
			p, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) {
				return
			}
			must(o.t, err)
			o.part(got, p.Header.Get, p)
		}
	}
	switch header("Content-Transfer-Encoding") {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	data, err := io.ReadAll(body)
	must(o.t, err)
	_, place, _ := mime.ParseMediaType(header("Content-Disposition"))
	switch {
	case place["filename"] != "":
		got.Files, got.Sizes = append(got.Files, place["filename"]), append(got.Sizes, len(data))
	case kind == "text/plain":
		got.Text = strings.ReplaceAll(string(data), "\r\n", "\n")
	}
}
