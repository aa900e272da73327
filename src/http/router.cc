#include "http/router.h"

#include <algorithm>
#include <stdexcept>

#include "http/ascii.h"

namespace signet::http {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    segments.emplace_back(path.substr(0, path.find('/')));
    path.remove_prefix(segments.back().size());
  }
  return segments;
}

bool is_name(std::string_view segment) {
  return segment.starts_with('{');
}

/// fits walks the path beside the pattern's segments, without copying either.
bool fits(const std::vector<std::string>& segments, std::string_view path) {
  for (const std::string& segment : segments) {
    if (path.empty()) return false;
    path.remove_prefix(1);
    const std::string_view actual = path.substr(0, path.find('/'));
    if (is_name(segment) ? actual.empty() : actual != segment) return false;
    path.remove_prefix(actual.size());
  }
  return path.empty();
}

std::vector<Field> parameters(const std::vector<std::string>& segments, std::string_view path) {
  std::vector<Field> fields;
  for (const std::string& segment : segments) {
    path.remove_prefix(1);
    const std::string_view actual = path.substr(0, path.find('/'));
    if (is_name(segment)) fields.emplace_back(segment.substr(1, segment.size() - 2), actual);
    path.remove_prefix(actual.size());
  }
  return fields;
}

bool well_formed(std::string_view pattern) {
  if (!pattern.starts_with('/')) return false;
  return std::ranges::all_of(split(pattern), [](std::string_view segment) {
    const bool name = segment.size() > 2 && is_name(segment) && segment.ends_with('}');
    return name || segment.find_first_of("{}") == segment.npos;
  });
}

template <class Methods>
std::string allow(const Methods& methods) {
  std::string list;
  for (const std::string_view method : kMethods) {
    const bool answered = methods.contains(method) || method == "OPTIONS" ||
                          (method == "HEAD" && methods.contains(std::string_view("GET")));
    if (!answered) continue;
    if (!list.empty()) list += ", ";
    list += method;
  }
  return list;
}

}  // namespace

Router& Router::add(std::string_view method, std::string_view pattern, Handler handler, Lane lane) {
  const auto at_once = [handler = std::move(handler)](const Request& request, const Responder& responder) {
    responder.send(handler(request));
  };
  return add_route(method, pattern, {.handler = at_once, .lane = lane});
}

Router& Router::add_async(std::string_view method, std::string_view pattern, AsyncHandler handler) {
  return add_route(method, pattern, {.handler = std::move(handler), .lane = Lane::kInline});
}

Router& Router::add_route(std::string_view method, std::string_view pattern, Route route) {
  const std::string name = std::string(method) + " " + std::string(pattern);
  if (!well_formed(pattern)) throw std::logic_error("not a pattern: " + name);
  if (!is_method(method)) throw std::logic_error("not a method: " + name);
  if (!methods_of(pattern).emplace(method, std::move(route)).second) {
    throw std::logic_error("two handlers for " + name);
  }
  return *this;
}

Router::Methods& Router::methods_of(std::string_view pattern) {
  if (!pattern.contains('{')) return literals_[std::string(pattern)];
  auto segments = split(pattern);
  const auto same = std::ranges::find(patterns_, segments, &Pattern::segments);
  if (same != patterns_.end()) return same->methods;
  const auto more_literal = [](const std::vector<std::string>& a, const Pattern& b) {
    return std::ranges::lexicographical_compare(a, b.segments, {}, is_name, is_name);
  };
  const auto place = std::upper_bound(patterns_.begin(), patterns_.end(), segments, more_literal);
  return patterns_.insert(place, {.segments = std::move(segments), .methods = {}})->methods;
}

const Router::Methods* Router::match(Request& request) const {
  const auto literal = literals_.find(std::string_view(request.path));
  if (literal != literals_.end()) return &literal->second;
  for (const Pattern& pattern : patterns_) {
    if (!fits(pattern.segments, request.path)) continue;
    request.parameters = parameters(pattern.segments, request.path);
    return &pattern.methods;
  }
  return nullptr;
}

Router::Found Router::find(Request& request) const {
  if (request.path == "*") return {.route = nullptr, .refusal = Response::empty(204)};
  const Methods* methods = match(request);
  if (methods == nullptr) {
    return {.route = nullptr, .refusal = Response::problem(404, status_phrase(404), "there is nothing here")};
  }
  auto found = methods->find(request.method);
  // RFC 9110, section 9.3.2: "The HEAD method is identical to GET except that the server MUST NOT send
  // content".
  if (found == methods->end() && request.method == "HEAD") found = methods->find("GET");
  if (found != methods->end()) return {.route = &found->second, .refusal = {}};

  // RFC 9110, section 15.5.6: "The origin server MUST generate an Allow header field in a 405 response".
  auto answer = request.method == "OPTIONS"
                    ? Response::empty(204)
                    : Response::problem(405, status_phrase(405), "this resource has no such method");
  return {.route = nullptr, .refusal = std::move(answer).with("Allow", allow(*methods))};
}

}  // namespace signet::http
