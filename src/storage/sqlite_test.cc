// What is SQLite's own: the file, its owner, its schema, and what the operator is told when it cannot be
// opened.
#include <fcntl.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "storage/schema.h"
#include "storage/statement.h"
#include "storage/store_fixture.h"

namespace signet::storage {
namespace {

mode_t mode_of(const std::filesystem::path& file) {
  struct stat status{};
  EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
  return status.st_mode & 0777;
}

/// expect_refused opens it, and looks for the words in what the operator reads.
void expect_refused(const std::filesystem::path& file, const std::vector<std::string>& words) {
  const auto opened = open_sqlite(file);
  ASSERT_FALSE(opened.has_value());
  for (const std::string& word : words) {
    EXPECT_NE(opened.error().what.find(word), std::string::npos)
        << word << " is not in: " << opened.error().what;
  }
}

soci::session raw(const std::filesystem::path& file) {
  return soci::session(soci::sqlite3, "dbname=\"" + file.string() + "\"");
}

TEST(Sqlite, KeepsItsFilesToTheOwner) {
  TempFolder folder;
  const mode_t before = ::umask(0);
  const auto store = open_sqlite(folder.file());
  ASSERT_TRUE(store && (*store)->create_user(user_named("alice")));
  ::umask(before);
  EXPECT_EQ(mode_of(folder.file()), 0600U);
  EXPECT_EQ(mode_of(folder.file().string() + "-wal"), 0600U);
  EXPECT_EQ(mode_of(folder.file().string() + "-shm"), 0600U);
}

TEST(Sqlite, TakesOtherUsersPermissionsFromAnOldFile) {
  TempFolder folder;
  ASSERT_TRUE(open_sqlite(folder.file()));
  ASSERT_EQ(::chmod(folder.file().c_str(), 0644), 0);
  const auto store = open_sqlite(folder.file());
  ASSERT_TRUE(store);
  EXPECT_EQ(mode_of(folder.file()), 0600U);
  EXPECT_EQ(mode_of(folder.file().string() + "-wal"), 0600U);
}

TEST(Sqlite, OpensFilesWithAwkwardNames) {
  TempFolder folder;
  for (const char* name :
       {"a b  c.db", "a=b.db", "dbname=x synchronous=off", ":memory:", "it's.db", "\xf0\x9f\xa6\x89"}) {
    ASSERT_TRUE(open_sqlite(folder.path() / name)) << name;
    EXPECT_GT(std::filesystem::file_size(folder.path() / name), 0U) << name;
  }
  expect_refused(folder.path() / "a\"b.db", {"a\"b.db", "without quotes"});
  expect_refused("", {"cannot name a database"});
}

TEST(Sqlite, RefusesWhatIsNoDatabase) {
  for (const std::string& content : {std::string("hello"), std::string(10000, 'x')}) {
    TempFolder folder;
    std::ofstream(folder.file()) << content;
    expect_refused(folder.file(), {folder.file().string() + " is not a database", "Move it away"});
    EXPECT_EQ(std::filesystem::file_size(folder.file()), content.size()) << "it was left alone";
  }
}

TEST(Sqlite, RefusesAnotherProgramsDatabase) {
  TempFolder folder;
  raw(folder.file()) << "create table notes (note text)";
  expect_refused(folder.file(),
                 {folder.file().string() + " is a database of another program", "Name another place"});
}

TEST(Sqlite, RefusesANewerSchema) {
  TempFolder folder;
  ASSERT_TRUE(open_sqlite(folder.file()));
  raw(folder.file()) << "update schema_version set version = 99";
  expect_refused(folder.file(),
                 {folder.file().string() + " was written by a newer Signet", "99", "Run that version"});
}

TEST(Sqlite, RefusesAFolderThatIsMissingOrCannotBeWritten) {
  TempFolder folder;
  expect_refused(folder.path() / "none" / "signet.db", {"No such file or directory", "Make the folder"});
  expect_refused("/proc/signet.db",
                 {"/proc/signet.db", "cannot be made", "let the user that runs Signet write"});
  expect_refused(folder.path(), {folder.path().string(), "cannot be opened for writing"});
}

TEST(Sqlite, RefusesASecondWriter) {
  TempFolder folder;
  auto first = open_sqlite(folder.file());
  ASSERT_TRUE(first);
  std::filesystem::create_symlink(folder.file(), folder.path() / "alias.db");
  expect_refused(folder.file(), {folder.file().string() + " is in use", "Stop that one first"});
  expect_refused(folder.path() / "alias.db", {folder.file().string() + " is in use"});
  EXPECT_TRUE((*first)->create_user(user_named("alice"))) << "the first goes on";
  first->reset();
  EXPECT_TRUE(open_sqlite(folder.file())) << "and leaves the file to the next";
}

TEST(Sqlite, SaysWhenAForeignWriterHoldsTheFile) {
  TempFolder folder;
  const auto store = open_sqlite(folder.file());
  ASSERT_TRUE(store);
  soci::session other = raw(folder.file());
  other << "begin immediate";
  expect_error((*store)->check_writable(), Errc::kUnavailable);
  EXPECT_EQ((*store)->count_users().value(), 0) << "reading goes on";
  other << "rollback";
  EXPECT_TRUE((*store)->check_writable());
}

TEST(Schema, TakesTheStepsThatADatabaseLacks) {
  const std::string_view steps[] = {
      "create table schema_version (version integer not null) strict;\n"
      "insert into schema_version (version) values (0);\n",
      "create table a (x integer) strict;\n", "alter table a add column y integer;\n"};
  soci::session session(soci::sqlite3, ":memory:");
  ASSERT_TRUE(migrate(session, std::span(steps, 2), "it"));
  session << "insert into a (x) values (1)";
  ASSERT_TRUE(migrate(session, steps, "it"));
  ASSERT_TRUE(migrate(session, steps, "it")) << "nothing is taken twice";
  std::int64_t version = 0, sum = 0;
  Statement(session, "select version from schema_version").into(version).run();
  Statement(session, "select x + coalesce(y, 1) from a").into(sum).run();
  EXPECT_EQ(version, 3);
  EXPECT_EQ(sum, 2);
}

TEST(Schema, AStepThatFailsLeavesTheOneBefore) {
  const std::string_view steps[] = {
      "create table schema_version (version integer not null) strict;\n"
      "insert into schema_version (version) values (0);\n",
      "create table a (x integer) strict;\nnonsense;\n"};
  soci::session session(soci::sqlite3, ":memory:");
  EXPECT_THROW((void)migrate(session, steps, "it"), soci::soci_error);
  std::int64_t version = 0, tables = 0;
  Statement(session, "select version from schema_version").into(version).run();
  Statement(session, "select count(*) from sqlite_master where type = 'table'").into(tables).run();
  EXPECT_EQ(version, 1);
  EXPECT_EQ(tables, 1);
}

TEST(Schema, SessionsFromBeforeRevocationGetStatusIndices) {
  TempFolder folder;
  {
    soci::session old = raw(folder.file());
    ASSERT_TRUE(migrate(old, schema_steps().first(1), "it"));
    old << "insert into users (id, username, password_hash, scope, roles, services, claims, disabled, "
           "created_at) "
           "values ('u', 'alice', 'h', '', '', '*', '{}', 0, 1)";
    for (int i = 0; i < 3; ++i) {
      old << "insert into sessions (id, user_id, audience, cookie, refresh_counter, rotated_at, created_at, "
             "expires_at) values ('" +
                 std::to_string(i) + "', 'u', '', 0, 0, 1, " + std::to_string(10 - i) + ", 9000000000)";
    }
  }
  const auto store = open_sqlite(folder.file());
  ASSERT_TRUE(store);
  for (int i = 0; i < 3; ++i) {  // in the order in which they were opened
    EXPECT_EQ((*store)->find_session(std::to_string(i))->session.status_index, 2 - i);
  }
  EXPECT_EQ((*store)->reserve_status_indices(1)->first, 3);
  EXPECT_EQ((*store)->revoke_user("u", kNow)->sessions, 3);
}

TEST(Schema, IndicesServeTheQueries) {
  TempFolder folder;
  ASSERT_TRUE(open_sqlite(folder.file()));
  soci::session session = raw(folder.file());
  for (const char* query :
       {"select * from sessions where user_id = 'a' and ended_at is null and expires_at > 1",
        "delete from sessions where expires_at < 1 or ended_at < 1",
        "update sessions set ended_at = 1 where user_id = 'a' and ended_at is null",
        "select seq, status_index from revocations where seq > 5 order by seq limit 9",
        "select status_index from sessions where status_index >= 5 and ended_at is null and expires_at > 1 "
        "order by status_index limit 1",
        "select * from users where username = 'a'",
        "select * from users where username > 'a' order by username limit 5"}) {
    std::string plan, detail;
    int skip = 0;
    soci::statement explain = (session.prepare << std::string("explain query plan ") + query,
                               soci::into(skip), soci::into(skip), soci::into(skip), soci::into(detail));
    explain.execute();
    while (explain.fetch()) plan += detail + "; ";
    EXPECT_EQ(plan.find("SCAN"), std::string::npos) << query << ": " << plan;
    EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << query << ": " << plan;
  }
}

}  // namespace
}  // namespace signet::storage
