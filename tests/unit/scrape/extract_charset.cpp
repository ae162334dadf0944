// Any encoding to UTF-8, and strings that like to break programs.
#define CAF_SUITE extract_charset

#include <fstream>
#include <sstream>

#include <simdjson.h>

#include "actors/scrape/extract/article_extractor.hpp"
#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/charset.hpp"
#include "tests/fixtures/snapshot_rules.hpp"
#include "tests/fixtures/test_data.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// `F0 9D 92 9C` as bytes.
std::string from_hex(std::string_view x) {
  std::string out;
  std::string digits;
  for (char c : x)
    if (!is_space(c))
      digits += c;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    out += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return out;
}

std::string escaped(std::string_view x) {
  std::string out;
  for (char c : x)
    out += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

/// By the rules of DESIGN section 7: white space collapsed.
std::string squeezed(std::string_view x) { return collapse(x); }

} // namespace

CAF_TEST(labels are those of the encoding standard) {
  CAF_CHECK_EQUAL(encoding_of_label("latin1"), "windows-1252");
  CAF_CHECK_EQUAL(encoding_of_label(" ISO-8859-1\n"), "windows-1252");
  CAF_CHECK_EQUAL(encoding_of_label("x-sjis"), "shift_jis");
  CAF_CHECK_EQUAL(encoding_of_label("ISO-8859-9"), "windows-1254");
  CAF_CHECK_EQUAL(encoding_of_label("gb2312"), "gbk");
  CAF_CHECK_EQUAL(encoding_of_label("nonsense"), "");
}

CAF_TEST(the mark goes before the header and the header before the page) {
  CAF_CHECK_EQUAL(detect_encoding("\xEF\xBB\xBF<meta charset=koi8-r>", "latin1", true), "utf-8");
  CAF_CHECK_EQUAL(detect_encoding("<meta charset=koi8-r>\xC1", "windows-1251", true), "windows-1251");
  CAF_CHECK_EQUAL(detect_encoding("<meta charset=\"koi8-r\">\xC1", "", true), "koi8-r");
  CAF_CHECK_EQUAL(
    detect_encoding("<META http-equiv=Content-Type content='text/html; charset=Shift_JIS'>\x83\x65", "", true),
    "shift_jis");
  CAF_CHECK_EQUAL(detect_encoding("<?xml version='1.0' encoding='ISO-8859-2'?><p>\xB1", "", true), "iso-8859-2");
  CAF_CHECK_EQUAL(detect_encoding("<meta charset=utf-16le>abc", "", true), "utf-8");
  CAF_CHECK_EQUAL(detect_encoding("plain \xC3\xA9", "", false), "utf-8");
}

CAF_TEST(bytes become utf - 8) {
  CAF_CHECK_EQUAL(decode_text("\x80 caf\xE9", "latin1", false).text, "\xE2\x82\xAC caf\xC3\xA9");
  CAF_CHECK_EQUAL(decode_text("\x83\x65\x83\x58\x83\x67", "shift_jis", false).text, "テスト");
  CAF_CHECK_EQUAL(decode_text("\xD2\xC5\xD3\xD4", "koi8-r", false).text, "рест");
  CAF_CHECK_EQUAL(decode_text("\xB0\xA1\xB3\xAA", "euc-kr", false).text, "가나");
  CAF_CHECK_EQUAL(decode_text("\xA4\xA4\xA4\xE5", "big5", false).text, "中文");
  CAF_CHECK_EQUAL(decode_text("\xD6\xD0\xCE\xC4", "gb2312", false).text, "中文");
  CAF_CHECK_EQUAL(decode_text({"\xFF\xFEh\0i\0", 6}, "", false).text, "hi");
  CAF_CHECK_EQUAL(decode_text({"\xFE\xFF\0h\0i", 6}, "latin1", false).text, "hi");
  CAF_CHECK_EQUAL(decode_text("\xEF\xBB\xBFhi", "", false).text, "hi");
  CAF_CHECK_EQUAL(decode_text("a\r\nb\rc\n", "", false).text, "a\nb\nc\n");
  CAF_CHECK_EQUAL(decode_text({"a\0b", 3}, "utf-8", false).text, "a\xEF\xBF\xBD"
                                                                 "b");
}

