// Nothing acknowledged is ever lost, and nothing is half written: killed processes, full disks, failing
// disks.
#include <signal.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>

#include "storage/store_fixture.h"

namespace signet::storage {
namespace {

void expect_sound(const std::filesystem::path& file) {
  soci::session session(soci::sqlite3, "dbname=\"" + file.string() + "\"");
  std::string verdict;
  session << "pragma integrity_check", soci::into(verdict);
  EXPECT_EQ(verdict, "ok");
  session << "pragma foreign_key_check", soci::into(verdict);
  EXPECT_FALSE(session.got_data());
}

/// What a writer says through the pipe, whole or not at all, once its session is acknowledged.
using Acknowledged = std::array<char, 24>;

[[noreturn]] void write_until_killed(const std::filesystem::path& file, int round, int pipe) {
  const auto store = open_sqlite(file);
  if (!store) ::_exit(1);
  const User user = user_named("user" + std::to_string(round));
  if (!(*store)->create_user(user)) ::_exit(2);
  use_indices_of(**store);
  at_once(8, [&](int thread) {
    for (int i = 0;; ++i) {
      const std::string id = std::to_string(round) + "." + std::to_string(thread) + "." + std::to_string(i);
      if (!(*store)->open_session(session_of(user, id), user.password_hash)) ::_exit(3);
      Acknowledged message{};
      id.copy(message.data(), message.size());
      if (::write(pipe, message.data(), message.size()) != static_cast<ssize_t>(message.size())) ::_exit(4);
    }
  });
  ::_exit(5);
}

/// kill_a_writer returns what a process acknowledged until it was killed in the middle of its work.
std::vector<std::string> kill_a_writer(const std::filesystem::path& file, int round) {
  int ends[2];
  if (::pipe(ends) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) write_until_killed(file, round, ends[1]);
  ::close(ends[1]);
  std::vector<std::string> ids;
  Acknowledged message;
  while (::read(ends[0], message.data(), message.size()) == static_cast<ssize_t>(message.size())) {
    ids.emplace_back(message.data());
    if (ids.size() == 300) ::kill(child, SIGKILL);
  }
  ::close(ends[0]);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
  return ids;
}

TEST(SqliteDurability, AKilledProcessLosesNothingThatItAcknowledged) {
  TempFolder folder;
  std::vector<std::string> acknowledged;
  for (int round = 0; round < 5; ++round) {
    const auto more = kill_a_writer(folder.file(), round);
    EXPECT_GE(more.size(), 300U);
    acknowledged.insert(acknowledged.end(), more.begin(), more.end());
  }
  {
    const auto store = open_sqlite(folder.file());
    ASSERT_TRUE(store) << store.error().what << " (a killed process must not keep the file)";
    for (const std::string& id : acknowledged) EXPECT_TRUE((*store)->find_session(id)) << id;
  }
  expect_sound(folder.file());
}

/// FullDisk lets no file grow past what the write-ahead log has now.
class FullDisk {
 public:
  explicit FullDisk(const std::filesystem::path& file) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{std::filesystem::file_size(file.string() + "-wal"), before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST(SqliteDurability, AFullDiskRefusesWholeTransactionsAndRecovers) {
  TempFolder folder;
  const User user = user_named("alice");
  {
    const auto opened = open_sqlite(folder.file());
    ASSERT_TRUE(opened);
    Store& store = **opened;
    use_indices_of(store);
    ASSERT_TRUE(store.create_user(user) &&
                store.open_session(session_of(user, "before"), user.password_hash));
    {
      const FullDisk full(folder.file());
      expect_error(store.check_writable(), Errc::kUnavailable);
      expect_error(store.change_user(user.id, {.disabled = true}, kNow), Errc::kUnavailable);
      at_once(8, [&](int i) {
        expect_error(store.open_session(session_of(user, std::to_string(i)), user.password_hash),
                     Errc::kUnavailable);
        EXPECT_FALSE(store.open_session(session_of(user, "before"), user.password_hash));
      });
      EXPECT_FALSE(store.find_user(user.id)->disabled) << "reading goes on";
    }
    EXPECT_TRUE(store.open_session(session_of(user, "after"), user.password_hash));
  }
  const auto store = open_sqlite(folder.file());
  EXPECT_EQ((*store)->list_sessions(user.id, user.password_hash, kNow)->size(), 2U) << "before, after";
  EXPECT_FALSE((*store)->find_user(user.id)->disabled);
  expect_sound(folder.file());
}

// SQLite's own seam to the system, with a disk behind it that counts and fails on demand.
namespace disk {

std::atomic<int> syncs = 0;
std::atomic<bool> fails_to_sync = false;
sqlite_api::sqlite3_vfs* real_vfs = nullptr;
int (*real_sync)(sqlite_api::sqlite3_file*, int) = nullptr;

int sync(sqlite_api::sqlite3_file* file, int flags) {
  if (fails_to_sync) return SQLITE_IOERR_FSYNC;
  ++syncs;
  return real_sync(file, flags);
}

/// watch puts sync() in front of a file's own; databases and their logs have methods of different kinds.
void watch(sqlite_api::sqlite3_file* file, sqlite_api::sqlite3_io_methods& watched) {
  real_sync = file->pMethods->xSync;
  watched = *file->pMethods;
  watched.xSync = sync;
  file->pMethods = &watched;
}

int open(sqlite_api::sqlite3_vfs*, const char* name, sqlite_api::sqlite3_file* file, int flags, int* out) {
  static sqlite_api::sqlite3_io_methods database, log;
  const int result = real_vfs->xOpen(real_vfs, name, file, flags, out);
  if (result == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB) != 0) watch(file, database);
  if (result == SQLITE_OK && (flags & SQLITE_OPEN_WAL) != 0) watch(file, log);
  return result;
}

/// Watched stands between SQLite and the system while it lives.
class Watched {
 public:
  Watched() {
    real_vfs = sqlite_api::sqlite3_vfs_find(nullptr);
    vfs_ = *real_vfs;
    vfs_.zName = "watched";
    vfs_.xOpen = open;
    sqlite_api::sqlite3_vfs_register(&vfs_, 1);
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  ~Watched() {
    sqlite_api::sqlite3_vfs_unregister(&vfs_);
    sqlite_api::sqlite3_vfs_register(real_vfs, 1);
  }

 private:
  sqlite_api::sqlite3_vfs vfs_{};
};

}  // namespace disk

TEST(SqliteDurability, AnAnswerComesOnlyAfterTheDiskHasSynced) {
  const disk::Watched watched;
  TempFolder folder;
  const auto store = open_sqlite(folder.file());
  ASSERT_TRUE(store);
  for (int i = 0; i < 20; ++i) {
    const int before = disk::syncs;
    ASSERT_TRUE((*store)->create_user(user_named(std::to_string(i))));
    EXPECT_GT(disk::syncs, before);
  }
}

TEST(SqliteDurability, ManyThatWaitShareOneSync) {
  const disk::Watched watched;
  TempFolder folder;
  const auto store = open_sqlite(folder.file());
  ASSERT_TRUE(store && (*store)->create_user(user_named("alice")));
  use_indices_of(**store);
  const int before = disk::syncs;
  at_once(16, [&](int thread) {
    for (int i = 0; i < 50; ++i) {
      const std::string id = std::to_string(thread) + "." + std::to_string(i);
      EXPECT_TRUE(
          (*store)->open_session(session_of(user_named("alice"), id), user_named("alice").password_hash));
    }
  });
  EXPECT_LT(disk::syncs - before, 16 * 50 / 2);
}

TEST(SqliteDurability, AFailedSyncAcknowledgesNobody) {
  const disk::Watched watched;
  TempFolder folder;
  const User user = user_named("alice");
  const auto opened = open_sqlite(folder.file());
  ASSERT_TRUE(opened && (*opened)->create_user(user));
  Store& store = **opened;
  use_indices_of(store);
  disk::fails_to_sync = true;
  at_once(8, [&](int i) {
    expect_error(store.open_session(session_of(user, std::to_string(i)), user.password_hash),
                 Errc::kUnavailable);
    EXPECT_FALSE(store.create_user(user));
  });
  expect_error(store.check_writable(), Errc::kUnavailable);
  disk::fails_to_sync = false;
  EXPECT_EQ(store.list_sessions(user.id, user.password_hash, kNow)->size(), 0U);
  EXPECT_TRUE(store.open_session(session_of(user, "after"), user.password_hash));
  EXPECT_EQ(store.list_sessions(user.id, user.password_hash, kNow)->size(), 1U);
}

}  // namespace
}  // namespace signet::storage
