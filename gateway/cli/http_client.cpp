#include "gateway/cli/http_client.hpp"

#include <cctype>
#include <memory>

#include <curl/curl.h>

#include "gateway/cli/json_fields.hpp"

namespace troupe::cli {

namespace {

constexpr std::size_t max_answer = 256u << 20;

struct easy_closer {
  void operator()(CURL* x) const noexcept { curl_easy_cleanup(x); }
};
struct multi_closer {
  void operator()(CURLM* x) const noexcept { curl_multi_cleanup(x); }
};
struct list_closer {
  void operator()(curl_slist* x) const noexcept { curl_slist_free_all(x); }
};
using easy_ptr = std::unique_ptr<CURL, easy_closer>;
using multi_ptr = std::unique_ptr<CURLM, multi_closer>;
using list_ptr = std::unique_ptr<curl_slist, list_closer>;

/// One exchange while it lasts; lives as long as its easy handle.
struct exchange {
  easy_ptr handle;
  list_ptr headers;
  std::string body;                                            ///< collected, or the failure's body when streaming
  const std::function<bool(std::string_view)>* sink = nullptr; ///< where a stream's bytes go
  bool stopped = false;                                        ///< the sink or a limit ended it
  std::chrono::steady_clock::time_point last_byte = std::chrono::steady_clock::now();
};

long status_of(CURL* h) {
  long status = 0;
  curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

std::size_t take_bytes(char* data, std::size_t size, std::size_t count, void* self) {
  auto& x = *static_cast<exchange*>(self);
  auto length = size * count;
  x.last_byte = std::chrono::steady_clock::now();
  auto failed = status_of(x.handle.get()) >= 400;
  if (x.sink == nullptr || failed) {
    if (x.body.size() + length > max_answer) {
      x.stopped = true;
      return 0;
    }
    x.body.append(data, length);
    return length;
  }
  if (!(*x.sink)(std::string_view{data, length})) {
    x.stopped = true;
    return 0;
  }
  return length;
}

void add_header(list_ptr& list, const std::string& line) {
  if (auto* longer = curl_slist_append(list.get(), line.c_str()); longer != nullptr) {
    static_cast<void>(list.release());
    list.reset(longer);
  }
}

/// False when libcurl has no memory for a handle.
bool prepare(exchange& x, const std::string& base, const http_call& call) {
  x.handle.reset(curl_easy_init());
  auto* h = x.handle.get();
  if (h == nullptr)
    return false;
  curl_easy_setopt(h, CURLOPT_URL, (base + call.path).c_str());
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, 10'000L);
  curl_easy_setopt(h, CURLOPT_USERAGENT, "troupe-cli/" TROUPE_VERSION);
  if (on_loopback(base)) // a proxy from the environment has no way back to this machine
    curl_easy_setopt(h, CURLOPT_NOPROXY, "*");
  add_header(x.headers, "Accept: " + call.accept);
  add_header(x.headers, "Expect:"); // no round trip before a body
  for (const auto& line : call.headers)
    add_header(x.headers, line);
  if (!call.media_type.empty()) {
    add_header(x.headers, "Content-Type: " + call.media_type);
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, call.body.data());
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
  }
  if (call.method != "GET")
    curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  curl_easy_setopt(h, CURLOPT_HTTPHEADER, x.headers.get());
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, &take_bytes);
  curl_easy_setopt(h, CURLOPT_WRITEDATA, &x);
  return true;
}

error transport_error(CURLcode code, const std::string& base) {
  std::string why = curl_easy_strerror(code);
  if (!why.empty())
    why[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(why[0])));
  auto message = "can't reach " + base + ": " + why;
  switch (code) {
  case CURLE_URL_MALFORMAT:
  case CURLE_UNSUPPORTED_PROTOCOL:
    return {errc::url_invalid, message, "Give --server as http://host:port."};
  case CURLE_COULDNT_RESOLVE_HOST:
    return {errc::dns_failed, message, "Check the host name given with --server."};
  case CURLE_OPERATION_TIMEDOUT:
    return {errc::deadline_exceeded, message, "See whether the server is busy: troupe tree --server " + base + "."};
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_PEER_FAILED_VERIFICATION:
    return {errc::tls_failed, message, "Check the server's certificate and this machine's CA bundle (troupe doctor)."};
  default:
    return {errc::connect_failed, message, "Start it with troupe serve, or check --server."};
  }
}

