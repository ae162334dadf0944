// Any text: passages tile it, sentences lie in it, terms are short and clean.
#include "actors/embed/analyzer.hpp"
#include "actors/embed/chunker.hpp"
#include "actors/scrape/extract/article_extractor.hpp"
#include "tests/fuzz/input.hpp"

using namespace troupe;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr const char* languages[]{"en", "de", "ja", "xx", ""};
  static const auto base = *parse_url("file:///notes/a.md");
  fuzz_input in{data, size};
  std::string language = languages[in.choice(5)];
  term_list terms;
  analyzer{language}.analyze(in.rest(), terms);
  for (std::size_t i = 0; i < terms.size(); ++i)
    must_hold(!terms[i].empty() && terms[i].size() <= 64, "a term of " + std::to_string(terms[i].size()) + " bytes");
  auto page = extract_article(in.rest(), "text/markdown", base);
  if (!page)
    return 0;
  const auto& text = page->content.text;
  std::uint32_t last = 0;
  for (const auto& p : chunk(page->content)) {
    must_hold(p.start >= last && p.start < p.end && p.end <= text.size(), "a passage out of place");
    must_hold(p.text == std::string_view{text}.substr(p.start, p.end - p.start), "a passage that is not its text");
    last = p.end;
  }
  std::uint32_t end = 0;
  for (auto [from, to] : sentences(text, language)) {
    must_hold(from >= end && from < to && to <= text.size(), "a sentence out of place");
    end = to;
  }
  return 0;
}
