package demobooks

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// document prints an invoice as PDF. The same invoice gives the same bytes.
func (b *Books) document(i *invoice) (File, error) {
	doc := fpdf.New("P", "mm", "A4", "")
	day := i.issued.In(time.UTC, 17, 0)
	doc.SetCreationDate(day)
	doc.SetModificationDate(day)
	doc.SetCatalogSort(true)
	latin := doc.UnicodeTranslatorFromDescriptor("") // cp1252, which the core fonts speak
	doc.SetTitle("Facture "+i.number, true)
	doc.SetMargins(22, 22, 22)
	doc.AddPage()
	row := func(style string, size float64, text string) {
		doc.SetFont("Helvetica", style, size)
		doc.CellFormat(0, size/2, latin(text), "", 1, "L", false, 0, "")
	}
	row("B", 14, Company)
	row("", 10, "2 rue de l'Établi, 75999 FAUX-BOURG · SIREN "+companySIREN())
	doc.Ln(14)
	row("B", 12, i.customer.name)
	doc.Ln(14)
	row("B", 14, "Facture "+i.number)
	row("", 11, "du "+french(i.issued)+", payable au plus tard le "+french(i.due))
	doc.Ln(8)
	net := i.total() * 100 / (100 + vatRate)
	for _, l := range []struct {
		text  string
		cents int64
	}{{i.work, net}, {fmt.Sprintf("TVA %d %%", vatRate), i.total() - net}, {"Total TTC", i.total()}} {
		doc.SetFont("Helvetica", "", 11)
		doc.CellFormat(120, 7, latin(l.text), "B", 0, "L", false, 0, "")
		doc.CellFormat(0, 7, latin(comma(l.cents)+" €"), "B", 1, "R", false, 0, "")
	}
	doc.Ln(10)
	row("", 10, "Virement : IBAN "+companyIBAN()+", en indiquant "+i.number)
	row("I", 9, "Facture inventée pour une démonstration : rien n'est à payer.")
	var out bytes.Buffer
	if err := doc.Output(&out); err != nil {
		return File{}, fmt.Errorf("print: %w", err)
	}
	return File{Path: InvoiceDir + "/" + i.number + ".pdf", Data: out.Bytes(), Time: i.issued.In(b.zone, 17, 0)}, nil
}

// french writes a day as 28/09/2026.
func french(d interface{ Civil() (int, time.Month, int) }) string {
	y, m, day := d.Civil()
	return fmt.Sprintf("%02d/%02d/%04d", day, m, y)
}