expected<http_answer> finish(exchange& x) {
  auto* h = x.handle.get();
  auto status = status_of(h);
  if (status >= 400)
    return tl::make_unexpected(problem_error(status, x.body));
  const char* media = nullptr;
  curl_easy_getinfo(h, CURLINFO_CONTENT_TYPE, &media);
  return http_answer{status, media == nullptr ? "" : media, std::move(x.body)};
}

/// Runs the transfer until it ends, `on_tick` ends it, or nothing came for `idle`.
CURLcode run(CURLM* multi, exchange& x, std::chrono::milliseconds idle, const std::function<bool()>& on_tick) {
  int running = 1;
  while (running > 0) {
    if (curl_multi_perform(multi, &running) != CURLM_OK)
      return CURLE_FAILED_INIT;
    if (running == 0)
      break;
    if (!on_tick()) {
      x.stopped = true;
      return CURLE_OK;
    }
    if (std::chrono::steady_clock::now() - x.last_byte > idle)
      return CURLE_OPERATION_TIMEDOUT;
    curl_multi_poll(multi, nullptr, 0, 100, nullptr);
  }
  int left = 0;
  while (auto* message = curl_multi_info_read(multi, &left))
    if (message->msg == CURLMSG_DONE)
      return message->data.result;
  return CURLE_OK;
}

std::string default_advice(long status) {
  if (status == 404)
    return "Check the id: troupe jobs lists what there is.";
  if (status == 429 || status == 503)
    return "Try again in a moment.";
  return {};
}

} // namespace

http_client::http_client(std::string base) : base_(std::move(base)) {
  while (!base_.empty() && base_.back() == '/')
    base_.pop_back();
}

expected<http_answer> http_client::send(const http_call& call) const {
  exchange x;
  if (!prepare(x, base_, call))
    return fail(errc::internal, "libcurl could not start a request", "Free some memory and try again.");
  curl_easy_setopt(x.handle.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(call.within.count()));
  auto code = curl_easy_perform(x.handle.get());
  if (x.stopped)
    return fail(errc::too_large, "the answer of " + base_ + call.path + " is beyond 256 MiB", "Ask for less of it.");
  if (code != CURLE_OK)
    return tl::make_unexpected(transport_error(code, base_));
  return finish(x);
}

expected<bool> http_client::stream(const http_call& call, const std::function<bool(std::string_view)>& on_bytes,
                                   const std::function<bool()>& on_tick) const {
  multi_ptr multi{curl_multi_init()};
  exchange x;
  if (!multi || !prepare(x, base_, call))
    return fail(errc::internal, "libcurl could not start a request", "Free some memory and try again.");
  x.sink = &on_bytes;
  curl_multi_add_handle(multi.get(), x.handle.get());
  auto code = run(multi.get(), x, call.within, on_tick);
  curl_multi_remove_handle(multi.get(), x.handle.get());
  if (x.stopped)
    return false;
  if (code != CURLE_OK)
    return tl::make_unexpected(transport_error(code, base_));
  return finish(x).map([](const http_answer&) { return true; });
}

bool on_loopback(const std::string& base) {
  auto starts = [&](std::string_view prefix) { return base.rfind(prefix, 0) == 0; };
  return starts("http://127.") || starts("http://localhost") || starts("http://[::1]");
}

std::string url_encoded(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (char next : text) {
    auto c = static_cast<unsigned char>(next);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'
        || c == '~') {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += digits[c >> 4];
      out += digits[c & 15];
    }
  }
  return out;
}

error problem_error(long status, std::string_view body) {
  json_document problem;
  if (!problem.parse(body) || problem.root().text("code").empty())
    return {status == 404 ? errc::not_found : errc::http_status,
            "the server answered " + std::to_string(status) + " without saying why",
            "Check that --server names a troupe server."};
  auto root = problem.root();
  error x{errc_from(root.text("code")), root.text("detail"), root.text("advice")};
  if (x.message.empty())
    x.message = root.text("title");
  if (x.advice.empty())
    x.advice = default_advice(status);
  return x;
}

} // namespace troupe::cli
