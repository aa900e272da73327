// How each C and C++ library is driven: prove first that it can tell good from bad, then measure. The drivers in
// other languages do the same with the same files, which make_tokens.py wrote:
//   DRIVER FOLDER SECONDS      prints {"ns": [a figure for each of five batches]}, CPU time of the whole process
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>

namespace signet::bench {

inline constexpr const char* kIssuer = "https://auth.example.com";
inline constexpr const char* kAudience = "orders";

/// Subject is one algorithm: its key for verifying and the folder with its tokens.
struct Subject {
  std::string folder;
  std::string algorithm;  // as in `alg`
  std::string key;        // PEM; for HS256 the secret itself

  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(folder + "/" + name, std::ios::binary);
    if (!file) std::fprintf(stderr, "cannot read %s/%s\n", folder.c_str(), name.c_str()), std::exit(1);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

inline Subject read_subject(const std::string& folder) {
  Subject subject{.folder = folder, .algorithm = {}, .key = {}};
  subject.algorithm = subject.read("algorithm");
  subject.key = subject.read("key");
  return subject;
}

inline double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// measure prints what one call costs. A call that fails ends the program.
template <class Operation>
void measure(double seconds, Operation&& operation) {
  const auto run = [&](long count) {
    const double start = cpu_seconds();
    for (long i = 0; i < count; ++i) {
      if (!operation()) std::fputs("a good token was refused\n", stderr), std::exit(1);
    }
    return cpu_seconds() - start;
  };
  long count = 1;
  double took = 0;
  while ((took = run(count)) < 0.05) count *= 2;
  count = static_cast<long>(static_cast<double>(count) * seconds / 5 / took) + 1;
  std::array<double, 5> ns{};
  for (double& batch : ns) batch = run(count) / static_cast<double>(count) * 1e9;
  std::printf("{\"ns\": [%.2f, %.2f, %.2f, %.2f, %.2f]}\n", ns[0], ns[1], ns[2], ns[3], ns[4]);
}

/// drive takes a `make(subject)` that returns a `bool check(const std::string& token)`: parse, signature, iss, aud,
/// exp, and two claims read. It is made once, with its key, and called many times.
template <class Make>
int drive(int argc, char** argv, Make&& make) {
  if (argc < 3) return std::fprintf(stderr, "usage: %s FOLDER SECONDS\n", argv[0]), 2;
  const Subject subject = read_subject(argv[1]);
  auto check = make(subject);
  const std::string good = subject.read("good");
  if (!check(good)) return std::fputs("refuses the good token\n", stderr), 1;
  for (const char* bad : {"tampered", "other_key", "expired", "other_audience", "other_issuer"}) {
    if (check(subject.read(bad))) return std::fprintf(stderr, "accepts the bad token: %s\n", bad), 1;
  }
  measure(std::atof(argv[2]), [&] { return check(good); });
  return 0;
}

}  // namespace signet::bench
