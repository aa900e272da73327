#include "garbage.h"

#include <random>

#include "forger.h"
#include "token/jws.h"

namespace signet::bench {
namespace {

constexpr std::size_t kSize = token::kMaxToken;

/// Random, but the same in each run.
std::string random_bytes(std::size_t size) {
  std::mt19937 random(7);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

std::string random_base64url(std::size_t size) {
  return encode(random_bytes(size)).substr(0, size / 4 * 4);
}

std::string repeat(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

/// As many of item(0), item(1), ... with commas between them as fit into a header beside its other members.
template <class Item>
std::string fill(Item item) {
  constexpr std::size_t kRoom = token::kMaxHeader - 100;
  std::string all;
  for (std::size_t i = 0;; ++i) {
    const std::string next = (i == 0 ? "" : ",") + std::string(item(i));
    if (all.size() + next.size() > kRoom) return all;
    all += next;
  }
}

/// A name of `size` bytes that differs from others of its kind in the middle alone.
std::string look_alike(std::size_t size, std::size_t number) {
  std::string name(size, 'a');
  const std::string digits = std::to_string(1000 + number);
  return name.replace(size / 2, digits.size(), digits);
}

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

struct Header {
  const char* name;
  std::string members;
};

/// Headers whose names are as dear to tell apart as they can be.
std::vector<Header> dear_objects() {
  const auto counted = [](std::size_t i) { return quoted(std::to_string(i)) + ":0"; };
  const auto alike = [](std::size_t size) {
    return [size](std::size_t i) { return quoted(look_alike(size, i)) + ":0"; };
  };
  std::string few;
  for (std::size_t i = 0; i < 24; ++i) few += (i == 0 ? "" : ",") + alike(8)(i);
  const auto object = [&](std::size_t i) { return quoted("o" + std::to_string(i)) + ":{" + few + '}'; };
  return {
      {"header of many members", fill(counted)},
      {"header of names alike, of 8 bytes", fill(alike(8))},
      {"header of names alike, of 16 bytes", fill(alike(16))},
      {"header of 24 names alike, of 160 bytes", fill(alike(160))},
      {"header with an object of many members", "\"x\":{" + fill(counted) + '}'},
      {"header with an object of names alike", "\"x\":{" + fill(alike(8)) + '}'},
      {"header with objects of 24 names alike", fill(object)},
  };
}

/// Headers whose values are as dear to read as they can be.
std::vector<Header> dear_values() {
  const auto array = [](const std::string& value) {
    return "\"x\":[" + fill([&](std::size_t) { return value; }) + ']';
  };
  const auto text = [](const std::string& piece) {
    return "\"x\":" + quoted(repeat(piece, (token::kMaxHeader - 100) / piece.size()));
  };
  const std::string half_way = "9007199254740993.";
  return {
      {"header that nests without end", "\"x\":" + repeat("[", 1900) + repeat("]", 1900)},
      {"header that nests to the limit", array("[[[[[[[[[[[[[[]]]]]]]]]]]]]]")},
      {"header with an array of arrays", array("[]")},
      {"header with an array of objects", array("{}")},
      {"header with an array of small numbers", array("0")},
      {"header with an array of long fractions", array("0.30000000000000004")},
      {"header with an array of numbers half-way", array(half_way + repeat("0", 20) + '1')},
      {"header with numbers of 300 digits", array(half_way + repeat("0", 300) + '1')},
      {"header with an array of texts", array("\"\"")},
      {"header with a long text", text("a")},
      {"header with a text of escapes", text("\\n")},
      {"header with a text of \\u escapes", text("\\u00e9")},
      {"header with a text of surrogates", text("\\ud83d\\ude00")},
      {"header with a text of UTF-8", text("\xc3\xa9")},
      {"header that breaks off", "\"x\":[" + fill([](std::size_t) { return "\"a\""; })},
  };
}

/// The token that a header makes, filled up to 16 KiB. Its kid is nobody's.
std::string token_of(const std::string& members) {
  const std::string header = encode(R"({"alg":"HS256","kid":"nobody",)" + members + '}');
  const std::size_t room = kSize - header.size() - 2 - 43;
  return header + '.' + random_base64url(room) + '.' + random_base64url(44).substr(0, 43);
}

std::string head_of(const Subject& subject) {
  return subject.token.substr(0, subject.token.find('.') + 1);
}
std::string signature_of(const Subject& subject) {
  return subject.token.substr(subject.token.rfind('.'));
}

}  // namespace

std::vector<Garbage> make_garbage(const Subject& subject) {
  const std::string head = head_of(subject);
  const std::string unknown = encode(R"({"alg":"HS256","kid":"nobody"})") + '.';
  std::vector<Garbage> all = {
      {"random bytes", random_bytes(kSize)},
      {"random letters", random_base64url(kSize)},
      {"dots", std::string(kSize, '.')},
      {"letters between two dots", '.' + random_base64url(kSize - 2) + '.'},
      {"letters before two dots", random_base64url(kSize - 2) + ".."},
      {"header of no base64url", random_bytes(5000) + '.' + random_base64url(kSize - 5002) + '.'},
      {"unknown kid, long payload",
       unknown + random_base64url(kSize - unknown.size() - signature_of(subject).size()) +
           signature_of(subject)},
      {"payload of no base64url at its end",
       head + random_base64url(kSize - head.size() - 400) + '=' + signature_of(subject)},
      {"long signature", subject.input + '.' + random_base64url(kSize - subject.input.size() - 1)},
      {"long payload, no signature", head + random_base64url(kSize - head.size() - 1) + '.'},
      {"one byte more than 16 KiB", random_bytes(kSize + 1)},
      {"one MiB", random_base64url(1 << 20)},
  };
  for (const auto& headers : {dear_objects(), dear_values()}) {
    for (const Header& header : headers) all.push_back({header.name, token_of(header.members)});
  }
  return all;
}

std::vector<Garbage> make_forgeries(const Subject& subject) {
  const std::string head = head_of(subject), signature = signature_of(subject);
  const std::size_t room = (kSize - head.size() - signature.size()) / 4 * 4;
  const std::string filler(room / 4 * 3 - 8, 'a');
  return {
      {"random payload", head + random_base64url(room) + signature},
      {"payload that is JSON", head + encode(R"({"a":")" + filler + "\"}") + signature},
  };
}

}  // namespace signet::bench
