#pragma once
#include <string>
#include <string_view>

namespace troupe {

/// The first calendar date in `text` as `YYYY-MM-DD`, empty when there is none that can be told apart: ISO 8601,
/// `20120531`, `31 May 2012`, `May 31, 2012`, RFC 9110 dates, `31.05.2012` (day first). Years 1900 to 2100.
std::string calendar_date(std::string_view text);

/// Of `/2012/05/31/` in a URL's path.
std::string date_in_path(std::string_view path);

} // namespace troupe
