// Who did what, to whom, and what became of it: one line of the log for each, at every level. No secret ever gets here.
#pragma once

#include <string_view>

#include "http/message.h"
#include "storage/store.h"

namespace signet::server {

/// audit writes down what `who` did, or was not allowed to.
void audit(const storage::SessionAndUser& who, std::string_view action, const http::Request& request,
           const http::Response& outcome);

/// audit_refused writes down that somebody who could not say who they are was kept out.
void audit_refused(std::string_view action, const http::Request& request, const http::Response& outcome);

/// audit_session writes down that a session began or ended, or was refused. `who` is "user ID" or "session
/// ID", or "unknown user": never what was typed, since people type passwords into the wrong field.
void audit_session(std::string_view event, std::string_view who, const http::Request& request);

/// audit_reuse writes down that a refresh token was used again after its time, a warning.
void audit_reuse(std::string_view session, const http::Request& request);

}  // namespace signet::server
