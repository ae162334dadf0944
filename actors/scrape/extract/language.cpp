#include "actors/scrape/extract/language.hpp"

#include <algorithm>

#include <cld2/public/compact_lang_det.h>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

std::string primary_language(std::string_view bcp47) {
  bcp47 = trim(bcp47);
  auto code = lower_case(bcp47.substr(0, std::min(bcp47.find_first_of("-_"), bcp47.size())));
  auto sound = (code.size() == 2 || code.size() == 3) && std::all_of(code.begin(), code.end(), is_alpha);
  return sound && code != "und" ? code : std::string{};
}

std::string detect_language(std::string_view text) {
  constexpr std::size_t enough = 16u << 10;
  constexpr std::size_t too_little = 20;
  text = clip(text, enough);
  if (text.size() < too_little)
    return {};
  bool reliable = false;
  auto found = CLD2::DetectLanguage(text.data(), static_cast<int>(text.size()), true, &reliable);
  if (!reliable || found == CLD2::UNKNOWN_LANGUAGE)
    return {};
  return primary_language(CLD2::LanguageCode(found));
}

} // namespace troupe
