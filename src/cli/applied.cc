#include "cli/applied.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "base/try.h"
#include "cli/output.h"
#include "cli/table.h"
#include "server/json_views.h"

namespace signet::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// The issuer measures how long it took, so nothing is lost by asking seldom.
constexpr milliseconds kFirstPause{20}, kLongestPause{500};

/// A verifier that was not heard of for this long usually accepts nothing any more: GuardOptions::max_staleness.
constexpr std::chrono::minutes kUsualStaleness{10};

constexpr std::size_t kMostNamed = 20;

std::string applied_of(const Answer& progress) {
  const std::string verifiers = cell(progress.root(), "verifiers");
  return fmt::format("applied by {} of {} verifier{}", cell(progress.root(), "applied"), verifiers,
                     verifiers == "1" ? "" : "s");
}

/// ProgressLine is one line of a terminal, written anew each time, and gone in the end.
class ProgressLine {
 public:
  ProgressLine() = default;
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { write(""); }

  void show(const std::string& text) const { write(printable(text)); }

 private:
  void write(const std::string& text) const {
    if (is_terminal_) static_cast<void>(std::fputs(("\r\x1b[K" + text).c_str(), stderr));
  }

  const bool is_terminal_ = is_terminal(Stream::kError);
};

OrTrouble<Answer> ask(const Api& api, const std::string& path) {
  auto progress = api.get(path);
  if (!progress) {
    Trouble trouble = progress.error();
    trouble.what = "revoked, but who has applied it cannot be seen: " + trouble.what;
    return std::unexpected(std::move(trouble));
  }
  const Json root = progress->root();
  if (root.member("complete") && root.member("verifiers") && root.member("waiting_for")) return progress;
  return refused(Errc::kMalformed, api.server() + " does not say who has applied it");
}

void name_silent(Json verifier) {
  note(fmt::format(
      "{} {} at {} has not applied it: last heard of at {}; it could accept what was revoked until {}",
      cell(verifier, "service"), cell(verifier, "instance"), cell(verifier, "address"),
      cell(verifier, "last_contact"), cell(verifier, "fresh_until")));
}

/// Nobody is waited for: all have applied it, or there are none, which shows nothing.
bool is_over(const Answer& progress) {
  return cell(progress.root(), "complete") == "true";
}

bool is_nobody_counted(const Answer& progress) {
  return cell(progress.root(), "verifiers") == "0";
}

/// What the count cannot know, said where it matters.
void tell_who_is_not_counted(const Answer& progress) {
  const std::string since = cell(progress.root(), "listening_since");
  if (is_nobody_counted(progress)) {
    note("no verifier with a key is in touch with the issuer, which has been running since " + since +
         ": nothing shows that this has arrived anywhere; see signet service verifier-key add --help");
  } else if (since > server::rfc3339(system_now() - kUsualStaleness)) {
    note("the issuer has been running since " + since +
         ": a verifier that it has not heard of since then is not counted");
  }
}

}  // namespace

OrTrouble<Answer> await_verifiers(const Api& api, const Answer& revocation, std::chrono::seconds patience) {
  const auto deadline = steady_clock::now() + patience;
  // The ticket opens this one page, also to whoever has just ended all sessions.
  TRY(with_ticket, Api::open({.server = api.server(), .token = cell(revocation.root(), "ticket")}));
  const std::string path = "/v1/admin/revocations/" + percent_encoded(cell(revocation.root(), "seq"));
  const ProgressLine line;
  for (milliseconds pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
    TRY(progress, ask(with_ticket, path));
    const auto left = std::chrono::ceil<std::chrono::seconds>(deadline - steady_clock::now());
    if (is_over(progress) || left.count() <= 0) return std::move(progress);
    line.show(fmt::format("{}; waiting for {} s more", applied_of(progress), left.count()));
    std::this_thread::sleep_until(std::min(steady_clock::now() + pause, deadline));
  }
}

bool is_applied_by_all(const Answer& progress) {
  return is_over(progress) && !is_nobody_counted(progress);
}

void print_applied(const Answer& progress) {
  if (is_applied_by_all(progress)) {
    print_line(printable(fmt::format("{} in {} ms", applied_of(progress), cell(progress.root(), "took_ms"))));
  } else {
    print_line(printable(applied_of(progress)));
  }
  std::size_t named = 0;
  const auto silent = progress.root().member("waiting_for");
  for (const Json verifier : silent->elements()) {
    if (named == kMostNamed) break;
    name_silent(verifier);
    ++named;
  }
  if (named == kMostNamed) note("there may be more: see signet verifiers");
  tell_who_is_not_counted(progress);
}

}  // namespace signet::cli
