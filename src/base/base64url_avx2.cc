#include "base/base64url_avx2.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define SIGNET_AVX2 __attribute__((target("avx2")))

namespace signet {
namespace {

/// 0xff in each byte that lies between `first` and `last`. Bytes of 0x80 and above are negative, and in no range.
SIGNET_AVX2 inline __m256i in_range(__m256i text, char first, char last) {
  const __m256i from = _mm256_cmpgt_epi8(text, _mm256_set1_epi8(static_cast<char>(first - 1)));
  const __m256i to = _mm256_cmpgt_epi8(_mm256_set1_epi8(static_cast<char>(last + 1)), text);
  return _mm256_and_si256(from, to);
}

/// What one range of the alphabet adds to its characters to make values of them; 0 to all others.
SIGNET_AVX2 inline __m256i shift_of(__m256i here, int value, char first) {
  return _mm256_and_si256(here, _mm256_set1_epi8(static_cast<char>(value - first)));
}

/// Returns 32 times six bits; `valid` loses the bytes that stand for none.
SIGNET_AVX2 inline __m256i values_of(__m256i text, __m256i& valid) {
  const __m256i upper = in_range(text, 'A', 'Z');
  const __m256i lower = in_range(text, 'a', 'z');
  const __m256i digit = in_range(text, '0', '9');
  const __m256i minus = _mm256_cmpeq_epi8(text, _mm256_set1_epi8('-'));
  const __m256i underscore = _mm256_cmpeq_epi8(text, _mm256_set1_epi8('_'));
  const __m256i letters = _mm256_or_si256(upper, lower);
  const __m256i others = _mm256_or_si256(digit, _mm256_or_si256(minus, underscore));
  valid = _mm256_and_si256(valid, _mm256_or_si256(letters, others));
  __m256i shift = _mm256_or_si256(shift_of(upper, 0, 'A'), shift_of(lower, 26, 'a'));
  shift = _mm256_or_si256(shift, shift_of(digit, 52, '0'));
  shift = _mm256_or_si256(shift, shift_of(minus, 62, '-'));
  shift = _mm256_or_si256(shift, shift_of(underscore, 63, '_'));
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

}  // namespace

SIGNET_AVX2 bool decode_blocks_avx2(const unsigned char* in, std::size_t blocks, std::uint8_t* out) noexcept {
  __m256i valid = _mm256_set1_epi8(-1);
  for (; blocks > 0; --blocks, in += 32, out += 24) {
    const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in));
    const __m256i bytes = join(values_of(text, valid));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm256_castsi256_si128(bytes));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out + 16), _mm256_extracti128_si256(bytes, 1));
  }
  return _mm256_movemask_epi8(valid) == -1;
}

}  // namespace signet

#else

namespace signet {
bool decode_blocks_avx2(const unsigned char*, std::size_t, std::uint8_t*) noexcept {
  return false;
}
}  // namespace signet

#endif
