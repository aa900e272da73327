// revocation_sessions DATABASE USERNAME COUNT: opens so many sessions of a user through the issuer's Store, while the issuer is
// down, and prints their ids, one a line. By password they would take an hour of Argon2.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "crypto/random.h"
#include "signet/time.h"
#include "storage/store.h"

namespace {

using namespace signet;
using namespace signet::storage;

constexpr std::int64_t kBlock = 1000;
constexpr int kThreads = 64;  // what waits together is committed together

[[noreturn]] void die(const char* why) {
  std::fprintf(stderr, "%s\n", why);
  std::exit(1);
}

Session new_session(const User& user, std::int64_t status_index, Time now) {
  return {.id = crypto::random_id(),
          .user_id = user.id,
          .audience = {},
          .rotated_at = now,
          .created_at = now,
          .expires_at = now + std::chrono::days(1),
          .status_index = status_index};
}

std::vector<Session> new_sessions(Store& store, const User& user, std::int64_t count) {
  const Time now = system_now();
  std::vector<Session> sessions;
  while (std::ssize(sessions) < count) {
    const auto block = store.reserve_status_indices(kBlock);
    if (!block) die(block.error().what);
    for (std::int64_t i = 0; i < block->count; ++i)
      sessions.push_back(new_session(user, block->first + i, now));
  }
  sessions.resize(static_cast<std::size_t>(count));
  return sessions;
}

void open_all(Store& store, const User& user, const std::vector<Session>& sessions) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (std::size_t mine = next++; mine < sessions.size(); mine = next++) {
        const auto opened = store.open_session(sessions[mine], user.password_hash);
        if (!opened) die(opened.error().what);
      }
    });
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) die("usage: revocation_sessions DATABASE USERNAME COUNT");
  const auto store = open_sqlite(argv[1]);
  if (!store) die(store.error().what.c_str());
  const auto user = (*store)->find_user_by_name(argv[2]);
  if (!user) die(user.error().what);
  const auto sessions = new_sessions(**store, *user, std::atol(argv[3]));
  open_all(**store, *user, sessions);
  for (const Session& session : sessions) std::printf("%s\n", session.id.c_str());
}
