-- The life of signing keys, and service accounts.

-- When a key began to sign; for a next one, when it is to begin.
alter table signing_keys add column signs_from integer not null default 0;
update signing_keys set signs_from = created_at;

create unique index one_next_key on signing_keys (state) where state = 'next';

-- Counts the changes of the published keys.
create table key_set (
  version integer not null
) strict;
insert into key_set (version) select count(*) from signing_keys;

-- A service account is a user that no password opens: sessions, revocation, audiences and claims are the same
-- for both. Since they share the table, no account has the name of a user.
alter table users add column kind text not null default 'person' check (kind in ('person', 'account'));
alter table users add column description text not null default '';
alter table users add column access_seconds integer not null default 0 check (access_seconds >= 0);
