// Every vector file, against the C interface: all that is judged here goes through signet.h.
#include <gtest/gtest.h>

#include "json/document.h"
#include "run_folder.h"
#include "signet/signet.h"

namespace {

using signet::vectors::run_folder;
using signet::vectors::Vector;

template <class T, void (*free)(T*)>
struct Free {
  void operator()(T* made) const { free(made); }
};
using Options = std::unique_ptr<signet_options, Free<signet_options, signet_options_free>>;
using Keys = std::unique_ptr<signet_keys, Free<signet_keys, signet_keys_free>>;
using Verifier = std::unique_ptr<signet_verifier, Free<signet_verifier, signet_verifier_free>>;
using Token = std::unique_ptr<signet_token, Free<signet_token, signet_token_free>>;

/// Loads a vector's key file, as a program would that was told `alg` on its command line.
signet_code load(Vector& vector, const char* field, Keys& keys) {
  const std::string text = vector.take(field);
  const auto algorithm = vector.maybe("alg");
  signet_keys* loaded = nullptr;
  const signet_code code =
      signet_keys_load(text.data(), text.size(), algorithm ? algorithm->c_str() : nullptr, &loaded, nullptr);
  keys.reset(loaded);
  return code;
}

/// What signet_options_set_text does with an empty text (no issuer, no audience) is what the library does without.
void set(const Options& options, signet_option option, const std::string& text) {
  (void)signet_options_set_text(options.get(), option, text.data(), text.size());
}

signet_code verify(const Options& options, const Keys& keys, std::int64_t at, const std::string& text,
                   Token& token) {
  signet_verifier* made = nullptr;
  const signet_code code = signet_verifier_new(options.get(), &made, nullptr);
  if (code != SIGNET_OK) return code;
  const Verifier verifier(made);
  signet_token* verified = nullptr;
  const signet_code judged =
      signet_verifier_verify(verifier.get(), keys.get(), at, text.data(), text.size(), &verified, nullptr);
  token.reset(verified);
  return judged;
}

std::string compact(const std::string& json) {
  return signet::json::root(**signet::json::parse(json)).text();
}

void check_jwt(Vector& vector) {
  Keys keys;
  Token token;
  const signet_code loaded = load(vector, "keys", keys);
  const Options options(signet_options_new());
  set(options, SIGNET_ISSUER, vector.take("issuer"));
  set(options, SIGNET_AUDIENCE, vector.take("audience"));
  if (const auto type = vector.maybe("typ")) set(options, SIGNET_TYPE, *type);
  if (const auto leeway = vector.maybe("leeway"))
    (void)signet_options_set_number(options.get(), SIGNET_LEEWAY, std::stoll(*leeway));
  const std::int64_t at = std::stoll(vector.take("at"));
  const std::string text = vector.take("token");
  const signet_code code = loaded != SIGNET_OK ? loaded : verify(options, keys, at, text, token);
  ASSERT_TRUE(vector.expects(signet_code_name(code))) << "got " << signet_code_name(code);
  if (code != SIGNET_OK) return;
  char* json = nullptr;
  ASSERT_EQ(signet_token_claims_json(token.get(), &json), SIGNET_OK);
  EXPECT_EQ(json, compact(vector.take("claims")));
  signet_free(json);
}

/// A signature alone is nothing that C can ask for: here stands a policy behind it. What the signature's vectors refuse
/// is refused with the same code; what they accept gets as far as the claims, and is refused for these.
void check_jws(Vector& vector) {
  Keys keys;
  Token token;
  const signet_code loaded = load(vector, "key", keys);
  const Options options(signet_options_new());
  set(options, SIGNET_ISSUER, "https://nobody.example.com");
  set(options, SIGNET_AUDIENCE, "nobody");
  const std::string text = vector.take("token");
  const signet_code code = loaded != SIGNET_OK ? loaded : verify(options, keys, 1, text, token);
  for (const char* field : {"payload", "sign", "header"}) (void)vector.maybe(field);  // C signs nothing
  if (!vector.expects("ok")) {
    EXPECT_TRUE(vector.expects(signet_code_name(code))) << "got " << signet_code_name(code);
    return;
  }
  EXPECT_TRUE(vector.expects(signet_code_name(code)) || code == SIGNET_MALFORMED ||
              code == SIGNET_WRONG_TYPE || code == SIGNET_WRONG_ISSUER)
      << "got " << signet_code_name(code);
}

void check_key(Vector& vector) {
  Keys keys;
  const signet_code code = load(vector, "key", keys);
  ASSERT_TRUE(vector.expects(signet_code_name(code))) << "got " << signet_code_name(code);
  const auto expected = vector.maybe("thumbprint");
  if (!expected) return;
  char thumbprint[44];
  ASSERT_EQ(signet_keys_thumbprint(keys.get(), 0, thumbprint), SIGNET_OK);
  EXPECT_EQ(thumbprint, *expected);
}

TEST(VectorsInC, Jws) {
  run_folder("jws", check_jws);
}
TEST(VectorsInC, Jwt) {
  run_folder("jwt", check_jwt);
}
TEST(VectorsInC, Keys) {
  run_folder("keys", check_key);
}

}  // namespace
