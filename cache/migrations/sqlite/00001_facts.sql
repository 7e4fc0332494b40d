-- +goose Up
-- What the connections say, and what was worked out from it. Uids are sixteen
-- hexadecimal digits. A column named "debtor" holds the uid of a customer
-- record; customer.customer leads from there to the customer it belongs to, so
-- that linking two records moves no other row. Days are text, '' unknown;
-- instants are unix milliseconds, 0 never; amounts are minor units.
CREATE TABLE company (
  uid TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  money INTEGER NOT NULL,
  matched INTEGER NOT NULL
) STRICT;

CREATE TABLE connection (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL REFERENCES company (uid),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  identity TEXT NOT NULL,
  place INTEGER NOT NULL,
  next_cursor TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  failed_at INTEGER NOT NULL,
  failure TEXT NOT NULL,
  UNIQUE (company, name)
) STRICT;

-- A stream's last complete end, and the number its records bear. "had" is how
-- many records of each kind it held when it was last read in full and believed.
CREATE TABLE stream (
  id INTEGER NOT NULL PRIMARY KEY,
  company TEXT NOT NULL REFERENCES company (uid),
  connection TEXT NOT NULL REFERENCES connection (uid),
  name TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  money_until TEXT NOT NULL,
  account TEXT NOT NULL,
  records INTEGER NOT NULL,
  open_sums TEXT NOT NULL,
  had TEXT NOT NULL DEFAULT '',
  ended_at INTEGER NOT NULL,
  UNIQUE (connection, name)
) STRICT;

CREATE TABLE run (
  company TEXT NOT NULL REFERENCES company (uid),
  connection TEXT NOT NULL REFERENCES connection (uid),
  number INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  scope INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  quarantined INTEGER NOT NULL,
  failure TEXT NOT NULL,
  PRIMARY KEY (connection, number)
) STRICT;

-- One row per connection's record. A row without a customer is the people
-- file's row "*"; a row without a stream was named by another record only.
CREATE TABLE customer (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL REFERENCES company (uid),
  connection TEXT NOT NULL REFERENCES connection (uid),
  stream INTEGER NOT NULL,
  id TEXT NOT NULL,
  customer TEXT NOT NULL,
  survivor TEXT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  source TEXT NOT NULL,
  hash INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  gone_at INTEGER NOT NULL
) STRICT;
CREATE INDEX customer_customer ON customer (company, customer);
CREATE INDEX customer_stream ON customer (stream);

CREATE TABLE customer_key (
  company TEXT NOT NULL REFERENCES company (uid),
  customer_key TEXT NOT NULL,
  debtor TEXT NOT NULL,
  PRIMARY KEY (company, customer_key, debtor)
) STRICT;
CREATE INDEX customer_key_debtor ON customer_key (debtor);

