#include "server/issuer.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include "base/try.h"
#include "crypto/random.h"
#include "http/server.h"
#include "server/app.h"
#include "server/first_start.h"
#include "server/housekeeping.h"
#include "server/key_life.h"
#include "server/log.h"
#include "server/master_key.h"
#include "server/or_explain.h"
#include "server/passwords.h"
#include "server/private_file.h"
#include "server/stop_signals.h"

namespace signet::server {
namespace {

/// Most of them wait for the disk at any time, and what waits together is committed together (storage/writer.h): with so many, a
/// disk that takes 10 ms still lets 3,000 changes through in a second.
constexpr std::size_t kBlockingThreads = 32;

OrExplain<std::unique_ptr<storage::Store>> open_store(const Config& config) {
  TRY_DO(make_private_folder(config.data));
  return storage::open_sqlite(config.data / "signet.db");
}

/// For what is of no use in a store that was only now made, perhaps in a folder that somebody mistyped.
OrExplain<std::unique_ptr<storage::Store>> open_existing_store(const Config& config) {
  start_log(config.log);
  std::error_code unknown;
  if (std::filesystem::exists(config.data, unknown)) TRY_DO(make_private_folder(config.data));
  auto store = storage::open_sqlite(config.data / "signet.db", storage::IfMissing::kRefuse);
  if (store || store.error().code != Errc::kNotFound) return store;
  return explain(Errc::kNotFound, store.error().what + "; name the issuer's data folder with --data");
}

/// `bound` is a power of two.
std::uint32_t random_below(std::uint32_t bound) {
  std::uint32_t number = 0;
  for (const std::uint8_t byte : crypto::random_secret(sizeof number).view()) number = number << 8 | byte;
  return number % bound;
}

/// Paths hold no secrets; queries, headers and bodies may, and are not logged.
void log_request(const http::Request& request, const http::Response& answer, std::chrono::microseconds took) {
  if (!spdlog::should_log(spdlog::level::debug)) return;
  spdlog::debug("{} {} from {}: {} in {} us", for_log(request.method), for_log(request.path),
                request.remote_address, answer.status, took.count());
}

http::Options server_options(const Config& config) {
  http::Options options;
  options.address = config.server.address;
  options.port = config.server.port;
  options.limits.max_connections = config.server.max_connections;
  options.blocking.threads = kBlockingThreads;
  options.on_done = log_request;
  return options;
}

}  // namespace

/// The members borrow from those above them, so that they go in the right order.
struct Issuer::State {
  std::unique_ptr<HeldSignals> held_signals;
  std::unique_ptr<storage::Store> store;
  crypto::MasterKey master_key;
  std::unique_ptr<KeyRing> keys;
  std::optional<std::string> first_admin_password;
  std::unique_ptr<App> app;
  std::unique_ptr<http::Server> server;
};

Issuer::Issuer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Issuer::~Issuer() = default;

const Clock& Issuer::system_clock() {
  static const SystemClock clock;
  return clock;
}

OrExplain<std::unique_ptr<Issuer>> Issuer::open(const Config& config, const Clock& clock) {
  // Before the store starts the first thread.
  auto held_signals = std::make_unique<HeldSignals>();
  start_log(config.log);
  TRY(store, open_store(config));
  TRY(master_key, open_master_key(config, *store));
  TRY(keys, KeyRing::open(config, *store, master_key, clock.now()));
  TRY(dummy_hashes, make_dummy_hashes(*store, config.passwords));
  auto state = std::make_unique<State>(State{.held_signals = std::move(held_signals),
                                             .store = std::move(store),
                                             .master_key = std::move(master_key),
                                             .keys = std::move(keys),
                                             .first_admin_password = {},
                                             .app = {},
                                             .server = {}});
  state->app.reset(new App{.store = *state->store,
                           .clock = clock,
                           .master_key = state->master_key,
                           .keys = *state->keys,
                           .issuer = {},
                           .tokens = config.tokens,
                           .sessions = config.sessions,
                           .passwords = config.passwords,
                           .dummy_hashes = std::move(dummy_hashes),
                           .feed = {}});
  TRY(feed, RevocationFeed::open(*state->store, clock, state->master_key, *state->keys, state->app->issuer,
                                 config.server.max_polls()));
  state->app->feed = std::move(feed);
  TRY(server, http::Server::listen(server_options(config), make_router(*state->app)));
  state->server = std::move(server);
  state->app->issuer =
      config.issuer_on(state->server->port());  // known only now: the port may be any free one
  // Last, since its password is told only once: nothing may fail after it.
  TRY(password, create_first_admin(*state->store, config.passwords, clock.now()));
  state->first_admin_password = std::move(password);
  return std::unique_ptr<Issuer>(new Issuer(std::move(state)));
}

std::uint16_t Issuer::port() const {
  return state_->server->port();
}
const std::string& Issuer::url() const {
  return state_->app->issuer;
}
const std::optional<std::string>& Issuer::first_admin_password() const {
  return state_->first_admin_password;
}
void Issuer::run() {
  const Housekeeping housekeeping(*state_->app);
  const SignalWatch signals([this] { stop(); });
  state_->server->run();
}
void Issuer::stop() {
  state_->server->stop();
}

OrExplain<Restored> start_epoch_after_restore(const Config& config, const Clock& clock, bool keep_sessions) {
  constexpr std::string_view kDoing = "starting anew after a restored backup";
  TRY(store, open_existing_store(config));
  const Time now = clock.now();
  TRY_DO(or_explain(store->start_epoch({.name = crypto::random_id(),
                                        .jump = random_below(storage::EpochStart::kJumps),
                                        .now = now,
                                        .keep_sessions = keep_sessions}),
                    kDoing));
  TRY(reading, or_explain(store->revocations_since(0, 0), kDoing));
  TRY(stored, or_explain(store->signing_keys(), kDoing));
  // Each list has a second of its own (EpochStart::unused_after), and many sessions that are kept take several.
  const std::chrono::seconds taken(reading.now.last_list - reading.now.first_list + 1);
  Restored restored{.keys = {}, .again_from = now + taken};
  if (is_shared_secret(config.tokens.algorithm)) return restored;
  for (const storage::SigningKey& key : stored.keys) {
    restored.keys.push_back({.kid = key.kid, .algorithm = key.algorithm, .state = key_state_name(key.state)});
  }
  return restored;
}

OrExplain<std::string> reset_admin(const Config& config, const Clock& clock) {
  TRY(store, open_existing_store(config));
  return reset_admin(*store, config.passwords, clock.now());
}

}  // namespace signet::server
