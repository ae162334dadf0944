#pragma once
/// The extractor worker: bytes or local files to snapshots. Computes and blocks, so it runs detached (DESIGN section
/// 4).
///
///   router's pools ── leased_work ──▶ extractor ──▶ work_done

#include <chrono>
#include <cstdint>

#include <variant>

#include "actors/scrape/child_process.hpp"
#include "actors/scrape/local_files.hpp"
#include "actors/scrape/page_reader.hpp"
#include "actors/supervision/child.hpp"
#include "protocols/actors/interfaces.hpp"

namespace troupe {

/// What a worker is leased: bytes or a file to read, or a folder to list.
using extraction_task = std::variant<extract_page, list_files>;
/// It is for the pool for large ones.
struct left_to_heavy {};
using extraction_answer = std::variant<left_to_heavy, extracted_page, file_list>;

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
