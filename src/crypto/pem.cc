#include "crypto/pem.h"

#include <openssl/pem.h>

#include "base/try.h"
#include "crypto/evp.h"

namespace signet::crypto {
namespace {

void openssl_free(void* memory) {
  OPENSSL_free(memory);
}

/// Block is one "-----BEGIN label-----" with its DER.
struct Block {
  std::string label;
  bool encrypted = false;
  Secret der;
};

/// Wipes what OpenSSL read before it goes, also when memory runs out in the middle.
struct WipeAndFree {
  std::size_t size;
  void operator()(unsigned char* bytes) const noexcept { OPENSSL_clear_free(bytes, size); }
};

/// Reads the next block; kNotFound when there is none.
Result<Block> read_block(BIO& bio) {
  char* label = nullptr;
  char* header = nullptr;
  unsigned char* der = nullptr;
  long size = 0;
  const int found = PEM_read_bio(&bio, &label, &header, &der, &size);
  const std::unique_ptr<char, Releaser<openssl_free>> label_owner(label), header_owner(header);
  const std::unique_ptr<unsigned char, WipeAndFree> der_owner(der, {static_cast<std::size_t>(size)});
  if (found != 1) {
    const unsigned long error = ERR_peek_last_error();
    if (ERR_GET_REASON(error) == PEM_R_NO_START_LINE) return fail(Errc::kNotFound, "no PEM block");
    return fail(Errc::kMalformed, "a broken PEM block");
  }
  return Block{label, *header != '\0', Secret(ByteView(der, static_cast<std::size_t>(size)))};
}

using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Releaser<PKCS8_PRIV_KEY_INFO_free>>;

/// Reads PKCS#8 and nothing else, and moves `at` behind it; null when it is none.
EVP_PKEY* read_pkcs8(const unsigned char*& at, long size) {
  const Pkcs8 info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, size));
  return info ? EVP_PKCS82PKEY(info.get()) : nullptr;
}

/// d2i_PrivateKey would take PKCS#8 under the labels of PKCS#1 and SEC1, too.
bool is_pkcs8(ByteView der) {
  const unsigned char* at = der.data();
  return Pkcs8(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size()))) != nullptr;
}

Result<EvpKey> parse_der(const Block& block) {
  if (block.encrypted || block.label == "ENCRYPTED PRIVATE KEY") {
    return fail(Errc::kUnsupported, "an encrypted PEM file: decrypt it first, with openssl pkey");
  }
  const unsigned char* at = block.der.view().data();
  const unsigned char* const end = at + block.der.size();
  const auto size = static_cast<long>(block.der.size());
  EVP_PKEY* key = nullptr;
  if (block.label == "PUBLIC KEY") {
    key = d2i_PUBKEY(nullptr, &at, size);
  } else if (block.label == "PRIVATE KEY") {
    key = read_pkcs8(at, size);
  } else if (block.label == "RSA PUBLIC KEY") {
    key = d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size);
  } else if (block.label == "RSA PRIVATE KEY" && !is_pkcs8(block.der.view())) {
    key = d2i_PrivateKey(EVP_PKEY_RSA, nullptr, &at, size);
  } else if (block.label == "EC PRIVATE KEY" && !is_pkcs8(block.der.view())) {
    key = d2i_PrivateKey(EVP_PKEY_EC, nullptr, &at, size);
  } else if (block.label == "RSA PRIVATE KEY" || block.label == "EC PRIVATE KEY") {
    return fail(Errc::kMalformed, "a PEM block whose content is no key of its label's kind");
  } else {
    return fail(Errc::kUnsupported, "a PEM block that is no key: expected PUBLIC KEY or PRIVATE KEY");
  }
  EvpKey owner(key);
  if (!owner || at != end)
    return fail(Errc::kMalformed, "a PEM block whose content is no key of its label's kind");
  return owner;
}

bool is_blank(BIO& bio) {
  char c = 0;
  while (BIO_read(&bio, &c, 1) == 1) {
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return false;
  }
  return true;
}

Result<std::string> text_of(const Bio& bio, bool written) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  if (!written || size <= 0) return fail(Errc::kInternal, "OpenSSL could not write PEM");
  return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace

Result<KeyNumbers> read_pem(std::string_view pem) {
  const ErrorMark mark;
  // PEM_read_bio looks for the first "-----BEGIN"; text before it (names, comments) is what RFC 7468 §2
  // allows.
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) return fail(Errc::kInternal, "not enough memory to read PEM");
  Result<Block> block = read_block(*bio);
  if (block && block->label == "EC PARAMETERS") {
    block = read_block(*bio);
    if (block && block->label != "EC PRIVATE KEY")
      return fail(Errc::kMalformed, "EC PARAMETERS without their key");
  }
  if (!block) return fail(Errc::kMalformed, "not a PEM key");
  TRY(key, parse_der(*block));
  if (!is_blank(*bio)) return fail(Errc::kMalformed, "a PEM file with more than one key in it");
  return from_evp(*key);
}

Result<std::string> write_public_pem(const KeyNumbers& numbers) {
  const ErrorMark mark;
  TRY(key, to_evp(numbers));
  const Bio bio(BIO_new(BIO_s_mem()));
  return text_of(bio, PEM_write_bio_PUBKEY(bio.get(), key.get()) == 1);
}

Result<std::string> write_private_pem(const KeyNumbers& numbers) {
  const ErrorMark mark;
  if (!is_private(numbers)) return fail(Errc::kInvalidArgument, "a public key has no private half to write");
  TRY(key, to_evp(numbers));
  const Bio bio(BIO_new(BIO_s_secmem()));
  return text_of(
      bio, PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
}

}  // namespace signet::crypto
