#include "storage/statement.h"

namespace signet::storage {

Statement::Statement(soci::session& session, std::string_view text) : statement_(session) {
  statement_.alloc();
  statement_.prepare(std::string(text));
}

bool Statement::run() {
  statement_.define_and_bind();
  return statement_.execute(true);
}

}  // namespace signet::storage
