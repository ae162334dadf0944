-- What was seen of a retrieved page beside its text: `excerpt` when it is only the free part of a text that has to be paid
-- for, and the key that near duplicates share but for a few bits (0: too short, or read before there were keys).
alter table fetches add column access text not null default '';
alter table fetches add column simhash integer not null default 0;
