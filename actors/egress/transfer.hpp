#pragma once
/// One request inside the curl loop, with its redirects: libcurl's handle, what arrived so far, and the limits on it.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <curl/curl.h>

#include "actors/egress/egress_options.hpp"
#include "actors/egress/hop.hpp"

namespace troupe {

/// Lives on the loop's thread only.
class transfer {
public:
  /// `policy` and `options` outlive it; `buffered` counts the bytes of all bodies.
  transfer(std::uint64_t id, http_fetch request, const egress_options& options, const egress_policy& policy,
           std::size_t& buffered);
  transfer(const transfer&) = delete;
  transfer& operator=(const transfer&) = delete;
  ~transfer();

  /// Checks the request itself. Once, before the first `prepare`.
  std::optional<error> begin();
  /// Decides on the current hop and sets the handle up for it.
  std::optional<error> prepare();
  /// What `code` at the end of a hop means: the answer, a failure, or nothing: another hop is to be prepared.
  std::optional<expected<http_response>> conclude(CURLcode code);

  [[nodiscard]] CURL* handle() const { return easy_.get(); }
  [[nodiscard]] std::uint64_t id() const { return id_; }
  [[nodiscard]] const std::string& token() const { return request_.token; }

private:
  static std::size_t on_header(char* data, std::size_t one, std::size_t size, void* self);
  static std::size_t on_body(char* data, std::size_t one, std::size_t size, void* self);
  static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_connected(void* self, char* remote, char* local, int remote_port, int local_port);

  /// Remembers why an address must not be used.
  bool refuses(const std::optional<ip_address>& address);
  bool header_line(std::string_view line);
  bool body_bytes(std::string_view bytes);
  void set_request();
  void set_limits();
  void set_rules();
  std::optional<expected<http_response>> hop();
  [[nodiscard]] std::string header(std::string_view name) const;
  [[nodiscard]] bool redirected() const;
  [[nodiscard]] bool unwanted() const;
  expected<http_response> answer();
  void forget_body();

  struct free_easy {
    void operator()(CURL* x) const { curl_easy_cleanup(x); }
  };
  struct free_list {
    void operator()(curl_slist* x) const { curl_slist_free_all(x); }
  };

  std::uint64_t id_;
  http_fetch request_;
  const egress_options& options_;
  const egress_policy& policy_;
  std::size_t& buffered_;
  url target_;
  std::unique_ptr<CURL, free_easy> easy_;
  std::unique_ptr<curl_slist, free_list> headers_;
  std::unique_ptr<curl_slist, free_list> names_;
  http_response response_;
  std::size_t header_bytes_ = 0;
  std::size_t skipped_ = 0;
  std::uint32_t hops_ = 0;
  bool listed_ = false;      ///< the current host is on the operator's list
  bool body_cut_ = false;    ///< of a body we did not want: a redirect's, or one of another type
  errc broken_ = errc::none; ///< a limit of ours that ended it
  std::string refused_;      ///< reason of the last refused address
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

} // namespace troupe
