package bank

import (
	"bytes"
	"io"
	"time"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// camt reads the ISO 20022 messages camt.053 (statement), camt.054
// (notification) and camt.052 (report within the day), versions .001.02 and
// later. It goes by local names, so neither prefix nor version matters; what
// moved between versions is looked for in both places.
type camt struct{}

var _ format = camt{}

func (camt) sniff(head []byte) bool {
	head = bytes.TrimLeft(head, "\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
	return len(head) > 0 && head[0] == '<'
}

func (camt) read(r io.Reader, head []byte, zone *time.Location, v visitor) error {
	text, err := decoded(head, r)
	if err != nil {
		return err
	}
	p := &camtReader{x: newScanner(text), zone: zone, v: v}
	p.m.details = make([]detail, 0, 8)
	return p.document()
}

// camtReader walks one file. The first error stops every loop.
type camtReader struct {
	x    *scanner
	zone *time.Location
	v    visitor
	err  error

	h      header
	m      movement
	spare  detail // the detail behind the kept ones
	opened bool   // v knows of the statement
	seen   balances

	field, code []byte // one field at a time
	sign        int64  // of the movement being read
	lastDay     struct {
		text string
		day  ledger.Date
	}
	currencies map[string]money.Currency
}

// child moves to the next child of the element at level, skipping whatever is
// left of the child before. It returns false at the element's end.
func (p *camtReader) child(level int) bool {
	for p.err == nil {
		var t token
		t, p.err = p.x.next()
		switch {
		case p.err != nil, t == tokenEOF:
			return false
		case t == tokenStart && p.x.depth() == level+1:
			return true
		case t == tokenEnd && p.x.depth() < level:
			return false
		}
	}
	return false
}

// name is the local name of the element just started.
func (p *camtReader) name() string { return string(p.x.local) }

func (p *camtReader) document() error {
	p.currencies = map[string]money.Currency{}
	message := false
	for p.err == nil {
		t, err := p.x.next()
		if err != nil {
			return err
		}
		if t == tokenEOF {
			break
		}
		if t != tokenStart {
			continue
		}
		switch p.name() {
		case "BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn", "BkToCstmrAcctRpt":
			message = true
			p.message()
		}
	}
	if p.err == nil && !message {
		return &syntaxError{line: 1, text: "this is no bank statement (camt.052, camt.053 or camt.054): move it out of the bank files, or let path name the statements only"}
	}
	return p.err
}

func (p *camtReader) message() {
	level := p.x.depth()
	for p.child(level) {
		switch p.name() {
		case "Stmt":
			p.statement(false)
		case "Ntfctn", "Rpt":
			p.statement(true)
		}
	}
}

func (p *camtReader) statement(notice bool) {
	level := p.x.depth()
	p.h = header{line: p.x.line(), notice: notice}
	p.m.ordinal = 0
	p.seen = balances{}
	p.opened = false
	for p.child(level) {
		switch p.name() {
		case "Id":
			p.h.id = string(p.text())
		case "CreDtTm":
			p.h.created, _ = p.moment()
		case "FrToDt":
			p.period()
		case "Acct":
			p.account()
		case "Bal":
			p.balance()
		case "Ntry":
			p.begin()
			p.entry()
		}
	}
	p.begin()
	p.seen.into(&p.h)
	if p.err == nil {
		p.err = p.v.done(&p.h)
	}
}

// begin tells of the statement once.
func (p *camtReader) begin() {
	if p.opened || p.err != nil {
		return
	}
	p.opened = true
	p.m.head = &p.h
	p.seen.into(&p.h)
	p.err = p.v.open(&p.h)
}

func (p *camtReader) account() {
	level := p.x.depth()
	for p.child(level) {
		switch p.name() {
		case "Id":
			if id := p.accountID(nil); len(id) > 0 {
				p.h.account = string(id)
			}
		case "Ccy":
			p.h.currency, _ = p.currency(p.text())
		}
	}
}

// accountID reads IBAN or Othr/Id into dst, without spaces and in capitals.
func (p *camtReader) accountID(dst []byte) []byte {
	level := p.x.depth()
	for p.child(level) {
		switch p.name() {
		case "IBAN":
			dst = compact(dst[:0], p.text())
		case "Othr":
			inner := p.x.depth()
			for p.child(inner) {
				if p.name() == "Id" && len(dst) == 0 {
					dst = compact(dst[:0], p.text())
				}
			}
		}
	}
	return dst
}

// period reads FrToDt: the days between two moments, as far as they are whole.
func (p *camtReader) period() {
	level := p.x.depth()
	for p.child(level) {
		switch p.name() {
		case "FrDtTm", "FrDt":
			day, at := p.moment()
			if p.h.from = day; at > 0 && day.Known() {
				p.h.from = day.AddDays(1)
			}
		case "ToDtTm", "ToDt":
			const lastMinute = 24*time.Hour - time.Minute
			day, at := p.moment()
			if p.h.to = day; at > 0 && at < lastMinute && day.Known() {
				p.h.to = day.AddDays(-1)
			}
		}
	}
}
