#include "server/origin.h"

#include <algorithm>

#include "base/ascii.h"

namespace signet::server {

std::string origin_of(std::string_view url) {
  const auto scheme = url.find("://");
  const auto path = scheme == url.npos ? url.npos : url.find('/', scheme + 3);
  std::string origin(url.substr(0, path));
  std::ranges::transform(origin, origin.begin(), to_lower);
  if (origin.starts_with("http://") && origin.ends_with(":80")) origin.resize(origin.size() - 3);
  if (origin.starts_with("https://") && origin.ends_with(":443")) origin.resize(origin.size() - 4);
  return origin;
}

}  // namespace signet::server
