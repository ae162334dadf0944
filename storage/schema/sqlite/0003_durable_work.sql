-- Attempts in a row that ended with their process and had got nowhere; when to start at the earliest; and how far the
-- log was when it was last claimed, which tells whether an attempt got anywhere.
alter table ledger add column crashes integer not null default 0;
alter table ledger add column not_before integer not null default 0;
alter table ledger add column claimed_seq integer not null default 0;

-- Work that was given up. `research` is the ledger row; `subject` the page's address, empty for a whole research.
create table dead_letters (
  row           integer primary key autoincrement,
  id            text    not null unique,
  queue         text    not null,
  research      integer not null,
  subject       text    not null,
  attempts      integer not null,
  error_code    text    not null,
  error_message text    not null,
  error_advice  text    not null,
  at            integer not null
) strict;
