-- Accepting a research writes as few pages as it can: its request stands in the ledger's row unless it is long (`body`
-- empty: it is in `requests`), what waits stands in the queue's own indexes and not among the states as well, and rows
-- are numbered without a table that counts them. No ledger row is ever deleted; whoever comes to do it deletes all
-- that names the row with it.
create table ledger_lean (
  row              integer primary key,
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
  last_seq         integer not null default 0,
  crashes          integer not null default 0,
  not_before       integer not null default 0,
  claimed_seq      integer not null default 0,
  held             integer not null default 0,
  granted          text    not null default '',
  body             text    not null default ''   -- last: what is long is read only when it is asked for
) strict;
insert into ledger_lean
  select l.row, l.id, l.tenant, l.priority, l.state, l.attempt, l.lease_owner, l.lease_epoch, l.lease_until,
         l.cancel_requested, l.created_at, l.started_at, l.finished_at, l.phase, l.pages_found, l.pages_fetched,
         l.pages_failed, l.passages, l.sources, l.error_code, l.error_message, l.error_advice, l.last_seq, l.crashes,
         l.not_before, l.claimed_seq, l.held, coalesce(r.granted, ''),
         iif(length(cast(r.body as blob)) <= 2000, r.body, '')
  from ledger l left join requests r on r.research = l.row; -- one without its request stays, and fails as such
delete from requests where length(cast(body as blob)) <= 2000;
alter table requests drop column granted;
drop table ledger;
alter table ledger_lean rename to ledger;
create index ledger_queue on ledger (priority, created_at) where state = 'queued' and held = 0;
create index ledger_held on ledger (not_before) where state = 'queued' and held = 1;
create index ledger_leases on ledger (lease_until) where state = 'running';
create index ledger_states on ledger (state, id) where state <> 'queued';
