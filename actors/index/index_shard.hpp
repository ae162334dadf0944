#pragma once
/// One shard of the index: documents, their passages, both legs and the collections they belong to.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/embed/analyzer.hpp"
#include "actors/embed/lsa_model.hpp"
#include "actors/index/bm25_index.hpp"
#include "actors/index/component_weights.hpp"
#include "actors/index/document_filter.hpp"
#include "actors/index/fusion.hpp"
#include "actors/index/snapshot_file.hpp"
#include "actors/index/variety.hpp"
#include "actors/index/vector_index.hpp"
#include "protocols/searching.hpp"

namespace troupe {

struct shard_options {
  std::string model = "hashed-ngram-1"; ///< vectors of other models are kept out
  std::size_t dimensions = 512;
  bool weigh_components = true; ///< as hashed models want it
  fusion_choice fusion = three_legs;
  double least_alone = 0.3; ///< hybrid, no word of the query anywhere: a cosine below it is chance (hashed models)
  bm25_parameters bm25;
  vector_limits vectors;
};

/// A passage as a latent space is fitted on it.
struct latent_text {
  std::string text;
  std::string language;
};

/// What to look for. `vector`: the query's hashed one, null when there is none (then hybrid goes without that leg).
struct shard_query {
  std::string_view text;
  std::span<const collection_name> collections; ///< empty: everything that is not outdated
  search_mode mode = search_mode::hybrid;
  std::size_t k = 10; ///< at most 1,000
  const embedding* vector = nullptr;
  const fusion_choice* fusion = nullptr;  ///< instead of the shard's own
  const passage_filter* filter = nullptr; ///< null: none
  const variety* varied = nullptr;        ///< hybrid only; null: by score alone
};

/// A snapshot on its way to a file (`index_shard::write_more`). Written by the shard's thread, committed by any.
class shard_snapshot {
public:
  explicit shard_snapshot(const std::filesystem::path& path);
  [[nodiscard]] std::size_t passages() const { return passages_; }
  /// Waits for the medium. Once it has ended.
  expected<void> commit() { return file_.commit(); }

private:
  friend class index_shard;
  snapshot_writer file_;
  std::shared_ptr<const lsa_space> space_; ///< of the places in it
  std::uint32_t next_ = 0;                 ///< document
  std::size_t passages_ = 0;
};

/// Starts empty and takes no memory then. One thread at a time.
class index_shard {
public:
  explicit index_shard(shard_options options = {});

  /// Makes a document searchable. One that is there joins the collections, keeps its passages and stays as outdated as
  /// it was: false.
  bool add(const indexed_document& x);
  /// Documents that are there join `collections`. Answers those that are not.
  std::vector<document_id> join(std::span<const document_id> known, std::span<const collection_name> collections);
  /// Takes a document out of one collection, if it is there.
  void leave(const document_id& id, const collection_name& collection);
  /// Outdated documents are found in their collections only.
  void set_outdated(const document_id& id, bool outdated);
  /// Takes a document out of every collection and forgets it. False when it is not there.
  bool remove(const document_id& id);
  [[nodiscard]] bool contains(const document_id& id) const { return numbers_.count(id) != 0; }

  /// Best first, with raw scores of each leg.
  [[nodiscard]] std::vector<passage_hit> search(const shard_query& query);

  [[nodiscard]] std::size_t documents() const { return numbers_.size(); }
  /// Different documents of these collections that the filter lets through; of all that are not outdated when none is
  /// named.
  [[nodiscard]] std::size_t documents_in(std::span<const collection_name> collections,
                                         const passage_filter& filter = {}) const;
  [[nodiscard]] std::size_t passages() const { return live_.size(); }
  [[nodiscard]] std::size_t vectors() const { return vectors_.size(); }
  /// Background work: see `vector_index`.
  [[nodiscard]] std::size_t backlog() const { return vectors_.backlog(); }
  std::size_t extend_graph(std::size_t at_most) { return vectors_.extend_graph(at_most); }
  [[nodiscard]] bool to_purge() const { return lexical_.to_purge(); }
  bool purge_more(std::size_t at_most) { return lexical_.purge_more(at_most); }

