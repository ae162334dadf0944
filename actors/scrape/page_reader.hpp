#pragma once
/// One `extract_page` from start to end, without actors: finds the bytes, converts PDF, extracts.

#include <atomic>
#include <cstdint>
#include <optional>

#include "actors/scrape/child_process.hpp"
#include "actors/scrape/local_files.hpp"
#include "protocols/error.hpp"
#include "protocols/fetching.hpp"

namespace troupe {

/// What becomes of the pages of a PDF that are only pictures: they are left out, or the PDF is left to somebody with
/// more time, or their text is recognised.
enum class picture_pages : std::uint8_t { leave_out, hand_on, recognise };

struct page_reading {
  allowed_roots roots;                       ///< below which local files may be read
  child_limits converter;                    ///< its wall time is cut to the request's deadline
  std::uint64_t most_pdf_bytes = UINT64_MAX; ///< a larger PDF is left to somebody with more time
  const std::atomic<bool>* stop = nullptr;   ///< ends the converter early
  picture_pages pictures = picture_pages::leave_out;
};

/// Whether these are the bytes of a PDF, whatever it is called.
bool is_pdf(std::string_view bytes) noexcept;

/// Blocking. A `file:///` url with an empty body is read from below `roots`. Nothing: a PDF larger than
/// `most_pdf_bytes`, or one with pictures to hand on. Fails as `extract_article`, `read_local_file` and `pdf_pages` do,
/// with `deadline_exceeded`, and for pages of the web that are seen through (`judge_page`): with `http_status` when
/// they say that there is an error, with `content_empty` when they are a form to sign in.
expected<std::optional<extracted_page>> read_page(const extract_page& request, const page_reading& how);

} // namespace troupe
