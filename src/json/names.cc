#include "json/names.h"

#include <vector>

#include "base/try.h"
#include "json/document.h"

namespace signet::json {
namespace {

/// For an object of however many members: sorting keeps thousands of them from costing a square of that.
bool many_names_differ(const Tape& tape, std::size_t object, std::size_t end) {
  std::vector<std::string_view> all;
  for (std::size_t at = object + 1; at != end; at = tape.after(at + 1)) all.push_back(tape.string(at));
  std::sort(all.begin(), all.end());
  return std::adjacent_find(all.begin(), all.end()) == all.end();
}

bool names_differ(const Tape& tape, std::size_t object, std::size_t end) {
  FewNames few;
  for (std::size_t at = object + 1; at != end; at = tape.after(at + 1)) {
    switch (few.add(tape.string(at), tape, at)) {
      case FewNames::Added::kNew:
        continue;
      case FewNames::Added::kKnown:
        return false;
      case FewNames::Added::kNoRoom:
        return many_names_differ(tape, object, end);
    }
  }
  return true;
}

Result<void> check_container(const Tape& tape, std::size_t container, std::size_t depth) {
  if (depth > kMaxDepth) return std::unexpected(kTooDeep);
  const std::size_t end = tape.after(container) - 1;
  const bool is_object = tape.is_object(container);
  if (is_object && !names_differ(tape, container, end)) return std::unexpected(kNameTwice);
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
