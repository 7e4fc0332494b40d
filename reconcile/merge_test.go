package reconcile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/reconcile"
)

func TestMergeFieldByField(t *testing.T) {
	got := reconcile.Merge([]reconcile.CustomerRecord{
		{Connection: "people", Customer: ledger.Customer{ID: "p1", Code: "C001", Language: "en", Address: []string{"1 rue A"}, IBANs: []string{"FR76 1"}}},
		{Connection: "fec", Customer: ledger.Customer{ID: "f1", Code: "c1", Name: "DURAND", Language: "fr", Address: []string{"2 rue B"}, IBANs: []string{"fr761", "FR76 2"}, NeverChase: "friend of the house"}},
	}, nil, ledger.Customer{Name: "*", Code: "*", Terms: "45 days", Language: "de", Kind: ledger.KindBusiness, Calendar: "FR-57", NeverChase: "nobody", SIREN: "732829320"}).Customer
	want := ledger.Customer{
		Code: "C001", Name: "DURAND", Language: "en", Kind: ledger.KindBusiness, Terms: "45 days", Calendar: "FR-57",
		Address: []string{"1 rue A"}, IBANs: []string{"FR76 1", "FR76 2"}, NeverChase: "friend of the house",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestMergeContacts(t *testing.T) {
	got := reconcile.Merge(nil, []ledger.Contact{
		{ID: "1", Role: ledger.RolePays, Mail: "Compta@durand.example"},
		{ID: "2", Role: ledger.RolePays, Mail: "compta@durand.example ", Name: "Anne", Phone: "01 02"},
		{ID: "3", Role: ledger.RoleOrders, Mail: "compta@durand.example", Invalid: "hard bounce"},
		{ID: "4", Role: ledger.RolePays, Mail: "not an address"},
		{ID: "5", Role: ledger.RolePays, Phone: "+33 1 02"},
		{ID: "6", Role: ledger.RolePays, Phone: "+33102", Name: "Bob"},
		{ID: "7", Role: ledger.RoleEscalation, Name: "Élise"},
		{ID: "8", Role: ledger.RoleEscalation, Name: "ELISE"},
	}, ledger.Customer{}).Contacts
	want := []ledger.Contact{
		{ID: "1", Role: ledger.RolePays, Mail: "Compta@durand.example", Name: "Anne", Phone: "01 02", Invalid: "hard bounce"},
		{ID: "3", Role: ledger.RoleOrders, Mail: "compta@durand.example", Invalid: "hard bounce"},
		{ID: "4", Role: ledger.RolePays, Mail: "not an address", Invalid: "this is not a mail address"},
		{ID: "5", Role: ledger.RolePays, Phone: "+33 1 02", Name: "Bob"},
		{ID: "7", Role: ledger.RoleEscalation, Name: "Élise"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
