#pragma once
/// What is read from the world: snapshots, their blocks and links, passages and their embeddings.
/// Offsets are bytes of the snapshot's UTF-8 text, half-open `[start, end)`, on code-point boundaries (DESIGN section
/// 7).

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "protocols/ids.hpp"
#include "protocols/time.hpp"

namespace troupe {

/// `step`: the first block of an item of an ordered list. Further blocks of the item, and all of an unordered list, are
/// `list_item`. Stored and sent by number: new ones go to the end.
enum class block_kind : std::uint8_t {
  heading,
  paragraph,
  list_item,
  table_row,
  code,
  quote,
  caption,
  definition,
  step
};

/// Items of a list are set apart by a line end, whether the list is ordered or not.
constexpr bool is_item(block_kind x) noexcept { return x == block_kind::list_item || x == block_kind::step; }

/// A structural span of a snapshot's text. Blocks are ordered and don't overlap.
struct block {
  block_kind kind = block_kind::paragraph;
  std::uint8_t level = 0; ///< heading level 1..6; nesting depth of a list item or step; 0 otherwise
  std::uint32_t start = 0;
  std::uint32_t end = 0;

  bool operator==(const block&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, block& x) {
    return f(caf::meta::type_name("block"), x.kind, x.level, x.start, x.end);
  }
};

/// A link out of a page, already resolved and canonical.
struct link {
  std::string url;
  std::string text;    ///< anchor text, at most 256 bytes
  std::string context; ///< words around the anchor, at most 512 bytes
  bool nofollow = false;
  bool in_content = false; ///< stands in the main text rather than in navigation

  bool operator==(const link&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, link& x) {
    return f(caf::meta::type_name("link"), x.url, x.text, x.context, x.nofollow, x.in_content);
  }
};

/// A snapshot: the readable text of one page or file, content-addressed.
struct document {
  document_id id;       ///< SHA-256 of `text`
  std::string text;     ///< plain text, LF line ends
  std::string markdown; ///< the same content as Markdown; not stored, empty when read back
  std::string title;
  std::string byline;
  std::string published; ///< ISO 8601 date, empty when unknown
  std::string language;  ///< ISO 639 code, empty when unknown
  std::vector<block> blocks;
  std::vector<std::uint32_t> pages{}; ///< where each page of the file begins in `text`, ascending; empty without pages

  bool operator==(const document&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, document& x) {
    return f(caf::meta::type_name("document"), x.id, x.text, x.markdown, x.title, x.byline, x.published, x.language,
             x.blocks, x.pages);
  }
};

/// Number of the page, from 1, that the byte `at` of the text stands on; 0 for a document without pages.
inline std::uint32_t page_at(const document& x, std::uint32_t at) {
  return static_cast<std::uint32_t>(std::upper_bound(x.pages.begin(), x.pages.end(), at) - x.pages.begin());
}

/// What is known of a page's text beside the text.
struct page_nature {
  std::string access;        ///< `excerpt`: only the free part of a text that has to be paid for; empty: all of it
  std::uint64_t simhash = 0; ///< as `near_duplicate_key` makes it; 0 for what is too short to be compared

  bool operator==(const page_nature&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, page_nature& x) {
    return f(caf::meta::type_name("page_nature"), x.access, x.simhash);
  }
};

/// One retrieval of one address, and the snapshot it gave.
struct fetch_record {
  std::string url;       ///< canonical address asked for; `file:///…` for local files
  std::string final_url; ///< after redirects
  timestamp fetched_at{};
  std::uint16_t status = 0; ///< HTTP status; 0 for files
  std::string media_type;
  std::string raw_sha256; ///< of the bytes as they came
  std::string validator;  ///< ETag or Last-Modified; `size:mtime-ns` for files
  std::uint64_t bytes = 0;
  document_id document;
  std::vector<link> links;
  page_nature nature{};
  // -- of the document, filled in by the store when it is asked
  std::string title;
  std::uint32_t passages = 0;

  bool operator==(const fetch_record&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, fetch_record& x) {
    return f(caf::meta::type_name("fetch_record"), x.url, x.final_url, x.fetched_at, x.status, x.media_type,
             x.raw_sha256, x.validator, x.bytes, x.document, x.links, x.nature, x.title, x.passages);
  }
};

/// A retrievable piece of a snapshot. `text` is the snapshot's `[start, end)`; stores keep only the offsets.
struct passage {
  std::uint32_t ordinal = 0; ///< position within its document, from 0
  std::uint32_t start = 0;
  std::uint32_t end = 0;
  std::string heading; ///< headings above it, outermost first, joined by " > "
  std::string text;

  bool operator==(const passage&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, passage& x) {
    return f(caf::meta::type_name("passage"), x.ordinal, x.start, x.end, x.heading, x.text);
  }
};

/// A quantised vector: component i is `scale * values[i]`.
struct embedding {
  float scale = 0;
  std::vector<std::int8_t> values;

  bool operator==(const embedding&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, embedding& x) {
    return f(caf::meta::type_name("embedding"), x.scale, x.values);
  }
};

/// The passages of one document with one embedding each, by the model named.
struct embedded_document {
  document_id document;
  std::string model; ///< name and version, such as `hashed-ngram-1`
  std::vector<passage> passages;
  std::vector<embedding> embeddings; ///< as many as passages

  bool operator==(const embedded_document&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, embedded_document& x) {
    return f(caf::meta::type_name("embedded_document"), x.document, x.model, x.passages, x.embeddings);
  }
};

} // namespace troupe
