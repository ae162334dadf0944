-- The store of a cluster (DESIGN sections 5 to 7). Never edited after release: changes come as 0002, 0003, …
-- Times are nanoseconds since the Unix epoch, UTC; 0 means "not yet". Names of states, phases and errors are those of
-- the public interface. Ids sort by their bytes.

-- The ledger: the only queue there is. `last_seq` is the newest event of its log, `claimed_seq` what it was at the last
-- claim; `held` until a claim finds that `not_before` has come; `crashes` counts attempts in a row that got nowhere.
create table ledger (
  row              bigint  generated always as identity primary key,
  id               text    collate "C" not null unique,
  tenant           text    not null default '',
  priority         integer not null,             -- 0 interactive, 1 standard, 2 batch, 3 background
  state            text    collate "C" not null default 'queued',
  attempt          integer not null default 0,
  lease_owner      text    not null default '',
  lease_epoch      bigint  not null default 0,
  lease_until      bigint  not null default 0,
  cancel_requested boolean not null default false,
  created_at       bigint  not null,
  started_at       bigint  not null default 0,
  finished_at      bigint  not null default 0,
  phase            text    not null default 'queued',
  pages_found      bigint  not null default 0,
  pages_fetched    bigint  not null default 0,
  pages_failed     bigint  not null default 0,
  passages         bigint  not null default 0,
  sources          bigint  not null default 0,
  error_code       text    not null default 'none',
  error_message    text    not null default '',
  error_advice     text    not null default '',
  last_seq         bigint  not null default 0,
  crashes          integer not null default 0,
  not_before       bigint  not null default 0,
  claimed_seq      bigint  not null default 0,
  held             boolean not null default false,
  granted          text    not null default '',
  body             text    not null              -- the request; what is long is kept apart by PostgreSQL
);
create index ledger_queue on ledger (priority, created_at, id) where state = 'queued' and not held;
create index ledger_held on ledger (not_before) where state = 'queued' and held;
create index ledger_leases on ledger (lease_until) where state = 'running';
create index ledger_states on ledger (state, id) where state <> 'queued';

create table reports (
  research bigint primary key,
  body     text   not null
);

-- A tenant's Idempotency-Keys, 24 h each.
create table idempotency (
  tenant   text   collate "C" not null,
  key      text   collate "C" not null,
  digest   text   not null,
  research bigint not null,
  at       bigint not null,
  primary key (tenant, key)
);
create index idempotency_age on idempotency (at);

-- Each research's event log, gapless from 1, with the epoch it was written under.
create table events (
  research bigint not null,
  seq      bigint not null,
  epoch    bigint not null,
  at       bigint not null,
  type     text   collate "C" not null,
  data     text   not null,
  primary key (research, seq)
);

-- Snapshots. Their text is the blob of the same name (`id` in hexadecimal). `blocks` and `pages` are packed
-- (storage/packing.hpp). Rows are numbered in the order in which they are committed: whoever adds one holds
-- an advisory lock until then, so that a shard that has read up to a number has missed none below it.
create table documents (
  row       bigint   primary key,
  id        bytea    not null unique,             -- SHA-256, 32 bytes
  year      smallint not null,                    -- when it was stored: the partition of its passages
  bytes     bigint   not null,
  title     text     not null,
  byline    text     not null,
  published text     not null,
  language  text     not null,
  passages  integer  not null default 0,
  blocks    bytea    not null,
  pages     bytea    not null default ''
);
create sequence documents_row as bigint owned by documents.row;

-- Offsets only: the text is cut from the snapshot. A partition a year, made ahead by whoever opens the store.
create table passages (
  year     smallint not null,
  document bigint   not null,
  ordinal  integer  not null,
  start    bigint   not null,
  "end"    bigint   not null,
  heading  text     not null,
  primary key (year, document, ordinal)
) partition by list (year);

-- The vectors of one document by one model, in the order of its passages: `scales` is one little-endian float each,
-- `vectors` `dimension` signed bytes each.
create table embeddings (
  row       bigint  generated always as identity primary key,
  document  bigint  not null,
  model     text    not null,
  dimension integer not null,
  scales    bytea   not null,
  vectors   bytea   not null,
  unique (document, model)
);

-- What each address gave: one row an address and snapshot, its newest retrieval. `links` is packed.
create table fetches (
  row        bigint  generated always as identity primary key,
  address    bytea   not null,                    -- SHA-256 of `url`, which may be longer than an index takes
  url        text    not null,
  document   bigint  not null,
  final_url  text    not null,
  fetched_at bigint  not null,
  status     integer not null,
  media_type text    not null,
  raw_sha256 text    not null,
  validator  text    not null,
  bytes      bigint  not null,
  links      bytea   not null,
  access     text    not null default '',
  simhash    bigint  not null default 0,
  unique (address, document)
);
create index fetches_document on fetches (document, fetched_at);

-- `evidence`: a research's own collection, named by its id.
create table collections (
  row       bigint  generated always as identity primary key,
  name      text    collate "C" not null unique,
  evidence  boolean not null,
  documents bigint  not null default 0
);
create table document_collections (
  document   bigint not null,
  collection bigint not null,
  primary key (document, collection)
);
create index collection_documents on document_collections (collection, document);

-- Counts that would take a scan.
create table totals (
  name  text   primary key,
  value bigint not null
);
insert into totals values ('documents', 0), ('passages', 0);

-- Which database this is: what a node keeps beside it, such as a snapshot of its index, belongs to this one alone.
create table identity (
  value text not null
);
insert into identity values (replace(gen_random_uuid()::text, '-', ''));

-- Work that was given up. `research` is the ledger row; `subject` the page's address, empty for a whole research.
create table dead_letters (
  row           bigint  generated always as identity primary key,
  id            text    collate "C" not null unique,
  queue         text    not null,
  research      bigint  not null,
  subject       text    not null,
  attempts      bigint  not null,
  error_code    text    not null,
  error_message text    not null,
  error_advice  text    not null,
  at            bigint  not null
);
create index dead_letters_research on dead_letters (research);
