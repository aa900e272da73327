#include "server/issuer_url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

namespace signet::server {
namespace {

constexpr std::size_t kLongestUrl = 512;
constexpr std::size_t kLongestHost = 253;  // RFC 1035 §2.3.4, without the dot at the end
constexpr std::size_t kLongestLabel = 63;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c);
}

/// What a segment of a path may hold (RFC 3986 §3.3), without escapes and without @.
bool is_path_character(char c) {
  return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || std::string_view("-._~!$&'()*+,;=:").contains(c);
}

/// all_parts asks `is_good` about each part between separators; of an empty text, that is one empty part.
template <class Predicate>
bool all_parts(std::string_view text, char separator, Predicate is_good) {
  while (true) {
    const auto end = text.find(separator);
    if (!is_good(text.substr(0, end))) return false;
    if (end == text.npos) return true;
    text.remove_prefix(end + 1);
  }
}

/// An underscore is none of DNS's, but names inside of clusters have it.
bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_lower_or_digit(c) || c == '-' || c == '_'; });
}

std::optional<in6_addr> parse_v6(std::string_view text) {
  in6_addr address{};
  if (::inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1) return std::nullopt;
  return address;
}

std::optional<in_addr> parse_v4(std::string_view text) {
  in_addr address{};
  if (::inet_pton(AF_INET, std::string(text).c_str(), &address) != 1) return std::nullopt;
  return address;
}

bool is_usual_v6(std::string_view text) {
  const auto address = parse_v6(text);
  std::array<char, INET6_ADDRSTRLEN> usual{};
  return address && ::inet_ntop(AF_INET6, &*address, usual.data(), usual.size()) != nullptr &&
         text == usual.data();
}

bool is_host(std::string_view host) {
  if (host.starts_with('[')) return host.ends_with(']') && is_usual_v6(host.substr(1, host.size() - 2));
  if (host.size() > kLongestHost || !all_parts(host, '.', is_label)) return false;
  // Browsers take a name that ends in a number for an address, in whichever form.
  const auto last = host.substr(host.rfind('.') + 1);
  const bool numeric = last.starts_with("0x") || std::ranges::all_of(last, is_digit);
  return !numeric || parse_v4(host).has_value();
}

bool is_port(std::string_view text, std::uint16_t usual) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && text.front() != '0' && port != usual;
}

bool is_authority(std::string_view text, std::uint16_t usual_port) {
  const auto bracket = text.rfind(']');
  const auto colon = text.find(':', bracket == text.npos ? 0 : bracket);
  if (colon == text.npos) return is_host(text);
  return is_host(text.substr(0, colon)) && is_port(text.substr(colon + 1), usual_port);
}

bool is_segment(std::string_view segment) {
  return !segment.empty() && segment != "." && segment != ".." &&
         std::ranges::all_of(segment, is_path_character);
}

}  // namespace

bool is_issuer_url(std::string_view text) {
  const bool secure = text.starts_with("https://");
  if (text.size() > kLongestUrl || (!secure && !text.starts_with("http://"))) return false;
  text.remove_prefix(text.find("://") + 3);
  const auto slash = text.find('/');
  const bool path_is_good = slash == text.npos || all_parts(text.substr(slash + 1), '/', is_segment);
  return path_is_good && is_authority(text.substr(0, slash), secure ? 443 : 80);
}

bool is_every_address(std::string_view address) {
  address = address.substr(0, address.find('%'));  // a zone: ::%eth0
  if (const auto v4 = parse_v4(address)) return v4->s_addr == INADDR_ANY;
  const auto v6 = parse_v6(address);
  if (!v6) return false;
  // ::, and ::ffff:0.0.0.0, which is IPv4's.
  const bool mapped = IN6_IS_ADDR_V4MAPPED(&*v6);
  return std::all_of(v6->s6_addr + (mapped ? 12 : 0), v6->s6_addr + 16,
                     [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace signet::server
