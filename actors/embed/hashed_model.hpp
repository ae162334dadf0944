#pragma once
/// The first built-in model, `hashed-ngram-1`: nothing to download, nothing to fit.

#include <memory>

#include "actors/embed/embedding_model.hpp"

namespace troupe {

/// Features of a text are its stemmed words and the character n-grams within them; each falls by its hash into one
/// component with a sign (Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009), weighted by
/// 1 + ln(tf). Inverse document frequency is no part of a stored vector, which would age with its collection: the
/// searching side applies it to the query (`component_weights`).
std::unique_ptr<embedding_model> make_hashed_model();

constexpr std::string_view hashed_model_name = "hashed-ngram-1";
constexpr std::size_t hashed_model_dimensions = 512;

} // namespace troupe
