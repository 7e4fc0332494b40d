package folder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/relanced/relanced/connectors"
)

// Send delivers a message as a file, or as a folder when it is a letter or a
// task with attachments. It is done when the visible name is on the disk. A key
// that was delivered is not delivered again, and the first receipt is returned.
//
// ErrRejected: the message has no key, no recipient or no document, or would
// break a header. ErrUnavailable: the store or the directory is missing, full
// or read-only, or the deadline is over; nothing is left behind. ErrUncertain:
// the file became visible, and whether that lasts is not known; Find tells.
func (f *Folder) Send(ctx context.Context, m connectors.Message) (connectors.Receipt, error) {
	doc, err := f.compose(m)
	if err != nil {
		return connectors.Receipt{}, fmt.Errorf("folder: %w: %w", connectors.ErrRejected, err)
	}
	if err := f.inTime(ctx, m.Deadline); err != nil {
		return connectors.Receipt{}, unavailable(err)
	}
	_, err = f.identity()
	if errors.Is(err, errNoStore) {
		if err = f.begin(); err == nil {
			_, err = f.identity()
		}
	}
	if err != nil {
		return connectors.Receipt{}, unavailable(err)
	}
	unlock, err := f.lock(ctx)
	if err != nil {
		return connectors.Receipt{}, unavailable(err)
	}
	defer unlock()
	return f.deliver(ctx, m, doc)
}

func unavailable(err error) error {
	return fmt.Errorf("folder: %w: %w", connectors.ErrUnavailable, bare(err))
}

// inTime reports whether the message may still leave.
func (f *Folder) inTime(ctx context.Context, deadline time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !deadline.IsZero() && !f.now().Before(deadline) {
		return errors.New("the deadline is over")
	}
	return nil
}

// deliver makes the document ready and then visible. The lock is held.
func (f *Folder) deliver(ctx context.Context, m connectors.Message, doc document) (connectors.Receipt, error) {
	done, err := f.delivered(m.Key)
	if err != nil {
		return connectors.Receipt{}, unavailable(err)
	}
	if done {
		return f.receipt(m.Key, f.recall(m.Key)), nil
	}
	known := facts{At: f.now().UTC().Truncate(time.Millisecond)}
	if known.Name, err = f.freeName(doc.name, m.Key); err != nil {
		return connectors.Receipt{}, unavailable(err)
	}
	err = f.discard(m.Key)
	if err == nil {
		err = f.ready(m.Key, doc, known)
	}
	if err == nil {
		err = f.inTime(ctx, m.Deadline)
	}
	if err != nil {
		return connectors.Receipt{}, unavailable(errors.Join(bare(err), bare(f.discard(m.Key))))
	}
	if err := f.show(m.Key, known.Name); err != nil {
		return connectors.Receipt{}, err
	}
	return f.receipt(m.Key, known), nil
}

// discard takes away what an attempt that was cut short left of a key that was
// not delivered. The evidence goes first, and for good: without it, nothing
// that is left can look delivered.
func (f *Folder) discard(key string) error {
	store := f.store()
	if there, err := exists(inside(store, key)); err != nil {
		return err
	} else if there {
		if err := f.disk.remove("discard the evidence", inside(store, key)); err != nil {
			return err
		}
		if err := f.disk.sync("sync after discarding", store); err != nil {
			return err
		}
	}
	return errors.Join(
		f.disk.remove("discard the document", inside(store, key+".out")),
		f.disk.remove("discard the facts", inside(store, key+".json")),
	)
}

// ready puts a document into the store, durably, so that only the last rename
// is missing. The evidence is linked when everything else is on the disk:
// before that, half of it must not look delivered.
func (f *Folder) ready(key string, doc document, known facts) error {
	store := f.store()
	out := inside(store, key+".out")
	main := out
	if len(doc.attachments) > 0 {
		main = inside(out, doc.name.base+doc.ext)
		if err := f.disk.mkdir("make the folder", out); err != nil {
			return err
		}
		for _, a := range doc.attachments {
			if err := f.disk.write("write an attachment", inside(out, a.name), a.data); err != nil {
				return err
			}
		}
	}
	if err := f.disk.write("write the document", main, doc.data); err != nil {
		return err
	}
	if main != out {
		if err := f.disk.sync("sync the folder", out); err != nil {
			return err
		}
	}
	note, err := json.Marshal(known)
	if err != nil {
		return err
	}
	if err := f.disk.write("write the facts", inside(store, key+".json"), note); err != nil {
		return err
	}
	if err := f.disk.sync("sync the store", store); err != nil {
		return err
	}
	if err := f.disk.link("link the evidence", main, inside(store, key)); err != nil {
		return err
	}
	return f.disk.sync("sync the evidence", store)
}

// show makes a ready document visible: the moment of delivery.
func (f *Folder) show(key, name string) error {
	out := inside(f.store(), key+".out")
	if err := f.disk.rename("show the document", out, inside(f.path, name)); err != nil {
		if there, look := exists(out); look == nil && there {
			return unavailable(errors.Join(bare(err), bare(f.discard(key))))
		}
		return uncertain(err)
	}
	if err := f.disk.sync("sync what is shown", f.path); err != nil {
		return uncertain(err)
	}
	if err := f.disk.sync("sync the delivery", f.store()); err != nil {
		return uncertain(err)
	}
	return nil
}

func uncertain(err error) error {
	return fmt.Errorf("folder: %w: %w", connectors.ErrUncertain, bare(err))
}

func (f *Folder) receipt(key string, known facts) connectors.Receipt {
	r := connectors.Receipt{RemoteID: key, At: known.At}
	if known.Name != "" {
		r.Note = inside(f.path, known.Name)
	}
	return r
}
