#include "guard/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <strings.h>

#include <memory>
#include <new>
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

constexpr std::size_t kMostHeaders = 32 * 1024;  // bytes; libcurl takes a long time over very many
constexpr std::size_t kMostValues = 16;          // of one header

/// Arrival collects what arrives, and stops the transfer at its bounds.
struct Arrival {
  std::string body;
  std::size_t max;
  std::size_t headers = 0;  // bytes of them
  bool too_large = false;
  bool no_memory = false;
};

// libcurl calls these, and gives up when they return another size: no exception may pass through it.
std::size_t collect(char* data, std::size_t, std::size_t size, void* to) noexcept {
  auto& arrival = *static_cast<Arrival*>(to);
  arrival.too_large = size > arrival.max - arrival.body.size();
  if (arrival.too_large) return 0;
  try {
    arrival.body.append(data, size);
  } catch (const std::bad_alloc&) {
    arrival.no_memory = true;
    return 0;
  }
  return size;
}

std::size_t count_header(char*, std::size_t, std::size_t size, void* to) noexcept {
  auto& arrival = *static_cast<Arrival*>(to);
  arrival.headers += size;
  arrival.too_large = arrival.headers > kMostHeaders;
  return arrival.too_large ? 0 : size;
}

HeaderList make_headers(const HttpRequest& request) {
  curl_slist* list =
      curl_slist_append(nullptr, "Expect:");  // bodies are small: never wait for "100 Continue"
  for (const auto& [name, value] : request.headers)
    list = curl_slist_append(list, (name + ": " + value).c_str());
  return HeaderList(list);
}

void prepare(CURL* handle, const HttpRequest& request, curl_slist* headers, Arrival& arrival) {
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
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &arrival);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, count_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &arrival);
  if (request.method != "GET") {
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
  }
}

/// The values of one header of the last answer, in order; of very many the first ones.
std::vector<std::string> header_values(CURL* handle, const char* name) {
  std::vector<std::string> values;
  curl_header* header = nullptr;
  while (values.size() < kMostValues &&
         curl_easy_header(handle, name, values.size(), CURLH_HEADER, -1, &header) == CURLHE_OK) {
    values.emplace_back(header->value);
  }
  return values;
}

std::string first_header(CURL* handle, const char* name) {
  curl_header* header = nullptr;
  return curl_easy_header(handle, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : "";
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

Error describe(CURLcode code, const HttpRequest& request, const Arrival& arrival) {
  if (arrival.no_memory) return {Errc::kInternal, "not enough memory for the server's answer"};
  if (arrival.too_large) return {Errc::kUnavailable, "the server's answer is too large"};
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

  Arrival arrival{.body = {}, .max = request.max_body};
  const HeaderList headers = make_headers(request);
  prepare(handle.get(), request, headers.get(), arrival);
  const CURLcode code = line->perform(handle.get(), request.stop);
  give_back(std::move(line));
  if (code != CURLE_OK) return std::unexpected(describe(code, request, arrival));

  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  return HttpAnswer{static_cast<int>(status), first_header(handle.get(), "Content-Type"),
                    first_header(handle.get(), "Cache-Control"), header_values(handle.get(), "Set-Cookie"),
                    std::move(arrival.body)};
}

}  // namespace signet::guard
