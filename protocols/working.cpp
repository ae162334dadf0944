#include "protocols/working.hpp"

namespace troupe {

const char* to_string(work_queue x) noexcept {
  switch (x) {
  case work_queue::extract:
    return "extract";
  case work_queue::extract_heavy:
    return "extract_heavy";
  case work_queue::embed:
    break;
  }
  return "embed";
}

} // namespace troupe
