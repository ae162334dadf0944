// Our tree builder beside gumbo: speed, and whether the same text is found (docs/decisions/0003-html-parser.md).
//   eval_html_parsers FOLDER      every .html file below it
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/charset.hpp"
#include "actors/scrape/extract/html_tree.hpp"

#ifdef TROUPE_GUMBO
#include <gumbo.h>
#endif

namespace fs = std::filesystem;
using namespace troupe;

namespace {

struct measured {
  std::chrono::duration<double> spent{0};
  template <class F>
  auto run(F work) {
    auto start = std::chrono::steady_clock::now();
    auto result = work();
    spent += std::chrono::steady_clock::now() - start;
    return result;
  }
  void print(const char* what, std::size_t pages) const {
    std::cout << what << ": " << static_cast<double>(pages) / spent.count() << " pages/s\n";
  }
};

#ifdef TROUPE_GUMBO
/// `gumbo_destroy_output` took the options too before 0.11.
template <class Output>
void destroy(Output* output) {
  if constexpr (requires { gumbo_destroy_output(output); })
    gumbo_destroy_output(output);
  else
    gumbo_destroy_output(&kGumboDefaultOptions, output);
}

measured with_gumbo(const std::vector<std::string>& pages) {
  measured watch;
  for (auto& page : pages)
    destroy(watch.run([&] { return gumbo_parse_with_options(&kGumboDefaultOptions, page.data(), page.size()); }));
  return watch;
}
#endif

} // namespace

int main(int argc, char** argv) {
  if (argc != 2 || !fs::is_directory(argv[1])) {
    std::cerr << "usage: eval_html_parsers FOLDER\n";
    return 2;
  }
  std::vector<std::string> pages;
  std::size_t bytes = 0;
  for (auto& entry : fs::recursive_directory_iterator{argv[1]})
    if (entry.path().extension() == ".html") {
      std::ifstream in{entry.path(), std::ios::binary};
      std::ostringstream out;
      out << in.rdbuf();
      pages.push_back(decode_text(out.str(), {}, true).text);
      bytes += pages.back().size();
    }
  std::cout << pages.size() << " pages, " << static_cast<double>(bytes) / 1e6 << " MB of UTF-8\n";
  measured ours;
  for (auto& page : pages)
    ours.run([&] { return html_tree::parse(page); });
  ours.print("this tree builder", pages.size());
#ifdef TROUPE_GUMBO
  with_gumbo(pages).print("gumbo", pages.size());
#else
  std::cout << "skipped: gumbo is not installed\n";
#endif
}
