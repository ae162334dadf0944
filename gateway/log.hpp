#pragma once
/// Logs: one JSON object a line (DESIGN section 12), written by a thread of their own behind a bounded queue; when that
/// is full the oldest lines go. error = somebody must act, warning = degraded, info = normal operation, debug =
/// development.

#include <filesystem>
#include <string>
#include <string_view>

#include "protocols/error.hpp"
#include "protocols/json/writer.hpp"

namespace troupe {

enum class log_level { debug, info, warning, error };

/// Starts logging to `file`, or to stderr when it is empty. `level`: debug, info, warning (or warn) or error.
/// Fails with `invalid_argument` (level) or `unreadable` (file). Lines before it are dropped. Call once, from main.
expected<void> init_logging(std::string_view level, const std::filesystem::path& file = {},
                            std::string_view instance = "node-1");
/// Writes what waits and ends logging.
void end_logging();
bool logs(log_level level) noexcept;

/// One line: `log_line{log_level::info, "listening"}.with("endpoint", where);`. Any thread; costs nothing below the
/// level. Text is escaped: a line stays one line whatever a user sent.
class log_line {
public:
  log_line(log_level level, std::string_view message);
  log_line(const log_line&) = delete;
  log_line& operator=(const log_line&) = delete;
  ~log_line();

  template <class T>
  log_line& with(std::string_view key, const T& value) {
    if (on_)
      out_.field(key, value);
    return *this;
  }

private:
  log_level level_;
  bool on_;
  json_writer out_;
};

} // namespace troupe
