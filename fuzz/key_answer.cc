// What a JWKS endpoint answers: status, Cache-Control and body, all of the fuzzer's making. The guard keeps
// its last good keys whatever comes.
#include <memory>

#include "fuzz.h"
#include "guard/knowledge.h"
#include "guard/remote_keys.h"

namespace {

using namespace signet;

/// The first answer is good; later ones are the input.
class Answers final : public guard::Fetcher {
 public:
  Answers(std::string good, std::string_view input) : good_(std::move(good)), input_(input) {}
  Result<guard::HttpAnswer> fetch(const guard::HttpRequest&) override {
    if (std::exchange(first_, false)) return guard::HttpAnswer{200, "application/json", "", {}, good_};
    const std::size_t line = input_.find('\n');
    if (line == input_.npos) return guard::HttpAnswer{200, "application/json", "", {}, std::string(input_)};
    return guard::HttpAnswer{input_.starts_with('5') ? 500 : 200,
                             "application/json",
                             std::string(input_.substr(0, line)),
                             {},
                             std::string(input_.substr(line + 1))};
  }

 private:
  std::string good_;
  std::string_view input_;
  bool first_ = true;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Key key = *Key::generate(Algorithm::kEd25519);
  static const std::string good = KeySet::only(key).jwks();
  static const SystemClock clock;
  Answers answers(good, fuzz::text(data, size));
  guard::Noticeboard board;
  guard::RemoteKeys keys({"http://localhost/jwks", {}, std::chrono::seconds(300)}, answers, clock, board);
  fuzz::require(keys.refresh().has_value());
  const auto refreshed = keys.refresh();
  if (!refreshed) {
    fuzz::require_plain_refusal(refreshed.error());
    fuzz::require(board.newest()->keys->find(key.kid()).has_value());
  }
  fuzz::require(!board.newest()->keys->keys().empty() &&
                !board.newest()->keys->keys().front().is_symmetric());
  return 0;
}
