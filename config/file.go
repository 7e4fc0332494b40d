package config

// File is the configuration as it is written. The doc tags say what each key
// is for, the default tags what stands when it is left out; config.example.toml
// and docs/configuration.md are held to them by tests.
type File struct {
	Database  string                 `toml:"database" default:"relanced.db" doc:"path of the SQLite file, or env:NAME or file:PATH holding a postgres:// address"`
	Texts     string                 `toml:"texts" doc:"folder whose texts replace the built-in ones of the same name"`
	Ladders   string                 `toml:"ladders" doc:"folder whose ladders replace or add to the built-in ones"`
	Calendars string                 `toml:"calendars" doc:"folder with a holidays.toml that replaces or adds to the built-in regions"`
	Company   map[string]CompanyFile `toml:"company" doc:"one table for each company"`
}

// CompanyFile is one creditor as it is written.
type CompanyFile struct {
	Name          string          `toml:"name" doc:"the company's name, as customers know it"`
	SIREN         string          `toml:"siren" doc:"printed at the foot of letters"`
	Language      string          `toml:"language" default:"fr" doc:"fr or en, where the customer's language is not known"`
	Zone          string          `toml:"zone" default:"Europe/Paris" doc:"the company's time zone"`
	Calendar      string          `toml:"calendar" default:"FR" doc:"holidays: FR, FR-57, FR-974, BE, LU and so on"`
	ExtraHolidays []string        `toml:"extra_holidays" doc:"days on which the company is closed as well, such as 2026-12-24"`
	Currency      string          `toml:"currency" default:"EUR" doc:"the currency the books are kept in"`
	Mode          string          `toml:"mode" default:"observe" doc:"observe: decide only; approve: a person releases each message; auto: messages up to auto_up_to leave by themselves"`
	AutoUpTo      string          `toml:"auto_up_to" default:"friendly" doc:"in mode auto, the highest severity that leaves by itself: friendly or firm"`
	Sources       []string        `toml:"sources" doc:"connections in the order in which they are believed; as written below when left out"`
	Accounts      []string        `toml:"accounts" doc:"the company's bank accounts by IBAN; money is known until the oldest of their newest complete statements"`
	Terms         string          `toml:"terms" doc:"payment terms where the people file says none, such as 30 days; nothing is assumed when left out"`
	EndOfMonth    string          `toml:"end_of_month" default:"month-end-then-days" doc:"how 45 days end of month is read: month-end-then-days or days-then-month-end"`
	Minimum       string          `toml:"minimum" default:"5.00" doc:"nothing below it is chased"`
	MinimumFormal string          `toml:"minimum_formal" default:"50.00" doc:"nothing below it gets a formal letter"`
	CreditHold    *int            `toml:"credit_hold" default:"5" doc:"business days that unplaced money of a customer holds its reminders"`
	MoneyMaxAge   *int            `toml:"money_max_age" default:"3 with accounts, 7 without" doc:"business days after which what is known about payments is too old to send on"`
	RiskOldMoney  bool            `toml:"risk_chasing_the_paid_by_ignoring_money_age" doc:"true sends however old the knowledge of payments is; customers who have paid may be reminded"`
	Documents     string          `toml:"documents" doc:"folder of invoice PDFs named by invoice number, where the people file names none for the customer"`
	Ladder        LadderFile      `toml:"ladder" doc:"which ladder is for whom"`
	Sender        SenderFile      `toml:"sender" doc:"who signs, and where the money goes"`
	Limits        LimitsFile      `toml:"limits" doc:"bounds on what leaves without a person's word"`
	Channels      ChannelsFile    `toml:"channels" doc:"which connection delivers what"`
	Connection    map[string]conn `toml:"connection" doc:"one table for each tool, file or channel"`
}

// conn is a connection before its kind is known.
type conn map[string]any

// ConnectionFile is what every connection has beside the keys of its kind.
type ConnectionFile struct {
	Kind       string `toml:"kind" doc:"fec, bank, people, folder and so on"`
	MaxReadAge string `toml:"max_read_age" doc:"how old its facts may be before sending stops, such as 45 days; its kind's own measure when left out"`
	Timeout    string `toml:"timeout" default:"30s" doc:"a delivery has given up by then"`
	Settle     string `toml:"settle" default:"60s" doc:"after a crash it is asked for a message only when that long has passed since the time-out"`
}

// LadderFile says which ladder is for whom.
type LadderFile struct {
	Business string `toml:"business" default:"fr-business" doc:"for businesses"`
	Public   string `toml:"public" default:"fr-business" doc:"for public bodies"`
	Consumer string `toml:"consumer" default:"fr-consumer" doc:"for consumers, and for customers of unknown kind"`
}

// SenderFile is who signs.
type SenderFile struct {
	Name    string   `toml:"name" doc:"the person who signs"`
	Title   string   `toml:"title" doc:"what the person does"`
	Mail    string   `toml:"mail" doc:"messages come from it"`
	ReplyTo string   `toml:"reply_to" doc:"replies go there; to mail when left out"`
	Phone   string   `toml:"phone" doc:"for questions"`
	Address []string `toml:"address" doc:"postal lines below the company's name"`
	City    string   `toml:"city" doc:"where letters are dated"`
	IBAN    string   `toml:"iban" doc:"where customers pay; no message ever takes it from a tool"`
	BIC     string   `toml:"bic" doc:"the bank's code"`
}

// LimitsFile bounds what leaves without a person's word.
type LimitsFile struct {
	PerRun      *int `toml:"per_run" default:"200" doc:"messages released in one run"`
	PerHour     *int `toml:"per_hour" default:"200" doc:"messages released in one hour"`
	FirstDays   *int `toml:"first_days" default:"10" doc:"how many sending days are the first ones"`
	FirstPerDay *int `toml:"first_per_day" default:"20" doc:"messages a day during them"`
}

// ChannelsFile says which connection delivers what.
type ChannelsFile struct {
	Mail       string `toml:"mail" doc:"connection for mails; the only one that sends when left out"`
	Letter     string `toml:"letter" doc:"connection for letters"`
	Registered string `toml:"registered" doc:"connection for registered letters"`
	Task       string `toml:"task" doc:"connection for calls, visits and tasks"`
}
