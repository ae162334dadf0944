-- The embedded store's first schema (DESIGN sections 5 to 7). Never edited after release: changes come as 0002, 0003, …
-- Times are nanoseconds since the Unix epoch, UTC; 0 means "not yet". Names of states, phases and errors are those of
-- the public interface.

-- The ledger: the only queue there is. `last_seq` is the newest event of its log.
create table ledger (
  row              integer primary key autoincrement,
  id               text    not null unique,
  tenant           text    not null default '',
  priority         integer not null,             -- 0 interactive, 1 standard, 2 batch, 3 background
  state            text    not null default 'queued',
  attempt          integer not null default 0,
  lease_owner      text    not null default '',
  lease_epoch      integer not null default 0,
  lease_until      integer not null default 0,
  cancel_requested integer not null default 0,
  created_at       integer not null,
  started_at       integer not null default 0,
  finished_at      integer not null default 0,
  phase            text    not null default 'queued',
  pages_found      integer not null default 0,
  pages_fetched    integer not null default 0,
  pages_failed     integer not null default 0,
  passages         integer not null default 0,
  sources          integer not null default 0,
  error_code       text    not null default 'none',
  error_message    text    not null default '',
  error_advice     text    not null default '',
  last_seq         integer not null default 0
) strict;
create index ledger_queue on ledger (priority, created_at, id) where state = 'queued';
create index ledger_leases on ledger (lease_until) where state = 'running';
create index ledger_states on ledger (state, id);

-- Apart from the ledger's row, so that progress does not rewrite them.
create table requests (
  research integer primary key,
  body     text not null
) strict;
create table reports (
  research integer primary key,
  body     text not null
) strict;

-- A tenant's Idempotency-Keys, 24 h each.
create table idempotency (
  tenant   text    not null,
  key      text    not null,
  digest   text    not null,
  research integer not null,
  at       integer not null,
  primary key (tenant, key)
) strict, without rowid;
create index idempotency_age on idempotency (at);

-- Each research's event log, gapless from 1, with the epoch it was written under.
create table events (
  research integer not null,
  seq      integer not null,
  epoch    integer not null,
  at       integer not null,
  type     text    not null,
  data     text    not null,
  primary key (research, seq)
) strict, without rowid;

-- Snapshots. Their text is the blob of the same name (`id` in hexadecimal). `blocks` is packed (storage/sqlite/packing.hpp).
create table documents (
  row       integer primary key autoincrement,
  id        blob    not null unique,             -- SHA-256, 32 bytes
  bytes     integer not null,
  title     text    not null,
  byline    text    not null,
  published text    not null,
  language  text    not null,
  passages  integer not null default 0,
  blocks    blob    not null
) strict;

-- Offsets only: the text is cut from the snapshot.
create table passages (
  document integer not null,
  ordinal  integer not null,
  start    integer not null,
  end      integer not null,
  heading  text    not null,
  primary key (document, ordinal)
) strict, without rowid;

-- The vectors of one document by one model, in the order of its passages: `scales` is one little-endian float each,
-- `vectors` `dimension` signed bytes each.
create table embeddings (
  row       integer primary key,
  document  integer not null,
  model     text    not null,
  dimension integer not null,
  scales    blob    not null,
  vectors   blob    not null,
  unique (document, model)
) strict;

-- What each address gave: one row an address and snapshot, its newest retrieval. `links` is packed.
create table fetches (
  row        integer primary key,
  url        text    not null,
  document   integer not null,
  final_url  text    not null,
  fetched_at integer not null,
  status     integer not null,
  media_type text    not null,
  raw_sha256 text    not null,
  validator  text    not null,
  bytes      integer not null,
  links      blob    not null,
  unique (url, document)
) strict;
create index fetches_document on fetches (document, fetched_at);

-- `evidence`: a research's own collection, named by its id.
create table collections (
  row       integer primary key autoincrement,
  name      text    not null unique,
  evidence  integer not null,
  documents integer not null default 0
) strict;
create table document_collections (
  document   integer not null,
  collection integer not null,
  primary key (document, collection)
) strict, without rowid;
create index collection_documents on document_collections (collection, document);

-- Counts that would take a scan.
create table totals (
  name  text primary key,
  value integer not null
) strict, without rowid;
insert into totals values ('documents', 0), ('passages', 0);
