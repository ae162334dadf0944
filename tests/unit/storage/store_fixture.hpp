#pragma once
/// A store in a folder of its own, and short ways to write to it. No CAF macros in here.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <unistd.h>

#include "protocols/json/event_json.hpp"
#include "storage/packing.hpp"
#include "storage/postgres/connection.hpp"
#include "storage/store.hpp"

namespace troupe::storage_tests {

using namespace troupe::storage;
using namespace std::chrono_literals;

/// A folder that goes away with its owner.
struct scratch_folder {
  std::filesystem::path path;
  scratch_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "troupe-store-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw std::runtime_error("no scratch folder");
    path = pattern;
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

/// The value, or an exception that fails the test with the error's sentence.
template <class T>
T take(expected<T> x) {
  if (!x)
    throw std::runtime_error(std::string{to_string(x.error().code)} + ": " + x.error().message);
  if constexpr (!std::is_void_v<T>)
    return std::move(*x);
}

inline timestamp at(std::int64_t seconds) { return timestamp{std::chrono::seconds{1'700'000'000 + seconds}}; }

inline accept_research an_accept(const std::string& id, std::int64_t when = 0,
                                 priority_class priority = priority_class::standard) {
  accept_research x;
  x.id = research_id{id};
  x.request.question = "why " + id + "?";
  x.request.priority = priority;
  x.at = at(when);
  return x;
}

inline claim_research a_claim(std::uint32_t slots, std::int64_t when = 0, const std::string& node = "node-1") {
  return {node_id{node}, slots, 15000ms, at(when), {}};
}

inline commit_research a_commit(const research_row& row) {
  commit_research x;
  x.research = row.id;
  x.epoch = row.epoch;
  return x;
}

inline new_event an_event(const std::string& detail, std::int64_t when = 0) {
  return make_event(at(when), events::page_skipped{"http://a/", "duplicate", detail});
}

/// Ends `x` as done.
inline commit_research ending(commit_research x, std::int64_t when = 0) {
  x.status = research_status::done;
  x.events.push_back(make_event(at(when), events::research_done{7}));
  return x;
}

inline stored_page a_page(const std::string& url, const std::string& text, std::uint32_t passages = 2,
                          std::int64_t when = 0) {
  stored_page x;
  x.content.id = document_id{sha256_hex(text)};
  x.content.text = text;
  x.content.title = "Title of " + url;
  x.content.language = "en";
  x.content.pages = {0, 3};
  x.content.blocks = {{block_kind::heading, 1, 0, 3},
                      {block_kind::paragraph, 0, 4, static_cast<std::uint32_t>(text.size())}};
  x.fetch.url = url;
  x.fetch.final_url = url + "?final";
  x.fetch.fetched_at = at(when);
  x.fetch.status = 200;
  x.fetch.media_type = "text/html";
  x.fetch.validator = "\"etag\"";
  x.fetch.bytes = text.size() * 3;
  x.fetch.nature = {"excerpt", 0xf000'0000'0000'000fU};
  x.fetch.links = {{"http://a/next", "next", "the next page", false, true}, {"http://a/up", "up", "", true, false}};
  x.embedded.document = x.content.id;
  x.embedded.model = "hashed-1";
  auto piece = static_cast<std::uint32_t>(text.size()) / std::max(passages, 1u);
  for (std::uint32_t i = 0; i < passages; ++i) {
    x.embedded.passages.push_back({i, i * piece, (i + 1) * piece, "A > B", text.substr(i * piece, piece)});
    x.embedded.embeddings.push_back({0.25f * static_cast<float>(i + 1), {-128, 0, static_cast<std::int8_t>(i), 127}});
  }
  return x;
}

/// Where there is a PostgreSQL to test with (tests/fixtures/with_postgres); empty: SQLite is tested.
inline std::string server() {
  const char* url = std::getenv("TROUPE_TEST_POSTGRES");
  return url == nullptr ? "" : url;
}

/// A schema that goes away with its owner.
class scratch_schema {
public:
  scratch_schema() {
    if (server().empty())
      return;
    static const auto run = std::to_string(std::random_device{}());
    static int next = 0;
    name_ = "t" + run + "_" + std::to_string(++next);
    change("create schema " + name_);
  }
  scratch_schema(const scratch_schema&) = delete;
  scratch_schema& operator=(const scratch_schema&) = delete;
  ~scratch_schema() {
    if (!name_.empty())
      change("drop schema " + name_ + " cascade");
  }
  [[nodiscard]] std::string url() const { return with("schema=" + name_); }

private:
  static std::string with(const std::string& more) {
    return server() + (server().find('?') == std::string::npos ? "?" : "&") + more;
  }
  void change(const std::string& sql) const {
    postgres::connection{{with("options=-cclient_min_messages%3Dwarning"), {}}}.script(sql);
  }
  std::string name_;
};

/// An open store; `reopen` closes and opens it again.
struct store_fixture {
  scratch_folder folder;
  scratch_schema schema;
  sqlite_options options{folder.path, durability::normal, 10000};
  std::shared_ptr<store> opened;
  std::unique_ptr<writer> write;
  std::unique_ptr<reader> read;
  std::vector<events_committed> wakes;

  store_fixture() { reopen(); }

  void reopen() {
    write.reset();
    read.reset();
    opened.reset();
    opened = server().empty()
               ? take(open_sqlite(options))
               : take(open_postgres({schema.url(), options.folder, options.durable, options.ledger_limit}));
    write = take(opened->open_writer());
    read = take(opened->open_reader());
  }

  /// Snapshots in files, whether a document names them or not.
  [[nodiscard]] std::size_t files() const {
    std::size_t n = 0;
    for (const auto& x : std::filesystem::recursive_directory_iterator{folder.path / "blobs"})
      n += x.is_regular_file() ? 1 : 0;
    return n;
  }

  std::vector<expected<write_answer>> apply(const std::vector<write_op>& ops) {
    wakes.clear();
    return write->apply(ops, wakes);
  }
  expected<write_answer> one(const write_op& op) { return std::move(apply({op}).front()); }
  template <class Answer>
  Answer did(const write_op& op) {
    return std::get<Answer>(take(one(op)));
  }
  errc refused(const write_op& op) {
    auto x = one(op);
    return x ? errc::none : x.error().code;
  }

  /// Accepts and claims one research.
  research_row running(const std::string& id, std::int64_t when = 0) {
    did<accepted_research>(an_accept(id, when));
    auto rows = did<claimed_research>(a_claim(1, when)).rows;
    if (rows.size() != 1 || rows[0].id.value != id)
      throw std::runtime_error("claimed another research than " + id);
    return rows[0];
  }
  research_row row(const std::string& id) { return take(read->get(get_research{research_id{id}, {}})); }
  std::vector<event_record> log(const std::string& id, std::uint64_t after = 0) {
    return take(read->events({research_id{id}, event_seq{after}, 5000, {}})).events;
  }
};

} // namespace troupe::storage_tests
