-- +goose Up
-- What is on its way, and what people said about it.
CREATE TABLE entry (
  entry_key TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL,
  customer TEXT NOT NULL,
  subject TEXT NOT NULL,
  purpose TEXT NOT NULL,
  episode BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  state TEXT NOT NULL,
  verb TEXT NOT NULL,
  channel TEXT NOT NULL,
  severity BIGINT NOT NULL,
  notice BIGINT NOT NULL,
  content TEXT NOT NULL,
  facts TEXT NOT NULL,
  why TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  approved_at BIGINT NOT NULL,
  approved_facts TEXT NOT NULL,
  approved_until BIGINT NOT NULL,
  not_before BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  created BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  lease_owner TEXT NOT NULL,
  lease_epoch BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  intent_at BIGINT NOT NULL,
  intent_epoch BIGINT NOT NULL,
  recipient TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  message_id TEXT NOT NULL,
  deadline BIGINT NOT NULL,
  settle BIGINT NOT NULL,
  receipt_at BIGINT NOT NULL,
  remote_id TEXT NOT NULL,
  receipt_note TEXT NOT NULL,
  tries BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (company, subject, purpose, episode, attempt)
);
CREATE INDEX entry_state ON entry (company, state);
CREATE INDEX entry_customer ON entry (company, customer);

-- Every change of an entry's state, for `explain` and for proof.
CREATE TABLE entry_log (
  company TEXT NOT NULL,
  entry_key TEXT NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  actor TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (entry_key, version)
);

CREATE TABLE proof (
  company TEXT NOT NULL,
  entry_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  proof_day TEXT NOT NULL,
  document TEXT NOT NULL,
  actor TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (entry_key, kind, proof_day)
);

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
  created BIGINT NOT NULL,
  released BIGINT NOT NULL,
  released_by TEXT NOT NULL,
  released_why TEXT NOT NULL
);
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
  promise_minor BIGINT NOT NULL,
  promise_currency TEXT NOT NULL,
  promise_day TEXT NOT NULL,
  created BIGINT NOT NULL
);
CREATE INDEX log_customer ON log (company, customer);

-- Decisions are append-only on change: the one in force has no end.
CREATE TABLE decision (
  company TEXT NOT NULL,
  item TEXT NOT NULL,
  since BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  customer TEXT NOT NULL,
  verdict TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  rung TEXT NOT NULL,
  severity BIGINT NOT NULL,
  again TEXT NOT NULL,
  reason_day TEXT NOT NULL,
  decided TEXT NOT NULL,
  PRIMARY KEY (company, item, since)
);
CREATE INDEX decision_now ON decision (company, customer) WHERE ended = 0;

-- The worker's role, and the epoch that fences off an older worker.
CREATE TABLE lease (
  name TEXT NOT NULL PRIMARY KEY,
  owner TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  until BIGINT NOT NULL
);

-- "switch" is a word of SQL's in some dialects; these stop sending at once.
CREATE TABLE kill_switch (
  company TEXT NOT NULL,
  scope TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (company, scope, subject)
);

-- What a restored copy is told by; see docs/states.md.
CREATE TABLE generation (
  id BIGINT NOT NULL PRIMARY KEY,
  number BIGINT NOT NULL,
  token TEXT NOT NULL,
  played TEXT NOT NULL,
  played_since BIGINT NOT NULL,
  live BIGINT NOT NULL,
  created BIGINT NOT NULL
);

-- What the company's rules were when its positions were worked out.
CREATE TABLE ruling (
  company TEXT NOT NULL PRIMARY KEY,
  fingerprint TEXT NOT NULL
);

-- A company that a person has released to send.
CREATE TABLE sending (
  company TEXT NOT NULL PRIMARY KEY,
  since BIGINT NOT NULL
);

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
