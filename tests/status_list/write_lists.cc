// write_lists: signs three status lists and prints them with what Signet itself makes of every index in them, as JSON. For
// status_list_test.py, which reads them without us.
#include <cstdio>
#include <random>

#include "base/base64url.h"
#include "json/writer.h"
#include "revocation/follower.h"
#include "token/jws.h"

namespace {

using namespace signet;
using namespace signet::revocation;

constexpr std::string_view kIssuer = "https://auth.example.com";

List random_list(std::uint64_t count) {
  auto bits = std::make_shared<Bits>();
  std::mt19937_64 random(count);
  for (; count > 0; --count) {
    const std::uint64_t index = random() % kListSize;
    (*bits)[index / 8] |= static_cast<std::uint8_t>(1U << index % 8);
  }
  return bits;
}

/// The answer of RevocationSet::check for each index, as text: '0' or '1'.
std::string verdicts(const RevocationSet& set, const std::string& uri) {
  std::string all;
  for (std::uint64_t index = 0; index < kListSize; ++index)
    all += set.check(StatusReference{index, uri}) ? '0' : '1';
  return all;
}

int write() {
  const Time now = system_now();
  const Key key = *Key::generate(Algorithm::kRS256);
  const KeySet keys = *KeySet::of({key});
  Follower follower{std::string(kIssuer)};
  const Batch batch{.issued_at = now, .epoch = "e", .after = 9, .seq = 9, .revoked = {}, .lists = {5, 7}};
  if (!follower.take(batch, now)) return 1;
  std::vector<std::string> jwts;
  for (const std::uint64_t list : {5U, 6U, 7U}) {
    const List bits = list == 6 ? no_revocations() : random_list(list == 5 ? kListSize / 100 : 3);
    const SignedList said{
        list_uri(kIssuer, list), now, now + std::chrono::hours(1), std::chrono::seconds(60), "e", 9, bits};
    jwts.push_back(
        *token::sign_statement(key, kStatusListType, write_list(said, deflate_list(*bits), kIssuer)));
    const auto read = verify_list(jwts.back(), keys, kIssuer, now);
    if (!read || !follower.take(*read, now)) return 1;
  }
  json::Writer out;
  out.begin_object().key("jwks").raw(keys.jwks()).key("lists").begin_array();
  for (std::size_t i = 0; i < jwts.size(); ++i) {
    const std::string uri = list_uri(kIssuer, 5 + i);
    out.begin_object()
        .member("uri", uri)
        .member("jwt", jwts[i])
        .member("verdicts", verdicts(*follower.set(), uri))
        .end_object();
  }
  std::puts(out.end_array().end_object().take().c_str());
  return 0;
}

}  // namespace

int main() {
  return write();
}
