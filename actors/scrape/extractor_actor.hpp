#pragma once
/// The extractor worker: bytes or local files to snapshots. Computes and blocks, so it runs detached (DESIGN section
/// 4).
///
///   host owner / scrape ── extract_page ──▶ extractor ──▶ extracted_page
///   scrape ── list_files ──▶ extractor ──▶ file_list

#include <chrono>
#include <cstdint>

#include "actors/scrape/child_process.hpp"
#include "actors/scrape/local_files.hpp"
#include "actors/supervision/child.hpp"
#include "protocols/actors/interfaces.hpp"

namespace troupe {

struct extractor_options {
  allowed_roots roots;    ///< below which local files may be read; none by default
  child_limits converter; ///< of `pdftotext`; its wall time is cut to the request's deadline
  int nice = 5;           ///< of its thread, when it runs detached
};

/// Speaks `extractor_actor`. One request at a time, a failed one never takes the worker down.
caf::actor spawn_extractor(const child_context& ctx, extractor_options options);

} // namespace troupe
