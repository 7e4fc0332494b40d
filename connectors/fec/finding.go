package fec

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/relanced/relanced/ledger"
)

// rest yields what is neither an invoice nor money: deposits nobody used,
// customers without movements of their own, quarantine and findings.
func (y *year) rest(ctx context.Context) error {
	if err := y.unused(ctx); err != nil {
		return err
	}
	for i := range y.r.customers.list {
		if who := &y.r.customers.list[i]; who.year == y.closing {
			if err := y.introduce(ctx, uint32(i)); err != nil {
				return err
			}
		}
	}
	for _, q := range y.quarantined {
		y.page.Quarantined = append(y.page.Quarantined, q)
		if err := y.note(ctx); err != nil {
			return err
		}
	}
	y.unconfirmed()
	told := map[string]bool{}
	for i := range y.doubts {
		f, stands := y.finding(&y.doubts[i])
		if !stands || told[f.ID] {
			continue
		}
		told[f.ID] = true
		y.page.Findings = append(y.page.Findings, f)
		if err := y.note(ctx); err != nil {
			return err
		}
	}
	return y.flushPage(ctx)
}

// unused yields what customers paid in advance and no invoice has used. Only
// the newest year knows.
func (y *year) unused(ctx context.Context) error {
	for i := range y.r.customers.list {
		who := &y.r.customers.list[i]
		if who.deposits == nil || !y.last {
			continue
		}
		d := who.deposits
		amount := min(d.paid, d.left)
		if amount <= 0 {
			continue
		}
		if err := y.introduce(ctx, uint32(i)); err != nil {
			return err
		}
		y.page.Credits = append(y.page.Credits, ledger.Credit{
			ID: "dep-" + hex16(y.r.hash.deposit(who.code)), Customer: who.code, Kind: ledger.CreditDeposit,
			Day: d.newest, Amount: y.r.amount(amount, 0), Text: "4191", Seen: y.r.seen(y.survey, d.line),
		})
		if err := y.put(ctx); err != nil {
			return err
		}
	}
	return nil
}

// unconfirmed raises a finding for each item that was open at the end of last
// year, still is, and that no opening entry of this year speaks of.
func (y *year) unconfirmed() {
	for i := range y.r.carried.list {
		p := &y.r.carried.list[i]
		if p.kind == kindInvoice && p.rest > 0 && !p.confirmed && !p.told && p.claim == nil {
			p.told = true
			y.doubts = append(y.doubts, doubt{kind: ledger.FindingUnconfirmed, position: p, always: true})
		}
	}
}

// finding words a doubt. It reports false when everything it is about has been
// settled since: then nobody is chased for it.
func (y *year) finding(d *doubt) (ledger.Finding, bool) {
	f := ledger.Finding{Kind: d.kind, Holds: d.kind != ledger.FindingLettering}
	var subject string
	if p := d.position; p != nil {
		f.Customer = y.r.customers.list[p.cust].code
		f.Invoice, f.Item = remoteID(kindInvoice, p.id, 0), remoteID(kindInvoice, p.id, int(p.ordinal))
		subject = f.Item
		f.Seen = ledger.Source(y.name)
	} else {
		m := y.moves.at(d.rec)
		group, _ := y.group(d.rec)
		if !d.always && y.settledAll(group) || m.kind == kindSkip {
			return f, false
		}
		f.Customer = y.r.customers.list[m.cust].code
		subject = f.Customer
		if m.isItem() && !d.customer {
			f.Invoice = remoteID(kindInvoice, m.id, 0)
		}
		switch {
		case d.kind == ledger.FindingLettering:
			subject += " " + strconv.FormatUint(m.letter, 16)
		case !d.customer || d.kind == ledger.FindingUnexplained:
			subject = remoteID(m.kind, m.id, y.ordinal(d.rec))
		}
		if y.r.customers.list[m.cust].unknown {
			f.Customer = ""
		}
		f.Seen = ledger.Source(y.name)
		if d.line > 0 {
			f.Seen = y.r.seen(y.survey, d.line)
		}
	}
	f.Text = y.words(d)
	h := &y.r.hash
	h.begin('f')
	h.part([]byte(d.kind))
	h.part([]byte(subject))
	if d.customer {
		h.part([]byte(y.stream()))
	}
	f.ID = "fnd-" + hex16(h.sum())
	return f, true
}

func (y *year) settledAll(group []uint32) bool {
	for _, rec := range group {
		if !y.moves.at(rec).has(flagSettled) {
			return false
		}
	}
	return true
}

// words says what was seen and what to do.
func (y *year) words(d *doubt) string {
	switch d.kind {
	case ledger.FindingSameNumber:
		return y.name + ": two documents of this customer bear the same number, with another day and another amount; correct the number in the accounting software, or release the finding when both are right"
	case ledger.FindingTwins:
		return y.name + ": this document is booked twice, with the same day and amount; take one out in the accounting software, or release the finding when both are owed"
	case ledger.FindingUnexplained:
		if y.moves.at(d.rec).has(flagNumberless) {
			return y.name + ": this invoice has no number, neither in PieceRef nor in EcritureLib; give it one in the accounting software, or release the finding"
		}
		return y.name + ": a debit on the customer's account that neither a sale nor money explains; look at the entry, and letter it or release the finding"
	case ledger.FindingUnbalanced:
		return fmt.Sprintf("%s line %d: the entry does not balance; correct it in the accounting software and export again", y.name, d.line)
	case ledger.FindingLettering:
		return y.name + ": rows lettered " + unpackLetter(y.moves.at(d.rec).letter) + " do not sum to zero and can be read in more than one way; the money is left unallocated until the lettering is complete"
	case ledger.FindingUnconfirmed:
		why := "its opening entries do not speak of it"
		if len(y.openings) == 0 {
			why = "it has no opening entries yet"
		}
		return y.name + ": this item was open at the end of the year before, and " + why + "; export both years again once the opening is booked, or release the finding"
	case ledger.FindingOpeningTotal:
		if d.position != nil {
			return fmt.Sprintf("%s: the opening entry of this document says %s, and the year before leaves %s open; export the year before again", y.name, y.r.amount(d.other, 0), y.r.amount(d.position.rest, d.position.cur))
		}
		return y.name + ": the opening entries of this customer do not agree with what the year before leaves open; export the year before again, or release the finding once both have been compared"
	default:
		return y.name
	}
}

// unpackLetter spells a lettering code.
func unpackLetter(packed uint64) string {
	if packed>>63 != 0 {
		return "with a long code"
	}
	var b strings.Builder
	for shift := 56; shift >= 0; shift -= 8 {
		if c := byte(packed >> shift); c != 0 {
			b.WriteByte(c)
		}
	}
	return b.String()
}
