// How libcurl is set up for one hop, and what it calls back.
#include "actors/egress/transfer.hpp"

#include <algorithm>

#include <sys/socket.h>

namespace troupe {

namespace {

using std::chrono::milliseconds;

long at_least_one(std::chrono::steady_clock::duration x) {
  auto count = std::chrono::duration_cast<milliseconds>(x).count();
  return static_cast<long>(std::clamp<decltype(count)>(count, 1, 86'400'000));
}

} // namespace

void transfer::set_request() {
  auto* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_URL, request_url(target_).c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, ""); // whatever libcurl was built with
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : request_.headers)
    if (!belongs_to_connection(name))
      // libcurl leaves a header with an empty value out unless it ends in a semicolon.
      list = curl_slist_append(list, (value.empty() ? name + ";" : name + ": " + value).c_str());
  headers_.reset(list);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
  if (request_.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (request_.method != "GET" || !request_.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.data());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
}

void transfer::set_limits() {
  auto* easy = easy_.get();
  auto left = request_.until.left();
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, at_least_one(left));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   at_least_one(std::min<std::chrono::steady_clock::duration>(left, options_.connect_timeout)));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, options_.slow_bytes_per_second);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options_.slow_for.count()));
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &transfer::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &transfer::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
}

void transfer::set_rules() {
  auto* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, options_.proxy.c_str()); // "" overrides http_proxy and friends
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // A look-up that hangs must not hold the loop up when its transfer is given up.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_slist* names = nullptr;
  for (const auto& name : options_.fixed_names)
    names = curl_slist_append(names, name.c_str());
  names_.reset(names);
  curl_easy_setopt(easy, CURLOPT_RESOLVE, names_.get());
  if (!options_.ca_file.empty())
    curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
  // Before the first packet to a new address, and again before a request on a connection that is already open: it may
  // have been opened for a request that was allowed more.
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &transfer::on_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &transfer::on_connected);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
}

std::size_t transfer::on_header(char* data, std::size_t one, std::size_t size, void* self) {
  return static_cast<transfer*>(self)->header_line({data, one * size}) ? one * size : 0;
}

std::size_t transfer::on_body(char* data, std::size_t one, std::size_t size, void* self) {
  return static_cast<transfer*>(self)->body_bytes({data, one * size}) ? one * size : 0;
}

curl_socket_t transfer::on_socket(void* self, curlsocktype, curl_sockaddr* address) {
  if (static_cast<transfer*>(self)->refuses(ip_from_sockaddr(&address->addr)))
    return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int transfer::on_connected(void* self, char* remote, char*, int, int) {
  return static_cast<transfer*>(self)->refuses(ip_from_text(remote)) ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

} // namespace troupe