-- What was known when about who is who; append-only.
CREATE TABLE link (
  company TEXT NOT NULL REFERENCES company (uid),
  debtor TEXT NOT NULL,
  customer TEXT NOT NULL,
  why TEXT NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX link_debtor ON link (debtor);

-- What a tool said it merged; append-only.
CREATE TABLE merge (
  company TEXT NOT NULL REFERENCES company (uid),
  connection TEXT NOT NULL REFERENCES connection (uid),
  from_debtor TEXT NOT NULL,
  into_debtor TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (from_debtor, into_debtor)
) STRICT;

CREATE TABLE contact (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL REFERENCES company (uid),
  connection TEXT NOT NULL REFERENCES connection (uid),
  stream INTEGER NOT NULL,
  id TEXT NOT NULL,
  debtor TEXT NOT NULL,
  mail TEXT NOT NULL,
  body TEXT NOT NULL,
  invalid TEXT NOT NULL,
  source TEXT NOT NULL,
  hash INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  gone_at INTEGER NOT NULL
) STRICT;
CREATE INDEX contact_debtor ON contact (debtor);
CREATE INDEX contact_stream ON contact (stream);

CREATE TABLE invoice (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL REFERENCES company (uid),
  connection TEXT NOT NULL REFERENCES connection (uid),
  stream INTEGER NOT NULL,
  id TEXT NOT NULL,
  debtor TEXT NOT NULL,
  number TEXT NOT NULL,
  issued TEXT NOT NULL,
  total INTEGER NOT NULL,
  currency TEXT NOT NULL,
  refs TEXT NOT NULL,
  customer_order TEXT NOT NULL,
  draft INTEGER NOT NULL,
  opening INTEGER NOT NULL,
  source TEXT NOT NULL,
  hash INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  gone_at INTEGER NOT NULL
) STRICT;
CREATE INDEX invoice_debtor ON invoice (debtor);
CREATE INDEX invoice_stream ON invoice (stream);

-- "settled" is the sum of the item's allocations, "ours" of those the tool does
-- not know of; both are kept up with them. "tool_open" is what the tool itself
-- says is open, NULL when it leaves that to us.
CREATE TABLE item (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL REFERENCES company (uid),
  invoice TEXT NOT NULL,
  id TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  due TEXT NOT NULL,
  total INTEGER NOT NULL,
  currency TEXT NOT NULL,
  tool_open INTEGER,
  settled INTEGER NOT NULL DEFAULT 0,
  ours INTEGER NOT NULL DEFAULT 0,
  episode INTEGER NOT NULL DEFAULT 1,
  seen_at INTEGER NOT NULL,
  gone_at INTEGER NOT NULL
) STRICT;
CREATE INDEX item_invoice ON item (invoice);
CREATE INDEX item_open ON item (company) WHERE COALESCE(tool_open - ours, total - settled) <> 0 AND gone_at = 0;

-- "used" is the sum of the allocations from it, kept with them.
CREATE TABLE credit (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL REFERENCES company (uid),
  connection TEXT NOT NULL REFERENCES connection (uid),
  stream INTEGER NOT NULL,
  id TEXT NOT NULL,
  debtor TEXT NOT NULL,
  kind TEXT NOT NULL,
  number TEXT NOT NULL,
  booked TEXT NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  note TEXT NOT NULL,
  source TEXT NOT NULL,
  used INTEGER NOT NULL DEFAULT 0,
  hash INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  gone_at INTEGER NOT NULL
) STRICT;
CREATE INDEX credit_debtor ON credit (debtor);
CREATE INDEX credit_stream ON credit (stream);
CREATE INDEX credit_loose ON credit (company) WHERE used <> amount AND gone_at = 0;

CREATE TABLE payment (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL REFERENCES company (uid),
  connection TEXT NOT NULL REFERENCES connection (uid),
  stream INTEGER NOT NULL,
  id TEXT NOT NULL,
  debtor TEXT NOT NULL,
  booked TEXT NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  method TEXT NOT NULL,
  note TEXT NOT NULL,
  reference TEXT NOT NULL,
  source TEXT NOT NULL,
  used INTEGER NOT NULL DEFAULT 0,
  hash INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  gone_at INTEGER NOT NULL
) STRICT;
CREATE INDEX payment_debtor ON payment (company, debtor);
CREATE INDEX payment_stream ON payment (stream);
CREATE INDEX payment_booked ON payment (company, booked);
CREATE INDEX payment_loose ON payment (company) WHERE used <> amount AND gone_at = 0;

CREATE TABLE bank_line (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL REFERENCES company (uid),
  connection TEXT NOT NULL REFERENCES connection (uid),
  stream INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  booked TEXT NOT NULL,
  value_day TEXT NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  payer TEXT NOT NULL,
  payer_iban TEXT NOT NULL,
  note TEXT NOT NULL,
  reference TEXT NOT NULL,
  end_to_end TEXT NOT NULL,
  extra TEXT NOT NULL,
  source TEXT NOT NULL,
  used INTEGER NOT NULL DEFAULT 0,
  hash INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  gone_at INTEGER NOT NULL
) STRICT;
CREATE INDEX bank_line_stream ON bank_line (stream);
CREATE INDEX bank_line_amount ON bank_line (company, amount);
CREATE INDEX bank_line_payer ON bank_line (payer_iban) WHERE payer_iban <> '';
CREATE INDEX bank_line_loose ON bank_line (company) WHERE used <> amount AND gone_at = 0;

-- Append-only. A change is the opposite row and a new one. "void" is 1 on both
-- halves of a pair of the tool's rows that cancels, so that what is in force is
-- found quickly, and 2 on a row taken back that others of ours refer to.
CREATE TABLE allocation (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL REFERENCES company (uid),
  connection TEXT NOT NULL,
  stream INTEGER NOT NULL,
  id TEXT NOT NULL,
  origin TEXT NOT NULL,
  version INTEGER NOT NULL,
  from_kind TEXT NOT NULL,
  from_uid TEXT NOT NULL,
  item TEXT NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  undoes TEXT NOT NULL,
  counts_from TEXT NOT NULL,
  hash INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  void INTEGER NOT NULL
) STRICT;
CREATE INDEX allocation_item ON allocation (item);
CREATE INDEX allocation_from ON allocation (from_uid);
CREATE INDEX allocation_stream ON allocation (stream);
CREATE INDEX allocation_origin ON allocation (origin) WHERE version > 1;

-- Items and money that allocations name and that have not been seen yet.
CREATE TABLE awaited (
  company TEXT NOT NULL REFERENCES company (uid),
  uid TEXT NOT NULL,
  PRIMARY KEY (company, uid)
) STRICT;

CREATE TABLE pairing (
  company TEXT NOT NULL REFERENCES company (uid),
  line TEXT NOT NULL,
  payment TEXT NOT NULL,
  why TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  gone_at INTEGER NOT NULL,
  PRIMARY KEY (line, payment, seen_at)
) STRICT;
CREATE INDEX pairing_payment ON pairing (payment);

CREATE TABLE suggestion (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL REFERENCES company (uid),
  debtor TEXT NOT NULL,
  body TEXT NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX suggestion_debtor ON suggestion (company, debtor);

CREATE TABLE message (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL REFERENCES company (uid),
  connection TEXT NOT NULL REFERENCES connection (uid),
  stream INTEGER NOT NULL,
  id TEXT NOT NULL,
  debtor TEXT NOT NULL,
  entry_key TEXT NOT NULL,
  sent TEXT NOT NULL,
  body TEXT NOT NULL,
  hash INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  gone_at INTEGER NOT NULL
) STRICT;
CREATE INDEX message_debtor ON message (debtor);
CREATE INDEX message_stream ON message (stream);
CREATE INDEX message_key ON message (entry_key) WHERE entry_key <> '';

-- What a tool's user recorded about a task we handed over.
CREATE TABLE task_outcome (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL REFERENCES company (uid),
  connection TEXT NOT NULL REFERENCES connection (uid),
  entry_key TEXT NOT NULL,
  body TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  logged_at INTEGER NOT NULL
) STRICT;
CREATE INDEX task_outcome_new ON task_outcome (company) WHERE logged_at = 0;

CREATE TABLE quarantine (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL REFERENCES company (uid),
  connection TEXT NOT NULL REFERENCES connection (uid),
  stream INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  debtor TEXT NOT NULL,
  money INTEGER NOT NULL,
  reason TEXT NOT NULL,
  source TEXT NOT NULL,
  hash INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  gone_at INTEGER NOT NULL
) STRICT;
CREATE INDEX quarantine_debtor ON quarantine (company, debtor);
CREATE INDEX quarantine_stream ON quarantine (stream);

-- "origin" is the connection that raised it, or the stage: money, cache.
CREATE TABLE finding (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL REFERENCES company (uid),
  origin TEXT NOT NULL,
  stream INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  debtor TEXT NOT NULL,
  invoice TEXT NOT NULL,
  item TEXT NOT NULL,
  holds INTEGER NOT NULL,
  note TEXT NOT NULL,
  source TEXT NOT NULL,
  hash INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  gone_at INTEGER NOT NULL
) STRICT;
CREATE INDEX finding_debtor ON finding (company, debtor);
CREATE INDEX finding_stream ON finding (stream);

-- A person's word that a finding, suggestion or record holds no more.
CREATE TABLE released (
  company TEXT NOT NULL REFERENCES company (uid),
  id TEXT NOT NULL,
  debtor TEXT NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (company, id, debtor)
) STRICT;
CREATE INDEX released_debtor ON released (company, debtor);

-- The version of everything known about a customer, and whether it has moved
-- since its position was worked out.
CREATE TABLE dirty (
  company TEXT NOT NULL REFERENCES company (uid),
  customer TEXT NOT NULL,
  version INTEGER NOT NULL,
  moved INTEGER NOT NULL,
  PRIMARY KEY (company, customer)
) STRICT;
CREATE INDEX dirty_moved ON dirty (company, customer) WHERE moved = 1;

-- One row per customer with something open or loose: the whole case.
CREATE TABLE position (
  company TEXT NOT NULL REFERENCES company (uid),
  customer TEXT NOT NULL,
  version INTEGER NOT NULL,
  again TEXT NOT NULL,
  gated INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (company, customer)
) STRICT;
CREATE INDEX position_again ON position (company, again);
CREATE INDEX position_gated ON position (company, gated);

CREATE TABLE attestation (
  company TEXT NOT NULL REFERENCES company (uid),
  until_day TEXT NOT NULL,
  who TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (company, at)
) STRICT;

-- +goose Down
DROP TABLE attestation;
DROP TABLE position;
DROP TABLE dirty;
DROP TABLE released;
DROP TABLE finding;
DROP TABLE quarantine;
DROP TABLE task_outcome;
DROP TABLE message;
DROP TABLE suggestion;
DROP TABLE pairing;
DROP TABLE awaited;
DROP TABLE allocation;
DROP TABLE bank_line;
DROP TABLE payment;
DROP TABLE credit;
DROP TABLE item;
DROP TABLE invoice;
DROP TABLE contact;
DROP TABLE merge;
DROP TABLE link;
DROP TABLE customer_key;
DROP TABLE customer;
DROP TABLE run;
DROP TABLE stream;
DROP TABLE connection;
DROP TABLE company;
