#include "cli/session.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/files.h"
#include "base/try.h"
#include "cli/member.h"
#include "json/document.h"
#include "json/writer.h"

namespace signet::cli {
namespace {

/// mkdir -p, for the owner alone.
bool make_folders(const std::filesystem::path& folder) {
  if (folder.empty() || mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return true;
  return errno == ENOENT && make_folders(folder.parent_path()) && mkdir(folder.c_str(), 0700) == 0;
}

}  // namespace

OrTrouble<std::string> session_path() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  // The XDG base directory specification: "All paths set in these environment variables must be absolute."
  if (config && *config == '/') return std::string(config) + "/signet/session.json";
  const char* home = std::getenv("HOME");
  if (home && *home) return std::string(home) + "/.config/signet/session.json";
  return misused("there is no place for the session: set HOME or XDG_CONFIG_HOME");
}

OrTrouble<std::optional<Session>> load_session() {
  TRY(path, session_path());
  const auto text = read_file(path);
  if (!text && text.error().code == Errc::kNotFound) return std::nullopt;
  if (!text) return misused(path + ": " + text.error().what, text.error().code);
  const auto document = json::parse_object(*text);
  if (!document) return misused(path + " is damaged: log in again with `signet login`", Errc::kMalformed);
  const Json saved = json::root(**document);
  return Session{text_of(saved, "server"),        text_of(saved, "username"),
                 text_of(saved, "audience"),      text_of(saved, "access_token"),
                 text_of(saved, "refresh_token"), from_unix(number_of(saved, "expires_at"))};
}

OrTrouble<void> save_session(const Session& session) {
  TRY(path, session_path());
  json::Writer json;
  json.begin_object().member("server", session.server).member("username", session.username);
  json.member("audience", session.audience).member("access_token", session.access_token);
  json.member("refresh_token", session.refresh_token);
  json.member("expires_at", unix_seconds(session.expires_at)).end_object();
  if (!make_folders(std::filesystem::path(path).parent_path())) {
    return refused(Errc::kUnavailable, "cannot make the folder of " + path + ": " + std::strerror(errno));
  }
  const auto saved = replace_file(path, json.take() + '\n');
  if (!saved)
    return refused(saved.error().code, path + ": " + saved.error().what + "; --no-save does without");
  return {};
}

OrTrouble<void> forget_session() {
  TRY(path, session_path());
  std::error_code error;
  std::filesystem::remove(path, error);
  if (error) return refused(Errc::kUnavailable, "cannot remove " + path + ": " + error.message());
  return {};
}

OrTrouble<Session> with_tokens(Session session, Json answer, Time now) {
  session.access_token = text_of(answer, "access_token");
  session.refresh_token = text_of(answer, "refresh_token");
  session.expires_at = now + std::chrono::seconds(number_of(answer, "expires_in"));
  if (session.access_token.empty() || session.refresh_token.empty()) {
    return refused(Errc::kMalformed, session.server + " does not answer as a Signet server does: is it one?");
  }
  return session;
}

}  // namespace signet::cli
