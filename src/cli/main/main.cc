#include <cstdio>
#include <exception>

#include "cli/cli.h"

int main(int argc, char** argv) {
  try {
    return signet::cli::run(argc, argv);
  } catch (const std::exception& error) {  // out of memory; nothing else is thrown
    std::fprintf(stderr, "signet: %s\n", error.what());
    return 1;
  }
}
