// Which failures of accept() say something about one client alone.
#pragma once

#include <boost/system/error_code.hpp>

namespace signet::http {

/// is_of_one_client tells whether the next client may fare better at once. Everything else, known or not, is
/// taken for a lack of something (files, memory, buffers) that takes time to mend.
[[nodiscard]] bool is_of_one_client(const boost::system::error_code& error);

}  // namespace signet::http
