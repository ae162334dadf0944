#include "actors/embed/lsa_model.hpp"

#include <algorithm>
#include <cmath>

#include "actors/embed/hashing.hpp"

namespace troupe {

namespace {

class lsa_model final : public embedding_model {
public:
  explicit lsa_model(std::shared_ptr<const lsa_space> space) : space_(std::move(space)) {}
  [[nodiscard]] std::string_view name() const override { return space_->name(); }
  [[nodiscard]] std::size_t dimensions() const override { return space_->dimensions(); }

  expected<std::vector<embedding>> embed_documents(std::span<const std::string_view> texts,
                                                   std::string_view language) override {
    std::vector<embedding> result;
    result.reserve(texts.size());
    for (auto text : texts)
      result.push_back(place(text, language));
    return result;
  }
  expected<embedding> embed_query(std::string_view text) override { return place(text, "en"); }

private:
  embedding place(std::string_view text, std::string_view language) {
    terms_.clear();
    analyzers_.of(language).analyze(text, terms_);
    return space_->place(terms_);
  }

  std::shared_ptr<const lsa_space> space_;
  analyzer_set analyzers_;
  term_list terms_;
};

} // namespace

embedding lsa_space::place(const term_list& terms) const {
  std::vector<term_number> known;
  known.reserve(terms.size());
  for (std::size_t i = 0; i < terms.size(); ++i)
    if (auto t = dictionary_.find(terms[i]); t != no_term)
      known.push_back(t);
  std::sort(known.begin(), known.end());
  std::vector<float> sum(dimensions_, 0.0F);
  for (std::size_t i = 0; i < known.size();) {
    auto t = known[i];
    auto next = std::upper_bound(known.begin() + static_cast<std::ptrdiff_t>(i), known.end(), t);
    auto count = static_cast<std::size_t>(next - known.begin()) - i;
    auto weight = (1 + std::log(static_cast<float>(count))) * idf_[t] * scales_[t];
    const auto* row = rows_.data() + t * dimensions_;
    for (std::size_t c = 0; c < dimensions_; ++c)
      sum[c] += weight * static_cast<float>(row[c]);
    i += count;
  }
  return quantise(sum);
}

void lsa_space::add_term(std::string_view term, float idf, const embedding& row) {
  dictionary_.intern(term);
  idf_.push_back(idf);
  scales_.push_back(row.scale);
  rows_.insert(rows_.end(), row.values.begin(), row.values.end());
}

void lsa_space::finish() {
  auto h = hash_bytes({reinterpret_cast<const char*>(rows_.data()), rows_.size()}, dimensions_);
  h = hash_bytes({reinterpret_cast<const char*>(scales_.data()), scales_.size() * sizeof(float)}, h);
  h = hash_bytes({reinterpret_cast<const char*>(idf_.data()), idf_.size() * sizeof(float)}, h ^ fitted_on_);
  constexpr std::string_view digits = "0123456789abcdef";
  name_ = "lsa-1/";
  for (int shift = 60; shift >= 0; shift -= 4)
    name_ += digits[(h >> static_cast<unsigned>(shift)) & 15U];
}

std::unique_ptr<embedding_model> make_lsa_model(std::shared_ptr<const lsa_space> space) {
  return std::make_unique<lsa_model>(std::move(space));
}

} // namespace troupe
