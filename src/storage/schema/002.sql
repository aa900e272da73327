-- Revocation. Every session has a status index; 1048576 (2^20) indices in a row make a status list, whose
-- number is index / 1048576.

-- The feed of revocations: one row.
create table feed (
  epoch          text    not null, -- names this history of the store, '' until the first start
  seq            integer not null, -- the number of the newest event; no number is left out
  next_index     integer not null, -- the lowest index that nobody has been given
  first_list     integer not null, -- the live lists: a session in an older one has ended ...
  first_list_at  integer not null, -- ... at this time
  last_list      integer not null,
  check (first_list <= last_list)
) strict;

-- The events that are revocations of one session, for as long as its list is live.
create table revocations (
  seq          integer not null primary key,
  status_index integer not null
) strict;

-- Sessions from before have indices too; no token tells of them yet.
alter table sessions add column status_index integer not null default 0;
update sessions set status_index = numbered.place
  from (select id, row_number() over (order by created_at, id) - 1 as place from sessions) as numbered
  where numbered.id = sessions.id;
create unique index sessions_by_status_index on sessions (status_index);
insert into feed (epoch, seq, next_index, first_list, first_list_at, last_list)
  select '', 0, count(*), 0, 0, (count(*) + 131072) / 1048576 from sessions;

-- What verifiers identify themselves with.
create table verifier_keys (
  id         text    not null primary key check (id <> ''),
  service    text    not null references services (name) on delete cascade,
  hash       text    not null unique check (hash <> ''),
  created_at integer not null
) strict;
create index verifier_keys_of_service on verifier_keys (service, created_at);
