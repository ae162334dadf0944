#pragma once
/// The console's files, built into the binary when it is built (gateway/console/embed.cmake).

#include <span>
#include <string_view>

namespace troupe::gateway {

struct console_file {
  std::string_view path; ///< `/app.js`; the page itself is `/`
  std::string_view content_type;
  std::string_view etag; ///< quoted
  std::string_view bytes;
};

std::span<const console_file> console_files();

} // namespace troupe::gateway
