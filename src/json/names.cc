#include "json/names.h"

#include <vector>

#include "base/try.h"
#include "json/document.h"

namespace signet::json {
namespace {

/// Names are those of one object, however many. Sorting keeps an object of thousands of members from costing a square of
/// them.
class Names {
 public:
  explicit Names(const Tape& tape) noexcept : tape_(tape) {}

  void add(std::size_t at) { all_.push_back(tape_.string(at)); }

  [[nodiscard]] bool differ() {
    std::sort(all_.begin(), all_.end());
    return std::adjacent_find(all_.begin(), all_.end()) == all_.end();
  }

 private:
  const Tape& tape_;
  std::vector<std::string_view> all_;
};

bool names_differ(const Tape& tape, std::size_t object, std::size_t end) {
  FewNames few;
  std::size_t at = object + 1;
  while (at != end && few.add(tape.string(at), tape, at)) at = tape.after(at + 1);
  if (at == end) return true;
  Names all(tape);  // there are many, or two are alike
  for (at = object + 1; at != end; at = tape.after(at + 1)) all.add(at);
  return all.differ();
}

Result<void> check_container(const Tape& tape, std::size_t container, std::size_t depth) {
  if (depth > kMaxDepth) return fail(Errc::kMalformed, "JSON that nests more than 16 levels deep");
  const std::size_t end = tape.after(container) - 1;
  const bool is_object = tape.is_object(container);
  if (is_object && !names_differ(tape, container, end)) {
    return fail(Errc::kMalformed, "a JSON object names a member twice");
  }
  for (std::size_t at = container + 1; at != end; at = tape.after(at)) {
    if (is_object) ++at;  // the name
    if (tape.is_container(at)) TRY_DO(check_container(tape, at, depth + 1));
  }
  return {};
}

}  // namespace

/// The value that a text consists of begins at the tape's second word.
Result<void> check_containers(const Tape& tape) {
  return tape.is_container(1) ? check_container(tape, 1, 1) : Result<void>();
}

}  // namespace signet::json
