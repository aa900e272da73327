// Every vector file, against the library. The C interface (c_interface_test.cc) and the command line (tests/cli) run
// the same files.
#include <gtest/gtest.h>

#include <chrono>

#include "base/base64url.h"
#include "base/try.h"
#include "json/document.h"
#include "run_folder.h"
#include "signet/verifier.h"
#include "token/jws.h"

namespace signet {
namespace {

using vectors::run_folder;
using vectors::Vector;

/// Loads a vector's key file, as a program would that was told `alg` on its command line.
Result<KeySet> load(Vector& vector, const char* field) {
  const std::string text = vector.take(field);
  const auto name = vector.maybe("alg");
  if (!name) return KeySet::from_text(text);
  TRY(algorithm, parse_algorithm(*name));
  return KeySet::from_text(text, algorithm);
}

template <class T>
std::string_view code_of(const Result<T>& result) {
  return result ? "ok" : errc_name(result.error().code);
}

std::string compact(const std::string& json) {
  return json::root(**json::parse(json)).text();
}

/// A deterministic algorithm must make the very same token again.
void check_signing(Vector& vector, const KeySet& keys) {
  const auto header = vector.maybe("header");
  if (vector.maybe("sign") != "yes" || !header) return;
  const Bytes header_bytes = *base64url_decode(*header);
  const Bytes payload = *base64url_decode(vector.take("payload"));
  EXPECT_EQ(token::sign_jws(keys.keys().front(), as_text(header_bytes), payload), vector.take("token"));
}

void check_jws(Vector& vector) {
  const auto keys = load(vector, "key");
  const std::string token = vector.take("token");
  const auto verified = keys ? token::verify_jws(token, *keys) : std::unexpected(keys.error());
  ASSERT_TRUE(vector.expects(code_of(verified))) << "got " << code_of(verified);
  if (!verified) return;
  EXPECT_EQ(base64url_encode(verified->payload.bytes()), vector.take("payload"));
  check_signing(vector, *keys);
}

void check_jwt(Vector& vector) {
  const auto keys = load(vector, "keys");
  const auto policy =
      Policy::create({.issuer = vector.take("issuer"),
                      .audience = vector.take("audience"),
                      .type = vector.maybe("typ").value_or("at+jwt"),
                      .leeway = std::chrono::seconds(std::stoll(vector.maybe("leeway").value_or("0")))});
  const Time now = from_unix(std::stoll(vector.take("at")));
  const std::string token = vector.take("token");
  const auto verified = !policy ? std::unexpected(policy.error())
                        : !keys ? std::unexpected(keys.error())
                                : Verifier(*policy).verify(token, *keys, now);
  ASSERT_TRUE(vector.expects(code_of(verified))) << "got " << code_of(verified);
  if (!verified) return;
  EXPECT_EQ(verified->claims().text(), compact(vector.take("claims")));
}

void check_key(Vector& vector) {
  const auto keys = load(vector, "key");
  ASSERT_TRUE(vector.expects(code_of(keys))) << "got " << code_of(keys) << (keys ? "" : keys.error().what);
  const auto thumbprint = vector.maybe("thumbprint");
  if (!thumbprint) return;
  EXPECT_EQ(keys->keys().front().thumbprint(), *thumbprint);
}

TEST(Vectors, Jws) {
  run_folder("jws", check_jws);
}
TEST(Vectors, Jwt) {
  run_folder("jwt", check_jwt);
}
TEST(Vectors, Keys) {
  run_folder("keys", check_key);
}

}  // namespace
}  // namespace signet
