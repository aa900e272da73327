// What the Store's tests share: a fresh folder, a store in it, and things to put there. Tests only.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <functional>
#include <thread>

#include "storage/store.h"

namespace signet::storage {

using std::chrono::seconds;

inline constexpr Time kNow = from_unix(5'000'000'000);  // past 2106: no time of ours is cut to 32 bits

inline User user_named(const std::string& name) {
  return {.id = "id-of-" + name,
          .username = name,
          .password_hash = "$argon2id$" + name,
          .scope = "orders:read orders:write",
          .roles = "admin",
          .services = "*",
          .claims = R"({"tenant":"a"})",
          .disabled = false,
          .created_at = kNow};
}

/// What session_of() counts up.
inline std::atomic<std::int64_t> next_status_index{0};
inline constexpr std::int64_t kTestIndices = 100'000;

/// use_indices_of has session_of() make sessions that `store` takes.
inline void use_indices_of(Store& store) {
  next_status_index = store.reserve_status_indices(kTestIndices).value().first;
}

inline Session session_of(const User& user, const std::string& id) {
  return {.id = id,
          .user_id = user.id,
          .audience = "orders billing",
          .cookie = false,
          .refresh_counter = 0,
          .rotated_at = kNow,
          .created_at = kNow,
          .expires_at = kNow + seconds(1000),
          .ended_at = std::nullopt,
          .status_index = next_status_index++};
}

inline Service service_named(const std::string& name) {
  Service service;
  service.name = name;
  service.created_at = kNow;
  return service;
}

inline SigningKey key_named(const std::string& kid, SigningKey::State state, Time created_at = kNow) {
  return {.kid = kid,
          .algorithm = "RS256",
          .public_jwk = "public of " + kid,
          .sealed_private_jwk = "sealed of " + kid,
          .state = state,
          .created_at = created_at,
          .retired_at = std::nullopt};
}

/// TempFolder is empty at first and gone at the end.
class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "signet-store-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder for the test");
    path_ = name;
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path file() const { return path_ / "signet.db"; }

 private:
  std::filesystem::path path_;
};

/// Engine opens the store that lies in a folder, and makes it at first.
struct Engine {
  const char* name;
  std::function<OrExplain<std::unique_ptr<Store>>(const std::filesystem::path& folder)> open;
};

/// One line for each engine; every conformance test runs on all of them.
inline const Engine kEngines[] = {
    {"sqlite", [](const std::filesystem::path& folder) { return open_sqlite(folder / "signet.db"); }},
};

inline void expect_same(const User& a, const User& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.username, b.username);
  EXPECT_EQ(a.password_hash, b.password_hash);
  EXPECT_EQ(a.scope, b.scope);
  EXPECT_EQ(a.roles, b.roles);
  EXPECT_EQ(a.services, b.services);
  EXPECT_EQ(a.claims, b.claims);
  EXPECT_EQ(a.disabled, b.disabled);
  EXPECT_EQ(a.created_at, b.created_at);
}

inline void expect_same(const Session& a, const Session& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.user_id, b.user_id);
  EXPECT_EQ(a.audience, b.audience);
  EXPECT_EQ(a.cookie, b.cookie);
  EXPECT_EQ(a.refresh_counter, b.refresh_counter);
  EXPECT_EQ(a.rotated_at, b.rotated_at);
  EXPECT_EQ(a.created_at, b.created_at);
  EXPECT_EQ(a.expires_at, b.expires_at);
  EXPECT_EQ(a.ended_at, b.ended_at);
  EXPECT_EQ(a.status_index, b.status_index);
}

class StoreTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    open();
    use_indices_of(*store_);
  }

  void open() {
    auto opened = GetParam().open(folder_.path());
    ASSERT_TRUE(opened.has_value()) << opened.error().what;
    store_ = std::move(*opened);
  }

  void reopen() {
    store_.reset();
    open();
  }

  User add_user(const std::string& name) {
    User user = user_named(name);
    EXPECT_TRUE(store_->create_user(user).has_value());
    return user;
  }

  Session add_session(const User& user, const std::string& id) {
    Session session = session_of(user, id);
    EXPECT_TRUE(store_->open_session(session, user.password_hash).has_value());
    return session;
  }

  Rotation rotate(const std::string& id, std::int64_t counter, Time now = kNow) {
    auto rotation = store_->rotate_refresh(id, counter, now, seconds(10));
    EXPECT_TRUE(rotation.has_value());
    return rotation.value_or(Rotation{});
  }

  TempFolder folder_;
  std::unique_ptr<Store> store_;
};

inline std::string engine_name(const testing::TestParamInfo<Engine>& info) {
  return info.param.name;
}

/// at_once runs work(0) ... work(threads - 1), each in a thread of its own, and returns when all have.
inline void at_once(int threads, const std::function<void(int)>& work) {
  std::vector<std::jthread> running;
  for (int i = 0; i < threads; ++i) running.emplace_back([&work, i] { work(i); });
}

/// expect_error tells the code of a result that failed, and fails the test if it did not.
template <class R>
void expect_error(const R& result, Errc code) {
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(errc_name(result.error().code), errc_name(code)) << result.error().what;
}

}  // namespace signet::storage
