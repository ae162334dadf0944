#pragma once
#include <string>
#include <string_view>

namespace troupe {

/// Primary subtag of a BCP 47 tag (`de-AT` is `de`), lower case; empty when it isn't one.
std::string primary_language(std::string_view bcp47);

/// ISO 639 code of the language that `text` is in, empty when it can't be told. Reads at most 16 KB.
std::string detect_language(std::string_view text);

} // namespace troupe
