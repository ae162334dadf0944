#pragma once
#include "actors/scrape/extract/article_extractor.hpp"
#include "actors/scrape/extract/formats/pdf_layout.hpp"

namespace troupe {

/// The pages of a PDF as a snapshot, with `document::pages`. `content_empty` when no page has text.
expected<extraction> extract_pdf(pdf_layout pages);

} // namespace troupe
