-- +goose Up
-- What is on its way, and what people said about it.
CREATE TABLE entry (
  entry_key TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL,
  customer TEXT NOT NULL,
  subject TEXT NOT NULL,
  purpose TEXT NOT NULL,
  episode INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  state TEXT NOT NULL,
  verb TEXT NOT NULL,
  channel TEXT NOT NULL,
  severity INTEGER NOT NULL,
  notice INTEGER NOT NULL,
  content TEXT NOT NULL,
  facts TEXT NOT NULL,
  why TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  approved_at INTEGER NOT NULL,
  approved_facts TEXT NOT NULL,
  approved_until INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  lease_owner TEXT NOT NULL,
  lease_epoch INTEGER NOT NULL,
  lease_until INTEGER NOT NULL,
  intent_at INTEGER NOT NULL,
  intent_epoch INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  message_id TEXT NOT NULL,
  deadline INTEGER NOT NULL,
  settle INTEGER NOT NULL,
  receipt_at INTEGER NOT NULL,
  remote_id TEXT NOT NULL,
  receipt_note TEXT NOT NULL,
  tries INTEGER NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (company, subject, purpose, episode, attempt)
) STRICT;
CREATE INDEX entry_state ON entry (company, state);
CREATE INDEX entry_customer ON entry (company, customer);

-- Every change of an entry's state, for `explain` and for proof.
CREATE TABLE entry_log (
  company TEXT NOT NULL,
  entry_key TEXT NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL,
  actor TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (entry_key, version)
) STRICT;

CREATE TABLE proof (
  company TEXT NOT NULL,
  entry_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  proof_day TEXT NOT NULL,
  document TEXT NOT NULL,
  actor TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (entry_key, kind, proof_day)
) STRICT;

CREATE TABLE hold (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL,
  kind TEXT NOT NULL,
  customer TEXT NOT NULL,
  invoice TEXT NOT NULL,
  item TEXT NOT NULL,
  source TEXT NOT NULL,
  owner TEXT NOT NULL,
  reason TEXT NOT NULL,
  from_day TEXT NOT NULL,
  until_day TEXT NOT NULL,
  created INTEGER NOT NULL,
  released INTEGER NOT NULL,
  released_by TEXT NOT NULL,
  released_why TEXT NOT NULL
) STRICT;
CREATE INDEX hold_customer ON hold (company, customer);

CREATE TABLE log (
  uid TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL,
  customer TEXT NOT NULL,
  entry_key TEXT NOT NULL,
  verb TEXT NOT NULL,
  outcome TEXT NOT NULL,
  log_day TEXT NOT NULL,
  who TEXT NOT NULL,
  note TEXT NOT NULL,
  promise_minor INTEGER NOT NULL,
  promise_currency TEXT NOT NULL,
  promise_day TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX log_customer ON log (company, customer);

-- Decisions are append-only on change: the one in force has no end.
CREATE TABLE decision (
  company TEXT NOT NULL,
  item TEXT NOT NULL,
  since INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  customer TEXT NOT NULL,
  verdict TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  rung TEXT NOT NULL,
  severity INTEGER NOT NULL,
  again TEXT NOT NULL,
  reason_day TEXT NOT NULL,
  decided TEXT NOT NULL,
  PRIMARY KEY (company, item, since)
) STRICT;
CREATE INDEX decision_now ON decision (company, customer) WHERE ended = 0;

-- The worker's role, and the epoch that fences off an older worker.
CREATE TABLE lease (
  name TEXT NOT NULL PRIMARY KEY,
  owner TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  until INTEGER NOT NULL
) STRICT;

-- "switch" is a word of SQL's in some dialects; these stop sending at once.
CREATE TABLE kill_switch (
  company TEXT NOT NULL,
  scope TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (company, scope, subject)
) STRICT;

-- What a restored copy is told by; see docs/states.md.
CREATE TABLE generation (
  id INTEGER NOT NULL PRIMARY KEY,
  number INTEGER NOT NULL,
  token TEXT NOT NULL,
  played TEXT NOT NULL,
  played_since INTEGER NOT NULL,
  live INTEGER NOT NULL,
  created INTEGER NOT NULL
) STRICT;

-- What the company's rules were when its positions were worked out.
CREATE TABLE ruling (
  company TEXT NOT NULL PRIMARY KEY,
  fingerprint TEXT NOT NULL
) STRICT;

-- A company that a person has released to send.
CREATE TABLE sending (
  company TEXT NOT NULL PRIMARY KEY,
  since INTEGER NOT NULL
) STRICT;

-- +goose Down
DROP TABLE sending;
DROP TABLE ruling;
DROP TABLE generation;
DROP TABLE kill_switch;
DROP TABLE lease;
DROP TABLE decision;
DROP TABLE log;
DROP TABLE hold;
DROP TABLE proof;
DROP TABLE entry_log;
DROP TABLE entry;
