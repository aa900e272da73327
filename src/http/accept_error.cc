#include "http/accept_error.h"

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <cerrno>

namespace signet::http {
namespace {

// accept(2): "Linux accept() passes already-pending network errors on the new socket as an error code from
// accept(). [...] For reliable operation the application should detect the network errors defined for the
// protocol after accept() and treat them like EAGAIN by retrying. In the case of TCP/IP, these are ENETDOWN,
// EPROTO, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP, and ENETUNREACH." And EPERM: "Firewall
// rules forbid connection."
constexpr std::array kOfOneClient = {ECONNABORTED, EINTR,  EAGAIN,       EPERM,     ENETDOWN,   EPROTO,
                                     ENOPROTOOPT,  ENONET, EHOSTUNREACH, EHOSTDOWN, EOPNOTSUPP, ENETUNREACH};

}  // namespace

bool is_of_one_client(const boost::system::error_code& error) {
  if (error == boost::asio::error::operation_aborted) return true;  // closed: there is no next one
  return error.category() == boost::system::system_category() &&
         std::ranges::find(kOfOneClient, error.value()) != kOfOneClient.end();
}

}  // namespace signet::http
