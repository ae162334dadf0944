#pragma once
/// Where a finished research's report goes, and in which form.

#include <filesystem>
#include <string>

#include "gateway/cli/command.hpp"
#include "gateway/cli/engine_connection.hpp"
#include "gateway/cli/progress_run.hpp"

namespace troupe::cli {

enum class report_form : std::uint8_t { terminal, markdown, html, json };

struct report_output {
  std::filesystem::path file; ///< empty: stdout
  report_form form = report_form::markdown;
};

/// Decides the form (`format` empty: by the file's extension, or by whether stdout is a terminal) and makes sure that
/// the file can be written before any work is done.
expected<report_output> open_output(const std::filesystem::path& file, const std::string& format);

/// Prints the report of a research that ended, the closing line, and answers the exit status.
exit_status deliver_report(engine_connection& engine, const std::string& id, const research_end& ended,
                           const report_output& where);

} // namespace troupe::cli
