#include "actors/embed/hashed_model.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "actors/embed/analyzer.hpp"
#include "actors/embed/hashing.hpp"

namespace troupe {

namespace {

// Chosen on cranfield, cisi and npl (tests/eval/retrieval.cpp): 4-grams within words, at less than half a word's
// weight.
constexpr float word_weight = 1.0F;
constexpr float gram_weight = 0.4F;
constexpr std::size_t gram_size = 4;
constexpr std::uint64_t gram_seed = 17;
constexpr std::size_t dimension_count = hashed_model_dimensions;

/// Counts features of one text: open addressing, bounded, reused. Features beyond the limit are not counted any more,
/// which a passage (some 400 of them) never reaches.
class feature_counts {
public:
  struct feature {
    std::uint64_t hash = 0;
    float weight = 0;
    std::uint32_t count = 0;
  };

  void add(std::uint64_t hash, float weight) {
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
      if (stamps_[at] == stamp_) {
        if (table_[at].hash != hash)
          continue;
        ++table_[at].count;
        return;
      }
      if (used_.size() >= limit)
        return;
      stamps_[at] = stamp_;
      table_[at] = {hash, weight, 1};
      used_.push_back(static_cast<std::uint32_t>(at));
      return;
    }
  }
  template <class F>
  void drain(F&& f) {
    for (auto at : used_)
      f(table_[at]);
    used_.clear();
    ++stamp_;
  }

private:
  static constexpr std::size_t mask = (1U << 13U) - 1;
  static constexpr std::size_t limit = 1U << 12U;
  std::vector<feature> table_ = std::vector<feature>(mask + 1);
  std::vector<std::uint32_t> stamps_ = std::vector<std::uint32_t>(mask + 1, 0);
  std::vector<std::uint32_t> used_;
  std::uint32_t stamp_ = 1;
};

class hashed_model final : public embedding_model {
public:
  [[nodiscard]] std::string_view name() const override { return hashed_model_name; }
  [[nodiscard]] std::size_t dimensions() const override { return dimension_count; }

  expected<std::vector<embedding>> embed_documents(std::span<const std::string_view> texts,
                                                   std::string_view language) override {
    std::vector<embedding> result;
    result.reserve(texts.size());
    for (auto text : texts)
      result.push_back(embed(text, language));
    return result;
  }

  expected<embedding> embed_query(std::string_view text) override { return embed(text, "en"); }

private:
  embedding embed(std::string_view text, std::string_view language) {
    if (!counts_)
      counts_ = std::make_unique<feature_counts>();
    terms_.clear();
    analyzers_.of(language).analyze(text, terms_);
    for (std::size_t i = 0; i < terms_.size(); ++i)
      add_features(terms_[i]);
    std::array<float, dimension_count> values{};
    counts_->drain([&](const feature_counts::feature& x) {
      auto v = x.weight * (1 + std::log(static_cast<float>(x.count)));
      values[(x.hash >> 8U) % dimension_count] += (x.hash >> 63U) != 0 ? v : -v;
    });
    return quantise(values);
  }

  void add_features(std::string_view term) {
    counts_->add(hash_bytes(term), word_weight);
    padded_.assign(1, '<').append(term).push_back('>');
    // Grams are of characters: one begins at each lead byte and takes the bytes of `gram_size` characters.
    starts_.clear();
    for (std::uint32_t i = 0; i < padded_.size(); ++i)
      if ((static_cast<unsigned char>(padded_[i]) & 0xC0U) != 0x80U)
        starts_.push_back(i);
    starts_.push_back(static_cast<std::uint32_t>(padded_.size()));
    for (std::size_t i = 0; i + gram_size < starts_.size(); ++i) {
      auto gram = std::string_view{padded_}.substr(starts_[i], starts_[i + gram_size] - starts_[i]);
      counts_->add(hash_bytes(gram, gram_seed), gram_weight);
    }
  }

  analyzer_set analyzers_;
  term_list terms_;
  std::unique_ptr<feature_counts> counts_;
  std::string padded_;
  std::vector<std::uint32_t> starts_;
};

} // namespace

std::unique_ptr<embedding_model> make_hashed_model() { return std::make_unique<hashed_model>(); }

} // namespace troupe