  // -- snapshots: what was costly to make, not what the store says of it
  // -------------------------------------------------
  /// Writes about `at_most` bytes more. `ended` when all is in, the last part of it (the lexical index, some 400 bytes
  /// a passage) at once; then it can be committed. `stale` when the latent space has changed since it began, or is
  /// about to: begin another when it has settled.
  enum class snapshot_step : std::uint8_t { more, ended, stale };
  [[nodiscard]] snapshot_step write_more(shard_snapshot& to, std::uint64_t at_most) const;
  /// Into an empty shard. Its documents are unconfirmed: outdated, and in no collection, until `add` names them again
  /// (its passages are not looked at then). `not_found` when there is no file; when it is damaged, of another version
  /// or of other options `unreadable`, and the shard stays empty.
  expected<void> load(const std::filesystem::path& path);
  [[nodiscard]] std::size_t unconfirmed() const { return unconfirmed_.size(); }
  /// The store does not know them any more.
  void remove_unconfirmed();

  // -- the latent space: fitted elsewhere, on a sample of this
  // ---------------------------------------------------------
  /// At most so many passages, evenly spread.
  [[nodiscard]] std::vector<latent_text> sample(std::size_t at_most) const;
  /// Passages begin to get their places in `space`. Searches use the one before until all have theirs: they never mix.
  void adopt(std::shared_ptr<const lsa_space> space);
  /// Passages without a place yet in the space that was adopted last; 0 when searches use it.
  [[nodiscard]] std::size_t unplaced() const;
  /// Gives up to `at_most` more their places (about 50 us each). Answers what is left.
  std::size_t place_more(std::size_t at_most);
  /// The space that searches use; null before the first.
  [[nodiscard]] std::shared_ptr<const lsa_space> space() const { return latent_ ? latent_->space : nullptr; }

private:
  struct stored_passage {
    std::uint32_t ordinal, start, end;
    std::uint32_t heading;  ///< of `headings`
    std::uint32_t text_end; ///< in `text`; begins where the one before ends
  };
  struct stored_document {
    document_id id;
    std::string url, title, language;
    timestamp fetched_at{};
    slot first = 0; ///< its passages are `first`, `first` + 1, …
    bool outdated = false;
    std::string text;
    std::vector<std::string> headings;
    std::vector<stored_passage> passages;
  };
  /// A space and the places of passages in it, up to slot `next`.
  struct latent_index {
    std::shared_ptr<const lsa_space> space;
    vector_index places;
    slot next = 0;
    void add(slot at, const term_list& terms);
  };
  /// Documents of a collection, by number, ascending.
  using members = std::vector<std::uint32_t>;

  [[nodiscard]] passage restore(const stored_document& d, std::size_t i) const;
  void store_passages(stored_document& d, const embedded_document& x);
  void enlist(std::uint32_t document, std::span<const collection_name> collections);
  [[nodiscard]] members chosen(std::span<const collection_name> collections, const passage_filter* filter) const;
  [[nodiscard]] std::vector<std::string> query_codes() const;
  [[nodiscard]] slot_set holding(std::span<const std::string> phrases);
  std::size_t analyze_query(std::string_view text, term_list& out);
  [[nodiscard]] std::vector<candidate> gather(const shard_query& query, const std::vector<float>& hashed,
                                              const slot_set* only);
  void look_again(std::vector<candidate>& found, const std::vector<float>& hashed) const;
  void boost(std::vector<candidate>& found, const boost_weights& weights) const;
  void vary(std::vector<candidate>& found, std::size_t k, const variety& how) const;
  void write_document(shard_snapshot& to, const stored_document& d) const;
  bool read_document(snapshot_reader& in);
  bool read_all(snapshot_reader& in);
  void confirm(std::uint32_t number, const indexed_document& x);
  [[nodiscard]] std::vector<candidate> rank(const shard_query& query, const slot_set* only);
  [[nodiscard]] passage_hit hit(const candidate& c) const;
  void analyze_passage(const stored_document& d, const passage& p);

  shard_options options_;
  std::vector<stored_document> documents_; ///< by number; removed ones are empty
  document_filter facts_;
  std::unordered_map<document_id, std::uint32_t> numbers_;
  std::unordered_map<collection_name, members> collections_;
  std::map<std::string, std::size_t> languages_; ///< documents by analysis language
  std::vector<std::uint32_t> owners_;            ///< document number by slot
  slot_set live_;
  slot_set current_; ///< those of documents that are not outdated
  std::size_t outdated_ = 0;
  std::set<document_id> unconfirmed_;
  bm25_index lexical_;
  vector_index vectors_;
  component_weights weights_;
  std::optional<latent_index> latent_; ///< what searches use
  std::optional<latent_index> coming_; ///< not all have their place in it yet
  analyzer_set analyzers_;
  term_list terms_; ///< scratch
};

} // namespace troupe
