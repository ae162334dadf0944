#include "actors/egress/curl_failure.hpp"

#include <system_error>

namespace troupe {

namespace {

/// "connection refused": the system's reason in lower case, or libcurl's.
std::string cause(CURLcode code, CURL* handle) {
  long number = 0;
  curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &number);
  auto text =
    number != 0 ? std::generic_category().message(static_cast<int>(number)) : std::string{curl_easy_strerror(code)};
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z' && !(text.size() > 1 && text[1] >= 'A' && text[1] <= 'Z'))
    text[0] = static_cast<char>(text[0] + 32);
  return text;
}

error timed_out(CURL* handle, const std::string& where) {
  curl_off_t connected = 0, received = 0;
  curl_easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &connected);
  curl_easy_getinfo(handle, CURLINFO_SIZE_DOWNLOAD_T, &received);
  if (connected == 0)
    return {errc::connect_failed, "can't reach " + where + ": nobody answered in time",
            "Check that the server is up and reachable from this machine."};
  return {errc::deadline_exceeded,
          received > 0 ? "gave up on " + where + ": it was still sending when its time was over"
                       : "gave up on " + where + ": it sent no answer in time",
          "Give it more time, or leave this page out."};
}

} // namespace

error curl_failure(CURLcode code, CURL* handle, const std::string& where) {
  switch (code) {
  case CURLE_COULDNT_RESOLVE_HOST:
    return {errc::dns_failed, "can't find " + where + ": the name has no address",
            "Check the spelling of the address."};
  case CURLE_COULDNT_RESOLVE_PROXY:
  case CURLE_PROXY:
    return {errc::connect_failed, "can't reach " + where + ": the proxy doesn't answer", "Check the proxy's setting."};
  case CURLE_OPERATION_TIMEDOUT:
    return timed_out(handle, where);
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_ISSUER_ERROR:
  case CURLE_SSL_INVALIDCERTSTATUS:
  case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    return {errc::tls_failed,
            "can't trust " + where + ": "
              + (code == CURLE_PEER_FAILED_VERIFICATION ? "its certificate can't be verified" : cause(code, handle)),
            "Check the server's certificate; a private authority belongs into the system's trust store."};
  case CURLE_UNSUPPORTED_PROTOCOL: // our URLs are http(s); this is an answer without a status line
  case CURLE_WEIRD_SERVER_REPLY:
    return {errc::connect_failed, where + " doesn't answer in HTTP", "Check the address and its port."};
  case CURLE_URL_MALFORMAT:
    return {errc::url_invalid, "can't ask for " + where + ": it is not an address of the web",
            "Give a whole address such as https://example.org/page."};
  case CURLE_BAD_CONTENT_ENCODING:
    return {errc::unreadable, "can't decompress " + where, "The server sends broken data; try again later."};
  case CURLE_OUT_OF_MEMORY:
  case CURLE_FAILED_INIT:
    return {errc::overloaded, "can't start another request", "Try again later."};
  case CURLE_COULDNT_CONNECT:
    return {errc::connect_failed, "can't reach " + where + ": " + cause(code, handle),
            "Check that the server is up and reachable from this machine."};
  default:
    return {errc::connect_failed, "the connection to " + where + " broke: " + cause(code, handle),
            "Try again; if it keeps happening, the server is at fault."};
  }
}

} // namespace troupe
