#pragma once
/// The extractor worker: bytes or local files to snapshots. Computes and blocks, so it runs detached (DESIGN section
/// 4).
///
///   router's pools ── leased_work ──▶ extractor ──▶ work_done
///   router ── list_files ──▶ extractor ──▶ file_list

#include <chrono>
#include <cstdint>

#include <optional>

#include "actors/scrape/child_process.hpp"
#include "actors/scrape/local_files.hpp"
#include "actors/scrape/page_reader.hpp"
#include "actors/supervision/child.hpp"
#include "protocols/actors/interfaces.hpp"

namespace troupe {

/// What a worker says of a page: nothing when it is left to the pool for large ones.
using extraction_answer = std::optional<extracted_page>;

struct extractor_options {
  allowed_roots roots;                       ///< below which local files may be read; none by default
  child_limits converter;                    ///< of `pdftotext`; its wall time is cut to the request's deadline
  std::uint64_t most_pdf_bytes = UINT64_MAX; ///< a larger PDF is not read here
  picture_pages pictures = picture_pages::leave_out;
  int nice = 5; ///< of its thread, when it runs detached
};

/// Speaks `extractor_actor` and takes leases (actors/flow/work_messages.hpp). One request at a time, a failed one never
/// takes the worker down.
caf::actor spawn_extractor(const child_context& ctx, extractor_options options);

} // namespace troupe