CAF_TEST(undeclared bytes are guessed) {
  auto russian = decode_text(
    "\xCF\xF0\xE8\xE2\xE5\xF2, \xEC\xE8\xF0! \xDD\xF2\xEE \xF0\xF3\xF1\xF1\xEA\xE8\xE9 \xF2\xE5\xEA\xF1\xF2, "
    "\xE2 \xEA\xEE\xF2\xEE\xF0\xEE\xEC \xE4\xEE\xF1\xF2\xE0\xF2\xEE\xF7\xED\xEE \xE1\xF3\xEA\xE2.",
    "", false);
  CAF_CHECK_EQUAL(russian.charset, "windows-1251");
  CAF_CHECK(russian.text.starts_with("Привет, мир!"));
}

CAF_TEST(a page that kept its old label is utf - 8 when all of it is) {
  std::string page = "<meta charset=gb2312><p>";
  for (int i = 0; i < 8; ++i)
    page += "\xE4\xB8\xAD\xE6\x96\x87";
  CAF_CHECK_EQUAL(detect_encoding(page, "", true), "utf-8");
  CAF_CHECK_EQUAL(detect_encoding(page + "\xD6\xD0", "", true), "gbk");
  CAF_CHECK_EQUAL(detect_encoding("<meta charset=gb2312><p>\xE4\xB8\xAD", "", true), "gbk");
}

CAF_TEST(a long conversion loses nothing at buffer bounds) {
  std::string bytes;
  std::string wanted;
  for (int i = 0; i < 100000; ++i) {
    bytes += "\x83\x65";
    wanted += "テ";
    if (i % 7 == 0)
      bytes += 'x', wanted += 'x';
  }
  CAF_CHECK(decode_text(bytes, "shift_jis", false).text == wanted);
}

CAF_TEST(malformed utf - 8 is replaced as the suite expects) {
  auto path = test_data("utf8/utf8tests.txt");
  if (path.empty())
    return;
  std::istringstream lines{read_file(path)};
  std::size_t cases = 0;
  for (std::string line; std::getline(lines, line);) {
    auto invalid = line.find(":invalid hex:");
    auto valid = line.find(":valid hex:");
    if (line.starts_with('#') || (invalid == line.npos && valid == line.npos))
      continue;
    ++cases;
    auto bytes = line.substr(valid != line.npos ? valid + 11 : invalid + 13);
    auto wanted = bytes;
    if (invalid != line.npos) {
      wanted = bytes.substr(bytes.rfind(':') + 1);
      bytes = bytes.substr(0, bytes.find(':'));
    }
    if (repair_utf8(from_hex(bytes)) != from_hex(wanted))
      CAF_ERROR(line);
  }
  CAF_CHECK(cases > 80);
  CAF_CHECK(is_utf8(repair_utf8(read_file(test_data("utf8/kuhn-UTF-8-test.txt")))));
}

CAF_TEST(naughty strings come back byte for byte) {
  auto path = test_data("strings/blns.json");
  if (path.empty())
    return;
  simdjson::dom::parser parser;
  for (auto item : parser.load(path.string()).get_array()) {
    std::string text{item.get_string().value()};
    auto page = extract_article("<!doctype html><html><body><p>before " + escaped(text) + " after</p></body></html>",
                                "text/html; charset=utf-8", url{});
    CAF_REQUIRE(page);
    CAF_CHECK_EQUAL(squeezed(page->content.text), squeezed("before " + text + " after"));
    CAF_CHECK_EQUAL(snapshot_fault(page->content), "");
    auto file = extract_article("before " + text + " after", "text/plain; charset=utf-8", url{});
    CAF_REQUIRE(file);
    CAF_CHECK_EQUAL(squeezed(file->content.text), squeezed("before " + text + " after"));
  }
}
