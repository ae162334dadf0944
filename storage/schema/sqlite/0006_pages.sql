-- Where the pages of a file begin in its text, packed; empty for what has no pages.
alter table documents add column pages blob not null default x'';
