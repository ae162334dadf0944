-- What whoever accepted a research let it read beyond the rules of the node that runs it, as JSON; empty: nothing.
alter table requests add column granted text not null default '';
