#pragma once
/// What `troupe research` and `troupe ingest` send.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/cli/engine_connection.hpp"

namespace troupe::cli {

/// A question and where to look, as given on the command line; what is not given is the server's default.
struct research_submission {
  std::string question;
  std::vector<std::string> urls;
  std::vector<std::string> paths; ///< absolute
  std::vector<std::string> sources;
  std::vector<std::string> collections;
  std::optional<std::uint32_t> depth;
  std::optional<std::uint32_t> max_pages;
  std::optional<std::uint32_t> timeout_s;
};

/// The body of `POST /research`.
std::string encode_submission(const research_submission& x);

/// Whether it reads from all that is stored, because it says nothing else.
bool names_nothing(const research_submission& x);

/// What is wrong with where to look, if anything: an address that is none.
std::optional<error> check_sources(const research_submission& x);

/// What to read into a collection.
struct ingest_submission {
  std::vector<std::string> urls;
  std::vector<std::string> paths; ///< absolute
  std::string collection;
  std::optional<std::uint32_t> depth;
};

/// The body of `POST /documents`.
std::string encode_ingest(const ingest_submission& x);

/// Sends a job; answers its id. `key`: an Idempotency-Key, so that sending it again makes no second one.
expected<std::string> post_job(const http_client& server, const std::string& path, std::string body,
                               const std::string& key);
/// A new Idempotency-Key.
std::string new_key();

/// Each path absolute and without `.` and `..`; a path that is not there is an error naming it, and `option`, which
/// took it (empty: it stood by itself).
expected<std::vector<std::string>> absolute_paths(const std::vector<std::string>& paths,
                                                  const std::string& option = {});

/// Asks; answers the research's id. Paths the server may not read are uploaded into a collection of their own first.
expected<std::string> submit_research(engine_connection& engine, research_submission x);

} // namespace troupe::cli
