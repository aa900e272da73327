#include "http/accept_error.h"

#include <gtest/gtest.h>

#include <boost/asio/error.hpp>
#include <cerrno>

namespace signet::http {
namespace {

boost::system::error_code code(int value) {
  return {value, boost::system::system_category()};
}

TEST(AcceptError, OfOneClientDoesNotKeepTheOthersWaiting) {
  for (const int value : {ECONNABORTED, EPROTO, EPERM, EHOSTUNREACH, EINTR}) {
    EXPECT_TRUE(is_of_one_client(code(value))) << value;
  }
  EXPECT_TRUE(is_of_one_client(boost::asio::error::operation_aborted));
}

TEST(AcceptError, OfTheMachineMakesThemWait) {
  for (const int value : {EMFILE, ENFILE, ENOBUFS, ENOMEM, EIO, 12345}) {
    EXPECT_FALSE(is_of_one_client(code(value))) << value;
  }
  EXPECT_FALSE(is_of_one_client(boost::asio::error::eof));  // another category's 2
}

}  // namespace
}  // namespace signet::http
