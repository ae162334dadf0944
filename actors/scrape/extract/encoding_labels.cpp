// Labels of the WHATWG Encoding Standard (encoding.spec.whatwg.org, section 4.2), without those of the "replacement"
// encodings, which are never content.
#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include "actors/scrape/extract/charset.hpp"

namespace troupe {

namespace {

struct encoding_labels {
  const char* name;
  const char* labels; ///< separated by one space
};

constexpr std::array encodings{
  encoding_labels{"utf-8", "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"},
  encoding_labels{"ibm866", "866 cp866 csibm866 ibm866"},
  encoding_labels{"iso-8859-2",
                  "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2"},
  encoding_labels{"iso-8859-3",
                  "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"},
  encoding_labels{"iso-8859-4",
                  "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4"},
  encoding_labels{"iso-8859-5", "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 "
                                "iso_8859-5:1988"},
  encoding_labels{"iso-8859-6",
                  "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e "
                  "iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"},
  encoding_labels{"iso-8859-7", "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 "
                                "iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek"},
  encoding_labels{"iso-8859-8",
                  "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 "
                  "iso_8859-8 iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical"},
  encoding_labels{"iso-8859-10", "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6"},
  encoding_labels{"iso-8859-13", "iso-8859-13 iso8859-13 iso885913"},
  encoding_labels{"iso-8859-14", "iso-8859-14 iso8859-14 iso885914"},
  encoding_labels{"iso-8859-15", "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9"},
  encoding_labels{"iso-8859-16", "iso-8859-16"},
  encoding_labels{"koi8-r", "cskoi8r koi koi8 koi8-r koi8_r"},
  encoding_labels{"koi8-u", "koi8-ru koi8-u"},
  encoding_labels{"macintosh", "csmacintosh mac macintosh x-mac-roman"},
  encoding_labels{"windows-874", "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874"},
  encoding_labels{"windows-1250", "cp1250 windows-1250 x-cp1250"},
  encoding_labels{"windows-1251", "cp1251 windows-1251 x-cp1251"},
  encoding_labels{"windows-1252",
                  "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 "
                  "iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252"},
  encoding_labels{"windows-1253", "cp1253 windows-1253 x-cp1253"},
  encoding_labels{"windows-1254", "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 "
                                  "iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254"},
  encoding_labels{"windows-1255", "cp1255 windows-1255 x-cp1255"},
  encoding_labels{"windows-1256", "cp1256 windows-1256 x-cp1256"},
  encoding_labels{"windows-1257", "cp1257 windows-1257 x-cp1257"},
  encoding_labels{"windows-1258", "cp1258 windows-1258 x-cp1258"},
  encoding_labels{"x-mac-cyrillic", "x-mac-cyrillic x-mac-ukrainian"},
  encoding_labels{"gbk", "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk"},
  encoding_labels{"gb18030", "gb18030"},
  encoding_labels{"big5", "big5 big5-hkscs cn-big5 csbig5 x-x-big5"},
  encoding_labels{"euc-jp", "cseucpkdfmtjapanese euc-jp x-euc-jp"},
  encoding_labels{"iso-2022-jp", "csiso2022jp iso-2022-jp"},
  encoding_labels{"shift_jis", "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis"},
  encoding_labels{"euc-kr", "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 "
                            "ksc_5601 windows-949"},
  encoding_labels{"utf-16be", "unicodefffe utf-16be"},
  encoding_labels{"utf-16le", "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le"},
};

using label_map = std::unordered_map<std::string_view, std::string_view>;

label_map make_labels() {
  label_map result;
  for (const auto& entry : encodings) {
    std::string_view rest = entry.labels;
    while (!rest.empty()) {
      auto space = std::min(rest.find(' '), rest.size());
      result.emplace(rest.substr(0, space), entry.name);
      rest.remove_prefix(std::min(space + 1, rest.size()));
    }
  }
  return result;
}

} // namespace

std::string_view encoding_of_label(std::string_view label) {
  static const label_map labels = make_labels();
  constexpr std::string_view blank = " \t\n\f\r\"'";
  auto first = label.find_first_not_of(blank);
  if (first == label.npos || label.size() > 256)
    return {};
  label = label.substr(first, label.find_last_not_of(blank) - first + 1);
  std::string lower{label};
  for (auto& c : lower)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  auto i = labels.find(lower);
  return i == labels.end() ? std::string_view{} : i->second;
}

} // namespace troupe
