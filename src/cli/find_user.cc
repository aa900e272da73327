#include "cli/find_user.h"

#include "base/try.h"
#include "cli/password.h"

namespace signet::cli {

OrTrouble<Answer> find_user(const Api& api, const std::string& name) {
  TRY_DO(check_text("the user name", name));
  TRY(found, api.get("/v1/admin/users?username=" + percent_encoded(name)));
  const Result<Json> users = found.root().member("users");
  if (!users || users->elements().empty()) {
    return refused(Errc::kNotFound, "there is no user " + name + ": `signet user list` shows all");
  }
  return read_answer(users->elements().front().text(), api.server());
}

}  // namespace signet::cli
