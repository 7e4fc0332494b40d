package letter

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"
	"unicode/utf8"
)

// mail is the page of a mail: no picture, nothing fetched, readable in a
// program that ignores every style.
const mail = `<!DOCTYPE html>
<html lang="{{.Language}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{.Title}}</title></head>
<body style="margin:0;padding:16px;background:#fff"><div style="font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5;color:#222;max-width:640px">
{{- range .Blocks}}
{{- if .Rows}}
<table style="border-collapse:collapse;margin:0 0 16px;font-size:14px"><thead><tr>
{{- range .Heads}}<th style="text-align:{{if .Right}}right{{else}}left{{end}};padding:4px 12px 4px 0;border-bottom:1px solid #999;white-space:nowrap">{{.Text}}</th>{{end}}</tr></thead><tbody>
{{- range .Rows}}
<tr>{{range .}}<td style="text-align:{{if .Right}}right{{else}}left{{end}};padding:4px 12px 4px 0;vertical-align:top;{{if .Wide}}overflow-wrap:anywhere{{else if .Fixed}}white-space:nowrap{{end}}">{{.Text}}{{with .Note}}<br><span style="font-size:12px;color:#666;white-space:normal">{{.}}</span>{{end}}</td>{{end}}</tr>
{{- end}}
</tbody></table>
{{- else}}
<p style="margin:0 0 16px;overflow-wrap:anywhere">{{range $i, $l := .Lines}}{{if $i}}<br>{{end}}{{$l}}{{end}}</p>
{{- end}}
{{- end}}
</div></body></html>
`

// wideNumber is how long an invoice number may be to stay on one line.
const wideNumber = 20

type htmlBlock struct {
	Lines []string
	Heads []htmlCell
	Rows  [][]htmlCell
}

type htmlCell struct {
	Text, Note string
	Right      bool // figures
	Fixed      bool // must stay on one line: figures and numbers
	Wide       bool // cannot stay on one line
}

// html writes the page for mail readers; whatever came from a tool is escaped.
func (p page) html(t *template.Template, language, title string) (string, error) {
	var blocks []htmlBlock
	for _, b := range p.blocks {
		blocks = append(blocks, b.html())
	}
	var out bytes.Buffer
	if err := t.Execute(&out, map[string]any{"Language": language, "Title": title, "Blocks": blocks}); err != nil {
		return "", fmt.Errorf("page of a mail: %w", err)
	}
	// Some mail programs have no narrow space and show a box for it.
	return strings.ReplaceAll(out.String(), narrow, noBreak), nil
}

func (b block) html() htmlBlock {
	if b.table == nil {
		return htmlBlock{Lines: b.lines}
	}
	var h htmlBlock
	for _, c := range b.table.columns {
		h.Heads = append(h.Heads, htmlCell{Text: c.head, Right: c.right})
	}
	for _, row := range b.table.rows {
		var cells []htmlCell
		for i, text := range row {
			text, note, _ := strings.Cut(text, "\n")
			right := b.table.columns[i].right
			cells = append(cells, htmlCell{
				Text: text, Note: note, Right: right, Fixed: i == 0 || right, Wide: i == 0 && utf8.RuneCountInString(text) > wideNumber,
			})
		}
		h.Rows = append(h.Rows, cells)
	}
	return h
}
