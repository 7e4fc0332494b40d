package cache

import (
	"context"
	"strings"
)

// inserter writes rows of one table, many to a statement where a statement is
// a trip over the network. It must be flushed.
type inserter struct {
	tx      *Tx
	head    string // INSERT INTO table (columns) VALUES
	group   string // (?, ?, ?)
	tail    string // ON CONFLICT …
	width   int
	args    []any
	staged  int
	written int64 // rows written by the last statement
}

// insert begins writing rows into a table. Constant names only: they become
// part of the statement's text.
func (tx *Tx) insert(table, columns, tail string) *inserter {
	width := strings.Count(columns, ",") + 1
	return &inserter{
		tx: tx, width: width, tail: " " + tail,
		head:  "INSERT INTO " + table + " (" + columns + ") VALUES ",
		group: "(?" + strings.Repeat(", ?", width-1) + ")",
		args:  make([]any, 0, width*tx.dialect.rows),
	}
}

// add stages one row and writes when enough are staged. One statement must
// not hold the same key twice: callers drop repeats first.
func (in *inserter) add(ctx context.Context, values ...any) error {
	in.args = append(in.args, values...)
	in.staged++
	if in.staged < in.tx.dialect.rows {
		return nil
	}
	return in.flush(ctx)
}

// flush writes what is staged.
func (in *inserter) flush(ctx context.Context) error {
	if in.staged == 0 {
		return nil
	}
	query := in.head + in.group + strings.Repeat(", "+in.group, in.staged-1) + in.tail
	var err error
	in.written, err = in.tx.execPrepared(ctx, query, in.args...)
	in.args, in.staged = in.args[:0], 0
	return err
}
