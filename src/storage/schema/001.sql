-- The first schema. A statement ends with a semicolon at the end of its line. Times are seconds since 1970.
-- Written so that PostgreSQL needs nothing but "bigint" for "integer" and no "strict".

create table schema_version (
  version integer not null
) strict;
insert into schema_version (version) values (0);

create table users (
  id            text    not null primary key check (id <> ''),
  username      text    not null unique check (username <> ''),
  password_hash text    not null,
  scope         text    not null,
  roles         text    not null,
  services      text    not null,
  claims        text    not null,
  disabled      integer not null check (disabled in (0, 1)),
  created_at    integer not null
) strict;

create table services (
  name           text    not null primary key check (name <> ''),
  description    text    not null,
  claims         text    not null,
  access_seconds integer not null check (access_seconds >= 0),
  sealed_secret  text    not null,
  created_at     integer not null
) strict;

create table sessions (
  id              text    not null primary key check (id <> ''),
  user_id         text    not null references users (id) on delete cascade,
  audience        text    not null,
  cookie          integer not null check (cookie in (0, 1)),
  refresh_counter integer not null check (refresh_counter >= 0),
  rotated_at      integer not null,
  created_at      integer not null,
  expires_at      integer not null,
  ended_at        integer
) strict;

-- list_sessions, the end of all of a user's sessions, and the cascade above.
create index sessions_of_user on sessions (user_id, created_at);
-- purge_sessions, which looks for either.
create index sessions_by_expiry on sessions (expires_at);
create index sessions_by_end on sessions (ended_at) where ended_at is not null;

create table signing_keys (
  kid                text    not null primary key check (kid <> ''),
  algorithm          text    not null,
  public_jwk         text    not null,
  sealed_private_jwk text    not null,
  state              text    not null check (state in ('next', 'active', 'retired')),
  created_at         integer not null,
  retired_at         integer,
  check ((state = 'retired') = (retired_at is not null))
) strict;

-- No accident of ours can leave two keys signing.
create unique index one_active_key on signing_keys (state) where state = 'active';

create table settings (
  name  text not null primary key check (name <> ''),
  value text not null
) strict;

-- What check_writable writes to.
create table write_probe (
  count integer not null
) strict;
insert into write_probe (count) values (0);
