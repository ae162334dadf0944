#include "actors/egress/transfer.hpp"

#include "actors/egress/ascii.hpp"
#include "actors/egress/curl_failure.hpp"

#include <algorithm>

namespace troupe {

namespace {

using std::chrono::milliseconds;

/// Of a redirect's body: more is cut off with its connection.
constexpr std::size_t skipped_body = 64u << 10;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  auto first = text.find_first_not_of(blank);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

} // namespace

transfer::transfer(std::uint64_t id, http_fetch request, const egress_options& options, const egress_policy& policy,
                   std::size_t& buffered)
  : id_(id), request_(std::move(request)), options_(options), policy_(policy), buffered_(buffered),
    easy_(curl_easy_init()) {}

transfer::~transfer() { forget_body(); }

void transfer::forget_body() {
  buffered_ -= response_.body.size();
  response_.body.clear();
}

std::optional<error> transfer::begin() {
  if (auto wrong = malformed(request_))
    return wrong;
  auto parsed = parse_url(request_.url);
  if (!parsed)
    return std::move(parsed.error());
  target_ = std::move(*parsed);
  return std::nullopt;
}

std::optional<error> transfer::prepare() {
  if (request_.until.passed())
    return error{errc::deadline_exceeded, "there was no time left to ask for " + request_url(target_),
                 "Give it more time."};
  auto decision = decide(target_, policy_);
  if (decision.verdict == egress_verdict::refuse)
    return refused(target_, decision.subject, policy_);
  if (easy_ == nullptr)
    return error{errc::overloaded, "can't start another request", "Try again later."};
  listed_ = decision.listed;
  curl_easy_reset(easy_.get());
  set_request();
  set_limits();
  set_rules();
  return std::nullopt;
}

bool transfer::refuses(const std::optional<ip_address>& address) {
  if (listed_ || !options_.proxy.empty())
    return false;
  auto reason = address ? refusal(*address, policy_) : "address of an unknown kind";
  if (reason)
    refused_ = std::move(*reason);
  return reason.has_value();
}

bool transfer::redirected() const {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  return request_.max_redirects > 0 && is_redirect(status) && !header("location").empty();
}

std::string transfer::header(std::string_view name) const {
  auto found = std::find_if(response_.headers.begin(), response_.headers.end(),
                            [&](const auto& header) { return header.first == name; });
  return found == response_.headers.end() ? "" : found->second;
}

bool transfer::header_line(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > options_.max_header_bytes) {
    broken_ = errc::too_large;
    return false;
  }
  if (line.starts_with("HTTP/")) { // also after a 1xx
    response_.headers.clear();
    return true;
  }
  if (trimmed(line).empty() && unwanted()) { // the header ends: nothing of the body need come
    body_cut_ = true;
    return false;
  }
  auto colon = line.find(':');
  if (colon != std::string_view::npos)
    response_.headers.emplace_back(lower_case(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  return true;
}

bool transfer::unwanted() const {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  auto type = lower_case(trimmed(header("content-type")));
  if (status < 200 || status > 299 || type.empty() || request_.media_types.empty())
    return false;
  type = trimmed(std::string_view{type}.substr(0, type.find(';')));
  return std::find(request_.media_types.begin(), request_.media_types.end(), type) == request_.media_types.end();
}

bool transfer::body_bytes(std::string_view bytes) {
  if (redirected()) {
    skipped_ += bytes.size();
    body_cut_ = skipped_ > skipped_body;
    return !body_cut_;
  }
  curl_off_t announced = 0; // of the body as sent; -1 when the server doesn't say
  curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  auto limit = request_.max_bytes.value;
  if (response_.body.size() + bytes.size() > limit || (announced > 0 && static_cast<std::uint64_t>(announced) > limit))
    broken_ = errc::too_large;
  else if (buffered_ + bytes.size() > options_.max_buffered_bytes)
    broken_ = errc::overloaded;
  if (broken_ != errc::none)
    return false;
  response_.body.append(bytes);
  buffered_ += bytes.size();
  return true;
}

std::optional<expected<http_response>> transfer::conclude(CURLcode code) {
  auto where = request_url(target_);
  if (broken_ == errc::overloaded)
    return fail(broken_, "no room to receive " + where + " beside the other pages", "Try again later.");
  if (broken_ == errc::too_large)
    return fail(broken_,
                where + " is bigger than a page may be, " + std::to_string(request_.max_bytes.value >> 20) + " MiB",
                "Leave it out, or save it as a file and give that with --path.");
  if (code == CURLE_OK || body_cut_)
    return redirected() ? hop() : std::optional{answer()};
  if (!refused_.empty() && (code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK))
    return tl::make_unexpected(refused(target_, refused_, policy_));
  return tl::make_unexpected(curl_failure(code, easy_.get(), where));
}

std::optional<expected<http_response>> transfer::hop() {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (++hops_ > request_.max_redirects)
    return fail(errc::too_many_redirects,
                request_.url + " redirects more than " + std::to_string(request_.max_redirects) + " times",
                "Give the address of the page itself.");
  auto followed = follow_redirect(request_, target_, status, header("location"));
  if (!followed)
    return tl::make_unexpected(std::move(followed.error()));
  forget_body();
  response_.headers.clear();
  header_bytes_ = skipped_ = 0;
  body_cut_ = false;
  refused_.clear();
  return std::nullopt;
}

expected<http_response> transfer::answer() {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  buffered_ -= response_.body.size();
  auto out = std::move(response_);
  response_ = {};
  out.status = static_cast<std::uint16_t>(status);
  out.final_url = request_url(target_);
  out.took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started_);
  return out;
}

} // namespace troupe
