#include "base/base64url_avx2.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <array>

#define SIGNET_AVX2 __attribute__((target("avx2")))

namespace signet {
namespace {

using Table = std::array<std::int8_t, 16>;

/// For each lower half of a byte, the upper halves that make a character of the alphabet of it: a bit for each.
constexpr Table make_partners() {
  Table partners{};
  for (const char character : kBase64urlAlphabet) {
    partners[character & 15] = static_cast<std::int8_t>(partners[character & 15] | 1 << (character >> 4));
  }
  return partners;
}

/// For each upper half, its bit. No character has one of 8 or more.
constexpr Table kBits = {1, 2, 4, 8, 16, 32, 64, -128};

/// For each upper half, what turns its characters into values. An underscore has the upper half of P to Z, and lacks
/// kUnderscore then.
constexpr Table make_shifts() {
  Table shifts{};
  for (std::size_t value = 0; value < 63; ++value) {
    const char character = kBase64urlAlphabet[value];
    shifts[static_cast<std::size_t>(character >> 4)] =
        static_cast<std::int8_t>(static_cast<int>(value) - character);
  }
  return shifts;
}

constexpr Table kPartners = make_partners();
constexpr Table kShifts = make_shifts();
constexpr std::int8_t kUnderscore = 63 - '_' - kShifts['_' >> 4];

/// Returns an entry for each byte, by its lower half; 0 for a byte of 0x80 or more.
SIGNET_AVX2 inline __m256i look_up(const Table& table, __m256i bytes) {
  const __m128i entries = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table.data()));
  return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(entries), bytes);
}

/// Returns 32 times six bits; `valid` keeps a zero for each byte that stands for none.
SIGNET_AVX2 inline __m256i values_of(__m256i text, __m256i& valid) {
  const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(text, 4), _mm256_set1_epi8(15));
  valid = _mm256_min_epu8(valid, _mm256_and_si256(look_up(kPartners, text), look_up(kBits, upper)));
  const __m256i underscore = _mm256_cmpeq_epi8(text, _mm256_set1_epi8('_'));
  const __m256i shift =
      _mm256_add_epi8(look_up(kShifts, upper), _mm256_and_si256(underscore, _mm256_set1_epi8(kUnderscore)));
  return _mm256_add_epi8(text, shift);
}

/// Joins 32 times six bits to 24 bytes, which end up in the lower three quarters.
SIGNET_AVX2 inline __m256i join(__m256i sextets) {
  const __m256i pairs = _mm256_maddubs_epi16(sextets, _mm256_set1_epi32(0x0140'0140));  // a * 64 + b: 12 bits
  const __m256i groups = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x0001'1000));      // 24 bits in each 32
  const __m256i big_endian = _mm256_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1,  //
                                              2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
  const __m256i halves = _mm256_shuffle_epi8(groups, big_endian);  // 12 bytes at the start of either half
  return _mm256_permutevar8x32_epi32(halves, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
}

SIGNET_AVX2 inline void decode_block(const unsigned char* in, std::uint8_t* out, __m256i& valid) {
  const __m256i bytes = join(values_of(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(in)), valid));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm256_castsi256_si128(bytes));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(out + 16), _mm256_extracti128_si256(bytes, 1));
}

}  // namespace

SIGNET_AVX2 bool decode_groups_avx2(const unsigned char* in, std::size_t groups, std::uint8_t* out) noexcept {
  __m256i valid = _mm256_set1_epi8(-1);
  std::size_t at = 0;
  for (; at + kAvx2Groups <= groups; at += kAvx2Groups) decode_block(in + 4 * at, out + 3 * at, valid);
  if (at != groups) {  // the last ones, and some before them once more
    at = groups - kAvx2Groups;
    decode_block(in + 4 * at, out + 3 * at, valid);
  }
  return _mm256_movemask_epi8(_mm256_cmpeq_epi8(valid, _mm256_setzero_si256())) == 0;
}

}  // namespace signet

#else

namespace signet {
bool decode_groups_avx2(const unsigned char*, std::size_t, std::uint8_t*) noexcept {
  return false;
}
}  // namespace signet

#endif
