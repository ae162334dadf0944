#pragma once
/// What is asked of egress and of the scrape room.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "protocols/document.hpp"
#include "protocols/error.hpp"
#include "protocols/ids.hpp"
#include "protocols/research.hpp"
#include "protocols/time.hpp"

namespace troupe {

/// Anybody → egress: one HTTP request with its redirects. Fails with the network's `errc`s; an HTTP error status is an
/// answer, not an error. `token` names it for `abort_fetches` (of a session: its research id and lease epoch).
struct http_fetch {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  byte_count max_bytes{16u << 20}; ///< of the body after decompression
  std::uint32_t max_redirects = 8;
  bool allow_private = false; ///< this request may reach loopback and private networks
  /// Successful answers of other types, told by their header, come back without their body; empty: all are received.
  std::vector<std::string> media_types;
  std::string token;
  deadline until;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, http_fetch& x) {
    return f(caf::meta::type_name("http_fetch"), x.method, x.url, x.headers, x.body, x.max_bytes, x.max_redirects,
             x.allow_private, x.media_types, x.token, x.until);
  }
};

struct http_response {
  std::uint16_t status = 0;
  std::string final_url;
  std::vector<std::pair<std::string, std::string>> headers; ///< names in lower case, of the last response
  std::string body;                                         ///< decompressed
  std::chrono::milliseconds took{0};
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, http_response& x) {
    return f(caf::meta::type_name("http_response"), x.status, x.final_url, x.headers, x.body, x.took);
  }
};

/// Session → egress: give up every transfer with this token.
struct abort_fetches {
  std::string token;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, abort_fetches& x) {
    return f(caf::meta::type_name("abort_fetches"), x.token);
  }
};

/// Session → scrape: read one page or file, politely. Answer: `page_read`; an error with the reason otherwise
/// (`robots_disallowed`, `http_status`, `too_large`, `content_empty`, `unsupported_media`, network codes …).
struct fetch_page {
  std::string token; ///< as in `http_fetch`
  std::string url;   ///< canonical; `file:///…` for local files
  bool allow_private = false;
  std::string validator; ///< of the snapshot we have, empty for none
  deadline until;
  std::vector<std::string> roots{}; ///< granted to this research: files below them may be read too
  priority_class priority = priority_class::standard;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, fetch_page& x) {
    return f(caf::meta::type_name("fetch_page"), x.token, x.url, x.allow_private, x.validator, x.until, x.roots,
             x.priority);
  }
};

/// Session → scrape: what has become of a page asked for long ago.
struct find_page {
  std::string token; ///< it was asked for with
  std::string url;
  deadline until;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, find_page& x) {
    return f(caf::meta::type_name("find_page"), x.token, x.url, x.until);
  }
};

/// `known`: somebody has it in hand, so that an answer will come. Otherwise it is lost, and nobody will answer.
/// `why`: what it waits for, for people; empty when it is being worked on.
struct page_standing {
  bool known = false;
  std::string why;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, page_standing& x) {
    return f(caf::meta::type_name("page_standing"), x.known, x.why);
  }
};

/// `unchanged`: the server said that the snapshot with our validator still holds; `content` is empty then.
struct page_read {
  document content;
  fetch_record fetch;
  bool unchanged = false;
  std::chrono::milliseconds took{0};
  page_nature nature{};
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, page_read& x) {
    return f(caf::meta::type_name("page_read"), x.content, x.fetch, x.unchanged, x.took, x.nature);
  }
};

/// Scrape → an extractor worker: turn bytes into a snapshot. With a `file:///` url and no body the worker reads the
/// file. `token`: as in `http_fetch`; work on it ends early when the token is aborted.
struct extract_page {
  std::string url;        ///< base for links
  std::string media_type; ///< as the server said, with its charset parameter; empty: sniff
  std::string body;
  byte_count max_bytes{64u << 20};
  deadline until;
  std::vector<std::string> roots{}; ///< as in `fetch_page`
  std::string token{};
  std::string source{}; ///< as in `embed_document`
  priority_class priority = priority_class::standard;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, extract_page& x) {
    return f(caf::meta::type_name("extract_page"), x.url, x.media_type, x.body, x.max_bytes, x.until, x.roots, x.token,
             x.source, x.priority);
  }
};

struct extracted_page {
  document content;
  std::vector<link> links;
  std::string raw_sha256;
  std::uint64_t bytes = 0;
  std::string media_type; ///< as found
  std::string validator;  ///< of a file
  page_nature nature{};
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, extracted_page& x) {
    return f(caf::meta::type_name("extracted_page"), x.content, x.links, x.raw_sha256, x.bytes, x.media_type,
             x.validator, x.nature);
  }
};

/// Session → scrape: the readable files below a local path, links resolved and below an allowed root
/// (`path_not_allowed` otherwise).
struct list_files {
  std::string path;
  std::uint32_t limit = 200000;
  deadline until;
  std::vector<std::string> roots{}; ///< as in `fetch_page`
  std::string token{};              ///< as there
  priority_class priority = priority_class::standard;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, list_files& x) {
    return f(caf::meta::type_name("list_files"), x.path, x.limit, x.until, x.roots, x.token, x.priority);
  }
};

struct listed_file {
  std::string url;       ///< `file:///…`, percent-encoded
  std::string validator; ///< `size:mtime-ns`
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, listed_file& x) {
    return f(caf::meta::type_name("listed_file"), x.url, x.validator);
  }
};

/// A file or folder below the path that is not among the files, and why. Hidden ones are not mentioned.
struct left_out_file {
  std::string url;
  std::string reason; ///< of `page.skipped`
  std::string detail;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, left_out_file& x) {
    return f(caf::meta::type_name("left_out_file"), x.url, x.reason, x.detail);
  }
};

struct file_list {
  std::vector<listed_file> files; ///< sorted by url
  bool truncated = false;
  std::vector<left_out_file> left_out; ///< the first 50
  std::uint64_t left_out_more = 0;     ///< beyond those
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, file_list& x) {
    return f(caf::meta::type_name("file_list"), x.files, x.truncated, x.left_out, x.left_out_more);
  }
};

} // namespace troupe
