#include "protocols/event.hpp"

#include <array>
#include <string_view>

namespace troupe {

namespace {

constexpr std::array<const char*, std::variant_size_v<event_data>> names{
  "research.queued", "research.started",  "research.resumed",  "plan.ready",        "source.found",
  "page.fetched",    "page.skipped",      "page.failed",       "passages.indexed",  "question.answered",
  "progress",        "citation.verified", "citation.rejected", "report.delta",      "report.ready",
  "research.done",   "research.partial",  "research.failed",   "research.cancelled"};

constexpr std::size_t first_final = 15;

} // namespace

const char* type_name(const event_data& x) noexcept { return names[x.index()]; }

bool is_final(const event_data& x) noexcept { return x.index() >= first_final; }

bool is_final_event(const std::string& type) noexcept {
  for (auto i = first_final; i < names.size(); ++i)
    if (std::string_view{names[i]} == type)
      return true;
  return false;
}

} // namespace troupe
