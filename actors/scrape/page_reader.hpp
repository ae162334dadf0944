#pragma once
/// One `extract_page` from start to end, without actors: finds the bytes, converts PDF, extracts.

#include "actors/scrape/child_process.hpp"
#include "actors/scrape/local_files.hpp"
#include "protocols/error.hpp"
#include "protocols/fetching.hpp"

namespace troupe {

/// Blocking. A `file:///` url with an empty body is read from below `roots`. The first bytes of a PDF decide, whatever
/// it is called. Fails as `extract_article`, `read_local_file` and `pdf_to_text` do, and with `deadline_exceeded`.
expected<extracted_page> read_page(extract_page request, const allowed_roots& roots, const child_limits& converter);

} // namespace troupe
