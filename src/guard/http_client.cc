#include "guard/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <strings.h>

#include <memory>
#include <utility>

#include "base/try.h"

namespace signet::guard {
namespace {

constexpr int kLongestSleep = 60'000;  // ms; whatever ends a transfer wakes us

struct Closer {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Closer>;
using HeaderList = std::unique_ptr<curl_slist, Closer>;

/// Body collects what arrives, and stops the transfer at its bound.
struct Body {
  std::string text;
  std::size_t max;
  bool too_large = false;
};

std::size_t collect(char* data, std::size_t, std::size_t size, void* to) {
  auto& body = *static_cast<Body*>(to);
  if (size > body.max - body.text.size()) {
    body.too_large = true;
    return 0;  // makes libcurl give up
  }
  body.text.append(data, size);
  return size;
}

HeaderList make_headers(const HttpRequest& request) {
  curl_slist* list =
      curl_slist_append(nullptr, "Expect:");  // bodies are small: never wait for "100 Continue"
  for (const auto& [name, value] : request.headers)
    list = curl_slist_append(list, (name + ": " + value).c_str());
  return HeaderList(list);
}

void prepare(CURL* handle, const HttpRequest& request, curl_slist* headers, Body& body) {
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  if (strncasecmp(request.url.c_str(), "https:", 6) != 0) curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip");  // the bound counts what comes out of it
  curl_easy_setopt(handle, CURLOPT_NETRC, CURL_NETRC_IGNORED);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "signet/" SIGNET_VERSION);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, collect);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
  if (request.method != "GET") {
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
  }
}

/// All values of one header of the last answer, in order.
std::vector<std::string> header_values(CURL* handle, const char* name) {
  std::vector<std::string> values;
  curl_header* header = nullptr;
  while (curl_easy_header(handle, name, values.size(), CURLH_HEADER, -1, &header) == CURLHE_OK) {
    values.emplace_back(header->value);
  }
  return values;
}

std::string first_header(CURL* handle, const char* name) {
  const auto values = header_values(handle, name);
  return values.empty() ? std::string() : values.front();
}

/// One part of a URL as libcurl, which will use it, understands it; empty when there is none.
std::string url_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool is_this_machine(const std::string& host) {
  in_addr address{};
  if (inet_pton(AF_INET, host.c_str(), &address) == 1) return ntohl(address.s_addr) >> 24 == 127;
  return strcasecmp(host.c_str(), "localhost") == 0 || host == "[::1]";
}

Error describe(CURLcode code, const HttpRequest& request, const Body& body) {
  if (body.too_large) return {Errc::kUnavailable, "the server's answer is too large"};
  if (code == CURLE_UNSUPPORTED_PROTOCOL && exposure_of(request.url)) {
    return {Errc::kUnavailable, "what answers at the server's address does not speak HTTP"};
  }
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return {Errc::kInvalidArgument, "not an http or https URL"};
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Errc::kUnavailable, "the server's name cannot be resolved"};
    case CURLE_COULDNT_CONNECT:
      return {Errc::kUnavailable, "nobody answers at the server's address"};
    case CURLE_OPERATION_TIMEDOUT:
      return {Errc::kUnavailable, "the server did not answer in time"};
    case CURLE_ABORTED_BY_CALLBACK:
      return {Errc::kUnavailable, "the request was given up"};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {Errc::kUnavailable, "the server's TLS certificate is not trusted"};
    default:
      return {Errc::kUnavailable, "the connection to the server failed"};
  }
}

}  // namespace

Result<Exposure> exposure_of(const std::string& text) {
  const std::unique_ptr<CURLU, Closer> url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    return fail(Errc::kInvalidArgument, "not an http or https URL");
  }
  const std::string scheme = url_part(url.get(), CURLUPART_SCHEME);
  if (strcasecmp(scheme.c_str(), "https") == 0) return Exposure::kNone;
  if (strcasecmp(scheme.c_str(), "http") != 0)
    return fail(Errc::kInvalidArgument, "not an http or https URL");
  return is_this_machine(url_part(url.get(), CURLUPART_HOST)) ? Exposure::kNone : Exposure::kNetwork;
}

/// Line is a libcurl multi handle: one that another thread can wake, which an easy handle alone is not.
class HttpClient::Line {
 public:
  Line() : multi_(curl_multi_init()) {}
  ~Line() { curl_multi_cleanup(multi_); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  [[nodiscard]] bool is_ready() const noexcept { return multi_ != nullptr; }

  /// Carries out a transfer. CURLE_ABORTED_BY_CALLBACK: it was stopped.
  CURLcode perform(CURL* handle, const std::stop_token& stop) {
    if (curl_multi_add_handle(multi_, handle) != CURLM_OK) return CURLE_FAILED_INIT;
    CURLcode code = CURLE_ABORTED_BY_CALLBACK;
    {
      const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi_); });
      while (!stop.stop_requested() && step(code)) continue;
    }
    curl_multi_remove_handle(multi_, handle);
    return code;
  }

 private:
  /// True while there is more to wait for.
  bool step(CURLcode& code) {
    int running = 0;
    if (curl_multi_perform(multi_, &running) != CURLM_OK) {
      code = CURLE_FAILED_INIT;
      return false;
    }
    int queued = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi_, &queued)) {
      if (message->msg != CURLMSG_DONE) continue;
      code = message->data.result;
      return false;
    }
    return curl_multi_poll(multi_, nullptr, 0, kLongestSleep, nullptr) ==
           CURLM_OK;  // or libcurl's next timer
  }

  CURLM* const multi_;
};

HttpClient::HttpClient() = default;
HttpClient::~HttpClient() = default;

std::unique_ptr<HttpClient::Line> HttpClient::take_line() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto line = std::move(idle_.back());
      idle_.pop_back();
      return line;
    }
  }
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready ? std::make_unique<Line>() : nullptr;
}

void HttpClient::give_back(std::unique_ptr<Line> line) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(line));
}

Result<HttpAnswer> HttpClient::fetch(const HttpRequest& request) {
  auto line = take_line();
  const Handle handle(line && line->is_ready() ? curl_easy_init() : nullptr);
  if (!handle) return fail(Errc::kInternal, "libcurl could not start");

  Body body{{}, request.max_body};
  const HeaderList headers = make_headers(request);
  prepare(handle.get(), request, headers.get(), body);
  const CURLcode code = line->perform(handle.get(), request.stop);
  give_back(std::move(line));
  if (code != CURLE_OK) return std::unexpected(describe(code, request, body));

  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  return HttpAnswer{static_cast<int>(status), first_header(handle.get(), "Content-Type"),
                    first_header(handle.get(), "Cache-Control"), header_values(handle.get(), "Set-Cookie"),
                    std::move(body.text)};
}

}  // namespace signet::guard
