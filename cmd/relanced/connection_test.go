package main

import (
	"testing"
)

// TestAConnectionIsRenamed whether the configuration is changed before or after,
// and even when commands have run in between.
func TestAConnectionIsRenamed(t *testing.T) {
	t.Parallel()
	names := []string{"connection.ledger]", "connection.books]", "connection.people]", "connection.humans]", "connection.out]", "connection.post]"}
	for name, between := range map[string]func(o *office){
		"configuration first": func(o *office) { o.edit("relanced.toml", names...) },
		"commands between": func(o *office) {
			o.edit("relanced.toml", names...)
			o.does(words("plan"))
			o.run("check")
		},
		"configuration after": func(*office) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := released(t, "auto", "sale 2026-03-02 C001 F2026-0001 1200.00")
			o.does(words("once"), "1 delivered")
			between(o)
			o.does(words("connection rename ledger books"), "connection ledger of atelier is called books now")
			o.does(words("connection rename people humans --json"), `"to": "humans"`)
			o.does(words("connection rename out post"))
			o.edit("relanced.toml", names...)
			o.does(words("once"), "books: nothing changed", "humans: nothing changed", "0 delivered")
			o.does(words("check"), "books (fec): 999999014", "humans (people): people file humans")
		})
	}
}

func TestARenameSaysWhatIsInItsWay(t *testing.T) {
	t.Parallel()
	o := released(t, "auto", "sale 2026-03-02 C001 F2026-0001 1200.00")
	o.fails(1, words("connection rename compta books"), `the database knows no connection "compta"; it knows ledger, people, out`)
	o.fails(1, words("connection rename ledger out"), `"out" is another connection`)
	o.fails(2, words("connection rename ledger Books!"), "small letters")
	o.fails(2, words("connection rename ledger"), "needs the name a connection has and the one it shall have")
	o.does(words("connection rename ledger books"), "[company.atelier.connection.books]")
	o.fails(1, words("once"), "relanced connection rename books ledger")
	o.does(words("connection rename books ledger"), "!still to be renamed")
	o.does(words("once"), "ledger: nothing changed")
}
