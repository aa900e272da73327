#include "http/target.h"

#include <boost/url/authority_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "http/ascii.h"
#include "http/form.h"

namespace signet::http {
namespace {

std::string_view view(boost::urls::string_view text) {
  return {text.data(), text.size()};
}

bool has_encoded_slash(std::string_view path) {
  for (std::size_t at = path.find('%'); at != path.npos; at = path.find('%', at + 1)) {
    if (equal_names(path.substr(at, 3), "%2F") || equal_names(path.substr(at, 3), "%5C")) return true;
  }
  return false;
}

/// has_dot_segment looks at the decoded path, and so finds `%2e%2e` as well.
bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

}  // namespace

std::expected<Target, const char*> parse_target(std::string_view method, std::string_view target) {
  // RFC 9112, section 3.2.4: "The asterisk-form of request-target is only used for a server-wide OPTIONS
  // request".
  if (target == "*" && method == "OPTIONS") return Target{.path = "*", .queries = {}};

  // RFC 9112, section 3.2.2 would have servers accept the absolute-form too. We are no proxy, no client sends
  // it to us, and an authority beside Host is a second opinion about whom the request is for: refused.
  if (!target.starts_with('/')) return std::unexpected("the request target must begin with a slash");
  const auto url = boost::urls::parse_origin_form({target.data(), target.size()});
  if (url.has_error())
    return std::unexpected("the request target has characters that must be percent-encoded");

  const std::string_view encoded_path = view(url->encoded_path());
  if (has_encoded_slash(encoded_path)) return std::unexpected("the path must not have encoded slashes");
  auto path = percent_decode(encoded_path);
  if (!path) return std::unexpected("the path must be UTF-8 without control characters");
  if (has_dot_segment(*path)) return std::unexpected("the path must not have dot segments");
  auto queries = parse_form(view(url->encoded_query()));
  if (!queries)
    return std::unexpected("the query must be UTF-8 without control characters, and have at most 64 fields");
  return Target{.path = std::move(*path), .queries = std::move(*queries)};
}

bool is_host(std::string_view value) {
  const auto authority = boost::urls::parse_authority({value.data(), value.size()});
  return authority.has_value() && !authority->has_userinfo();
}

}  // namespace signet::http
