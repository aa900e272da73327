// revocation_size: what ten million sessions, 1 % of them revoked at random, take: on the wire, in a verifier's memory,
// in its time. Prints the tables of docs/revocation-feed.md.
#include <zlib.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <random>
#include <vector>

#include "base/base64url.h"
#include "revocation/follower.h"
#include "token/jws.h"

namespace {

using namespace signet;
using namespace signet::revocation;

constexpr std::uint64_t kSessions = 10'000'000;
constexpr std::uint64_t kRevoked = kSessions / 100;
constexpr std::string_view kIssuer = "https://auth.example.com";
constexpr Time kNow = from_unix(1'800'000'000);

std::vector<List> random_lists() {
  std::vector<std::shared_ptr<Bits>> lists;
  for (std::uint64_t i = 0; i < kSessions; i += kListSize) lists.push_back(std::make_shared<Bits>());
  std::mt19937_64 random(1);
  for (std::uint64_t left = kRevoked; left > 0;) {
    const std::uint64_t index = random() % kSessions;
    std::uint8_t& byte = (*lists[index / kListSize])[index % kListSize / 8];
    const auto bit = static_cast<std::uint8_t>(1U << index % 8);
    left -= (byte & bit) == 0;
    byte |= bit;
  }
  return {lists.begin(), lists.end()};
}

/// The bytes that zlib makes of `data`; 15 window bits are ZLIB's format, 31 are gzip's.
std::size_t deflated(ByteView data, int level, int strategy, int memory = 8, int window = 15) {
  z_stream z{};
  if (deflateInit2(&z, level, Z_DEFLATED, window, memory, strategy) != Z_OK) std::abort();
  Bytes out(deflateBound(&z, static_cast<uLong>(data.size())));
  z.next_in = const_cast<Bytef*>(data.data());
  z.avail_in = static_cast<uInt>(data.size());
  z.next_out = out.data();
  z.avail_out = static_cast<uInt>(out.size());
  if (deflate(&z, Z_FINISH) != Z_STREAM_END) std::abort();
  deflateEnd(&z);
  return z.total_out;
}

double entropy_bound() {
  const double p = static_cast<double>(kRevoked) / static_cast<double>(kSessions);
  return -static_cast<double>(kSessions) * (p * std::log2(p) + (1 - p) * std::log2(1 - p)) / 8;
}

void print_size(const char* what, std::size_t bytes, std::size_t lists) {
  std::printf("| %s | %zu | %zu | %.2f |\n", what, bytes / lists, bytes,
              static_cast<double>(bytes) / entropy_bound());
}

void sizes_by_setting(const std::vector<List>& lists) {
  struct Setting {
    const char* name;
    int level, strategy, memory;
  };
  const std::array settings = {Setting{"level 9 (what Signet does)", 9, Z_DEFAULT_STRATEGY, 8},
                               Setting{"level 9, memLevel 9", 9, Z_DEFAULT_STRATEGY, 9},
                               Setting{"level 6", 6, Z_DEFAULT_STRATEGY, 8},
                               Setting{"level 1", 1, Z_DEFAULT_STRATEGY, 8},
                               Setting{"level 9, filtered", 9, Z_FILTERED, 8},
                               Setting{"level 9, filtered, memLevel 9", 9, Z_FILTERED, 9},
                               Setting{"level 9, Huffman only", 9, Z_HUFFMAN_ONLY, 8},
                               Setting{"level 9, run lengths", 9, Z_RLE, 8},
                               Setting{"level 9, run lengths, memLevel 9", 9, Z_RLE, 9}};
  std::printf("| zlib | bytes a list | all lists | x entropy bound |\n|---|---|---|---|\n");
  for (const Setting& setting : settings) {
    std::size_t total = 0;
    for (const List& list : lists) total += deflated(*list, setting.level, setting.strategy, setting.memory);
    print_size(setting.name, total, lists.size());
  }
}

std::vector<std::string> sign_all(const std::vector<List>& lists, const Key& key) {
  std::vector<std::string> all;
  for (std::uint64_t i = 0; i < lists.size(); ++i) {
    const SignedList list{list_uri(kIssuer, i),
                          kNow,
                          kNow + std::chrono::hours(1),
                          std::chrono::seconds(300),
                          "e",
                          kRevoked,
                          lists[i]};
    all.push_back(
        *token::sign_statement(key, kStatusListType, write_list(list, deflate_list(*lists[i]), kIssuer)));
  }
  return all;
}

void sizes_by_layer(const std::vector<List>& lists, const std::vector<std::string>& jwts) {
  std::size_t zlib = 0, lst = 0, jwt = 0, gzip = 0;
  for (const List& list : lists) {
    const Bytes stream = deflate_list(*list);
    zlib += stream.size();
    lst += base64url_encode(stream).size();
  }
  for (const std::string& text : jwts) {
    jwt += text.size();
    gzip += deflated(as_bytes(text), 6, Z_DEFAULT_STRATEGY, 8, 31);
  }
  std::printf("\n| as | bytes a list | all lists | x entropy bound |\n|---|---|---|---|\n");
  print_size("the ZLIB stream", zlib, lists.size());
  print_size("`lst`: base64url of it", lst, lists.size());
  print_size("the signed JWT: base64url once more", jwt, lists.size());
  print_size("the JWT with `Content-Encoding: gzip`", gzip, lists.size());
}

double cpu_ms() {
  return static_cast<double>(std::clock()) * 1000 / CLOCKS_PER_SEC;
}

Follower cold_sync(const std::vector<std::string>& jwts, const KeySet& keys) {
  Follower follower{std::string(kIssuer)};
  const Batch batch{.issued_at = kNow,
                    .epoch = "e",
                    .after = kRevoked,
                    .seq = kRevoked,
                    .revoked = {},
                    .lists = {0, jwts.size() - 1}};
  if (!follower.take(batch, kNow)) std::abort();
  for (const std::string& jwt : jwts) {
    const auto list = verify_list(jwt, keys, kIssuer, kNow);
    if (!list || !follower.take(*list, kNow)) std::abort();
  }
  return follower;
}

/// Nanoseconds for one bit test, the loop without it taken off; the median of several runs.
double check_cost(const RevocationSet& set) {
  std::mt19937_64 random(2);
  std::vector<RevocationSet::Slot> slots(1 << 20);
  for (auto& slot : slots) slot.index = random() % kSessions;
  std::vector<double> costs;
  std::uint64_t sink = 0;
  for (int run = 0; run < 15; ++run) {
    const double start = cpu_ms();
    for (const auto slot : slots) sink += slot.index & 1;
    const double empty = cpu_ms() - start;
    for (const auto slot : slots) sink += set.is_revoked(slot);
    costs.push_back((cpu_ms() - start - 2 * empty) * 1e6 / static_cast<double>(slots.size()));
  }
  if (sink == 0) std::abort();
  std::ranges::sort(costs);
  return costs[costs.size() / 2];
}

}  // namespace

int main() {
  const std::vector<List> lists = random_lists();
  std::printf("%zu sessions, %zu revoked, %zu lists; entropy bound %.0f bytes\n\n", std::size_t{kSessions},
              std::size_t{kRevoked}, lists.size(), entropy_bound());
  sizes_by_setting(lists);
  const Key key = *Key::generate(Algorithm::kRS256);
  const std::vector<std::string> jwts = sign_all(lists, key);
  sizes_by_layer(lists, jwts);

  const KeySet keys = *KeySet::of({key});
  const Follower warm = cold_sync(jwts, keys);
  double start = cpu_ms();
  const Follower follower = cold_sync(jwts, keys);
  const double sync = cpu_ms() - start;
  start = cpu_ms();
  const Bytes snapshot = follower.snapshot();
  const double save = cpu_ms() - start;
  start = cpu_ms();
  if (!Follower::restore(snapshot, std::string(kIssuer))) return 1;
  const double restore = cpu_ms() - start;
  std::printf("\nin memory: %zu bytes; revoked: %zu\n", follower.set()->bytes(),
              std::size_t{follower.set()->revoked()});
  std::printf("cold sync, verified and inflated: %.1f ms of CPU\n", sync);
  std::printf("snapshot: %zu bytes, written in %.1f ms, restored in %.1f ms of CPU\n", snapshot.size(), save,
              restore);
  std::printf("check of a slot: %.2f ns\n", check_cost(*follower.set()));
  return 0;
}
