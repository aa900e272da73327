// Columns for people.
#pragma once

#include <string>
#include <vector>

#include "signet/json.h"

namespace signet::cli {

/// print_table prints rows under a header, columns aligned, every cell printable.
void print_table(std::vector<std::vector<std::string>> rows);

/// cell writes a value as people read it: text as it is, a list as words, nothing as "-".
[[nodiscard]] std::string cell(Json object, const char* member);

}  // namespace signet::cli
