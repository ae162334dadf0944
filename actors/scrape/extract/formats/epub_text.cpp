#include "actors/scrape/extract/formats/epub_text.hpp"

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "actors/egress/url.hpp"
#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/calendar_date.hpp"
#include "actors/scrape/extract/charset.hpp"
#include "actors/scrape/extract/formats/xml_part.hpp"
#include "actors/scrape/extract/formats/zip_archive.hpp"
#include "actors/scrape/extract/html_blocks.hpp"
#include "actors/scrape/extract/html_tree.hpp"
#include "actors/scrape/extract/language.hpp"
#include "actors/scrape/extract/page_links.hpp"
#include "actors/scrape/extract/page_survey.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_chapters = 5000;

/// A reference of the package, as the name of an entry: percent-decoded, without `.` and `..`, below `folder`.
std::string entry_name(const std::string& folder, const std::string& reference) {
  static const auto root = *parse_url("file:///");
  auto base = parse_url(file_url("/" + folder));
  auto target = parse_url(reference, base ? &*base : &root);
  if (!target || target->scheme != "file")
    return {};
  auto path = file_path("file://" + target->path);
  return path && path->size() > 1 ? path->substr(1) : std::string{};
}

/// Whether anything but fonts is encrypted (EPUB Open Container Format, `encryption.xml`).
bool is_protected(zip_archive& file) {
  if (!file.has("META-INF/encryption.xml"))
    return false;
  auto bytes = file.read("META-INF/encryption.xml");
  auto list = bytes ? xml_part::parse(*bytes) : tl::make_unexpected(bytes.error());
  if (!list)
    return true;
  for (auto& x : list->root().children()) {
    auto way = attribute_of(child_of(x, "EncryptionMethod"), "Algorithm");
    if (local_name(x) == "EncryptedData" && way != "http://www.idpf.org/2008/embedding"
        && way != "http://ns.adobe.com/pdf/enc#RC")
      return true;
  }
  return false;
}

expected<std::string> package_name(zip_archive& file) {
  auto bytes = file.read("META-INF/container.xml");
  auto container = bytes ? xml_part::parse(*bytes) : tl::make_unexpected(bytes.error());
  if (!container)
    return tl::make_unexpected(container.error());
  for (auto& x : child_of(container->root(), "rootfiles").children())
    if (auto name = entry_name("", attribute_of(x, "full-path")); !name.empty())
      return name;
  return fail(errc::unreadable, "the file is damaged: it does not say where its book is", "Save it again.");
}

void read_metadata(const pugi::xml_node& metadata, file_facts& facts) {
  for (auto& x : metadata.children()) {
    auto name = local_name(x);
    auto said = collapse(clip(text_below(x), 1000));
    if (name == "title" && facts.title.empty())
      facts.title = said;
    else if (name == "creator" && !said.empty() && facts.byline.size() < 500)
      facts.byline += (facts.byline.empty() ? "" : ", ") + said;
    else if (name == "language" && facts.language.empty())
      facts.language = primary_language(said);
    else if (name == "date" && facts.published.empty())
      facts.published = calendar_date(said);
  }
}

/// Names of the chapters' entries in reading order.
std::vector<std::string> chapters(const pugi::xml_node& package, const std::string& folder) {
  std::unordered_map<std::string, pugi::xml_node> items;
  for (auto& x : child_of(package, "manifest").children())
    if (items.size() < 4 * most_chapters)
      items.emplace(attribute_of(x, "id"), x);
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  for (auto& x : child_of(package, "spine").children()) {
    auto item = items.find(attribute_of(x, "idref"));
    if (item == items.end() || names.size() >= most_chapters)
      continue;
    auto type = attribute_of(item->second, "media-type");
    auto is_text = type == "application/xhtml+xml" || type == "text/html";
    auto navigates = attribute_of(item->second, "properties").find("nav") != std::string::npos;
    auto name = entry_name(folder, attribute_of(item->second, "href"));
    if (is_text && !navigates && !name.empty() && seen.insert(name).second)
      names.push_back(name);
  }
  return names;
}

void write_chapter(std::string_view bytes, block_writer& out, file_facts& facts) {
  auto tree = html_tree::parse(decode_text(bytes, {}, true).text);
  page_survey survey{tree};
  static const url nowhere; // links within the book lead nowhere outside of it
  auto resolve = [](std::string_view href) {
    auto address = resolve_link(href, nowhere);
    return address && !address->starts_with("file:") ? *address : std::string{};
  };
  write_blocks(survey, survey.body(), resolve, out);
  out.close_block();
  for (auto& x : read_links(survey, survey.body(), nowhere))
    if (facts.links.size() < most_links && !x.url.starts_with("file:"))
      facts.links.push_back(std::move(x));
}

} // namespace

expected<file_facts> write_epub(std::string_view bytes, block_writer& out) {
  auto file = zip_archive::open(bytes);
  if (!file)
    return tl::make_unexpected(file.error());
  if (is_protected(*file))
    return fail(errc::unreadable, "the book is protected by digital rights management", "Give a copy without it.");
  auto name = package_name(*file);
  auto content = name ? file->read(*name) : tl::make_unexpected(name.error());
  auto package = content ? xml_part::parse(*content) : tl::make_unexpected(content.error());
  if (!package)
    return tl::make_unexpected(package.error());
  auto slash = name->rfind('/');
  auto names = chapters(package->root(), slash == name->npos ? "" : name->substr(0, slash + 1));
  file_facts facts;
  read_metadata(child_of(package->root(), "metadata"), facts);
  error last{errc::none, {}, {}};
  for (auto& x : names) {
    if (out.written().size() > most_file_text)
      break;
    auto chapter = file->read(x);
    if (chapter)
      write_chapter(*chapter, out, facts);
    else
      last = chapter.error();
  }
  if (out.written().empty() && !out.in_block() && last.code != errc::none)
    return tl::make_unexpected(last);
  return facts;
}

} // namespace troupe
