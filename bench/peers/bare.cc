// The yardstick: the signature alone, of bytes that lie ready. See bench/bare.h.
#include "bare.h"

#include "base/base64url.h"
#include "drive.h"

using namespace signet;
using namespace signet::bench;

namespace {

struct Signed {
  std::string input;      // header "." payload
  std::string signature;  // decoded
};

Signed split(const std::string& token, const std::string& algorithm) {
  const std::size_t dot = token.rfind('.');
  const Bytes raw = *base64url_decode(std::string_view(token).substr(dot + 1));
  std::string signature(raw.begin(), raw.end());
  return {token.substr(0, dot), algorithm == "ES256" ? to_der(signature) : signature};
}

std::unique_ptr<Bare> make_bare(const Subject& subject) {
  if (subject.algorithm == "HS256") return make_bare_hmac(subject.key);
  if (subject.algorithm == "EdDSA") return make_bare_ed25519(subject.read("key.raw"));
  return make_bare_evp(subject.key);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const Subject subject = read_subject(argv[1]);
  const auto bare = make_bare(subject);
  const Signed good = split(subject.read("good"), subject.algorithm);
  for (const char* name : {"tampered", "other_key"}) {
    const Signed bad = split(subject.read(name), subject.algorithm);
    if (bare->verify(bad.input, bad.signature)) return std::fprintf(stderr, "accepts %s\n", name), 1;
  }
  measure(std::atof(argv[2]), [&] { return bare->verify(good.input, good.signature); });
}
