#pragma once
/// What turns text into vectors. Implementations: the hashed model here; fitted and remote ones beside it.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/document.hpp"
#include "protocols/error.hpp"

namespace troupe {

/// One thread at a time. Vectors of documents and of queries compare by inner product; both have length 1, so that it
/// is their cosine. Vectors of different names never meet in one index.
class embedding_model {
public:
  virtual ~embedding_model() = default;
  /// Name and version, such as `hashed-ngram-1`; stored beside every vector it made.
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::size_t dimensions() const = 0;
  /// One vector a text. `language`: ISO 639 code of all of them, empty when unknown.
  virtual expected<std::vector<embedding>> embed_documents(std::span<const std::string_view> texts,
                                                           std::string_view language) = 0;
  virtual expected<embedding> embed_query(std::string_view text) = 0;
};

/// What a passage is embedded and indexed under: its document's title (when its headings don't say it already), its
/// heading path, then itself.
std::string passage_subject(std::string_view title, const passage& x);

/// `values` scaled to length 1, each component in 8 bits. All zero when `values` are.
embedding quantise(std::span<const float> values);

} // namespace troupe
