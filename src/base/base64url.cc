#include "base/base64url.h"

#include <array>
#include <cassert>

#include "base/base64url_avx2.h"
#include "base/try.h"

namespace signet {
namespace {

constexpr std::string_view kAlphabet = kBase64urlAlphabet;
constexpr std::uint32_t kInvalid = 0x8000'0000;

using Table = std::array<std::uint32_t, 256>;

/// A table for one of the four places in a group: the character's six bits, already shifted into place.
constexpr Table make_table(int shift) {
  Table table{};
  table.fill(kInvalid);
  for (std::uint32_t i = 0; i < kAlphabet.size(); ++i) {
    table[static_cast<unsigned char>(kAlphabet[i])] = i << shift;
  }
  return table;
}

constexpr std::array<Table, 4> kPlace = {make_table(18), make_table(12), make_table(6), make_table(0)};

/// The 24 bits of a whole group, or a value with kInvalid set.
std::uint32_t decode_group(const unsigned char* in) {
  return kPlace[0][in[0]] | kPlace[1][in[1]] | kPlace[2][in[2]] | kPlace[3][in[3]];
}

/// Decodes the last two or three characters, whose unused bits must be zero: true when they are well formed.
bool decode_tail(const unsigned char* in, std::size_t length, std::uint8_t* out) {
  std::uint32_t bits = kPlace[0][in[0]] | kPlace[1][in[1]];
  if (length == 3) bits |= kPlace[2][in[2]];
  const std::uint32_t unused = length == 2 ? 0xffff : 0xff;
  if (bits & (kInvalid | unused)) return false;
  out[0] = static_cast<std::uint8_t>(bits >> 16);
  if (length == 3) out[1] = static_cast<std::uint8_t>(bits >> 8);
  return true;
}

}  // namespace

std::string base64url_encode(ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  int count = 0;  // bits in `bits` that are not written yet
  for (const std::uint8_t byte : bytes) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 6; count -= 6) text += kAlphabet[bits >> (count - 6) & 63];
  }
  if (count > 0) text += kAlphabet[bits << (6 - count) & 63];
  return text;
}

Result<void> base64url_decode_into(std::string_view text, std::span<std::uint8_t> out) {
  assert(out.size() >= base64url_decoded_size(text.size()));
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t groups = text.size() / 4;
  const std::size_t rest = text.size() % 4;
  if (rest == 1) return fail(Errc::kMalformed, "base64url of an impossible length");

  std::uint32_t seen = 0;
  std::uint8_t* to = out.data();
  if (kHasAvx2Code && groups >= kAvx2Groups && has_avx2()) {
    if (!decode_groups_avx2(in, groups, to)) seen = kInvalid;
    in += groups * 4;
    to += groups * 3;
    groups = 0;
  }
  for (; groups > 0; --groups, in += 4, to += 3) {
    const std::uint32_t bits = decode_group(in);
    seen |= bits;
    to[0] = static_cast<std::uint8_t>(bits >> 16);
    to[1] = static_cast<std::uint8_t>(bits >> 8);
    to[2] = static_cast<std::uint8_t>(bits);
  }
  if (seen & kInvalid) return fail(Errc::kMalformed, "not strict base64url");
  if (rest != 0 && !decode_tail(in, rest, to)) return fail(Errc::kMalformed, "not strict base64url");
  return {};
}

Result<Bytes> base64url_decode(std::string_view text) {
  Bytes bytes(base64url_decoded_size(text.size()));
  TRY_DO(base64url_decode_into(text, bytes));
  return bytes;
}

}  // namespace signet
