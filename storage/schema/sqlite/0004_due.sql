-- What is not due yet stands apart from the queue, so that a claim does not walk over it: `held` is 1 until a claim
-- finds that `not_before` has come.
alter table ledger add column held integer not null default 0;
drop index ledger_queue;
create index ledger_queue on ledger (priority, created_at, id) where state = 'queued' and held = 0;
create index ledger_held on ledger (not_before) where state = 'queued' and held = 1;
