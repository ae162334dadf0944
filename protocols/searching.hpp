#pragma once
/// What is asked of the embed and index rooms.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "protocols/document.hpp"
#include "protocols/ids.hpp"
#include "protocols/storing.hpp"
#include "protocols/time.hpp"

namespace troupe {

/// Session → embed: chunk a snapshot and embed its passages. Answer: `embedded_document`; `poisoned` when it ended
/// every worker that had it. `source` is the one under which the session was granted credit; without a grant it waits
/// as if it had just been offered.
struct embed_document {
  document content;
  deadline until;
  std::string source{};
  priority_class priority = priority_class::standard;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, embed_document& x) {
    return f(caf::meta::type_name("embed_document"), x.content, x.until, x.source, x.priority);
  }
};

/// Index → embed: the vector of a query, with credit of its own. Answer: `embedding`.
struct embed_query {
  std::string text;
  deadline until;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, embed_query& x) {
    return f(caf::meta::type_name("embed_query"), x.text, x.until);
  }
};

/// Session → index, after the commit: make these searchable. Answered when they are. `known` documents, indexed
/// earlier, join `collections` too; `outdated` and `left` are those of the commit.
struct index_documents {
  std::vector<indexed_document> documents;
  std::vector<document_id> known;
  std::vector<collection_name> collections; ///< that `known` join
  deadline until;
  std::vector<document_id> outdated{};
  std::vector<membership> left{};
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, index_documents& x) {
    return f(caf::meta::type_name("index_documents"), x.documents, x.known, x.collections, x.until, x.outdated, x.left);
  }
};

/// Passages the index holds after it, in total.
struct index_ack {
  std::uint64_t passages = 0;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, index_ack& x) {
    return f(caf::meta::type_name("index_ack"), x.passages);
  }
};

enum class search_mode : std::uint8_t { hybrid, lexical, vector };

/// Narrows a search to some documents, and to passages of them; what is empty narrows nothing.
struct passage_filter {
  std::vector<std::string> sites;     ///< host names, each with what is below it
  std::vector<std::string> languages; ///< ISO 639-1; a region is ignored
  /// Days since the Unix epoch, [from, before): of publication, or of retrieval where that is not known.
  std::int32_t from_day = std::numeric_limits<std::int32_t>::min();
  std::int32_t before_day = std::numeric_limits<std::int32_t>::max();
  /// Each must stand in the passage, its title or its heading: the same words, stemmed, in this order, any word where
  /// it has a stop word.
  std::vector<std::string> phrases{};

  /// Whether it keeps any document out.
  [[nodiscard]] bool narrows() const {
    return !sites.empty() || !languages.empty() || from_day != std::numeric_limits<std::int32_t>::min()
           || before_day != std::numeric_limits<std::int32_t>::max();
  }
  bool operator==(const passage_filter&) const = default;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, passage_filter& x) {
    return f(caf::meta::type_name("passage_filter"), x.sites, x.languages, x.from_day, x.before_day, x.phrases);
  }
};

/// Anybody → index. `collections` empty: everything but what is outdated.
struct search_passages {
  std::string query;
  std::vector<collection_name> collections;
  search_mode mode = search_mode::hybrid;
  std::uint32_t k = 10; ///< at most 1,000
  deadline until;
  bool whole = false; ///< a shard that still fills itself may take half of the time left to become whole first
  passage_filter only{};
  /// Hybrid: in the order in which somebody should read them. Many passages of one document give way to others', copies
  /// come last, and scores may rise again.
  bool varied = false;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, search_passages& x) {
    return f(caf::meta::type_name("search_passages"), x.query, x.collections, x.mode, x.k, x.until, x.whole, x.only,
             x.varied);
  }
};

struct passage_hit {
  document_id document;
  passage found;
  std::string url;
  std::string title;
  timestamp fetched_at{};
  double score = 0;   ///< fused, 0..1
  double lexical = 0; ///< raw BM25
  double vector = 0;  ///< raw cosine
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, passage_hit& x) {
    return f(caf::meta::type_name("passage_hit"), x.document, x.found, x.url, x.title, x.fetched_at, x.score, x.lexical,
             x.vector);
  }
};

/// Best first. `coverage`: share of the shards (and of each shard's content) that answered, 0..1.
struct search_hits {
  std::vector<passage_hit> hits;
  double coverage = 1.0;
  std::uint64_t documents = 0; ///< searched: those asked for
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, search_hits& x) {
    return f(caf::meta::type_name("search_hits"), x.hits, x.coverage, x.documents);
  }
};

} // namespace troupe
