#include "actors/scrape/extract/formats/docx_text.hpp"

#include <optional>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/formats/docx_body.hpp"
#include "actors/scrape/extract/formats/xml_part.hpp"
#include "actors/scrape/extract/formats/zip_archive.hpp"
#include "actors/scrape/extract/language.hpp"
#include "actors/scrape/extract/page_links.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_spare = 24u << 20;

/// A part that a document can do without: broken or missing, the text is read without it.
std::optional<xml_part> spare_part(zip_archive& file, const std::string& name) {
  auto bytes = file.read(name);
  auto parsed = bytes ? xml_part::parse(*bytes, most_spare) : tl::make_unexpected(bytes.error());
  return parsed ? std::optional{std::move(*parsed)} : std::nullopt;
}

/// `word/document.xml`, or wherever the package says that its document is.
std::string main_part(zip_archive& file) {
  if (auto relations = spare_part(file, "_rels/.rels"))
    for (auto& x : relations->root().children())
      if (attribute_of(x, "Type").ends_with("/officeDocument")) {
        auto target = attribute_of(x, "Target");
        return target.starts_with('/') ? target.substr(1) : target;
      }
  return "word/document.xml";
}

std::string folder_of(const std::string& part) {
  auto slash = part.rfind('/');
  return slash == part.npos ? "" : part.substr(0, slash + 1);
}

void add_notes(const std::optional<xml_part>& part, const std::string& kind, docx_references& to) {
  if (!part)
    return;
  for (auto& x : part->root().children())
    if (local_name(x) == kind && attribute_of(x, "type").empty()) // the typed ones are separators
      to.notes.emplace(kind + " " + attribute_of(x, "id"), x);
}

/// Addresses in the web that the text links to.
void add_links(const std::optional<xml_part>& part, docx_references& to, file_facts& facts) {
  if (!part)
    return;
  for (auto& x : part->root().children()) {
    if (!attribute_of(x, "Type").ends_with("/hyperlink") || to.links.size() >= most_links)
      continue;
    auto address = resolve_link(attribute_of(x, "Target"), {});
    if (address && !address->starts_with("file:") && to.links.emplace(attribute_of(x, "Id"), *address).second)
      facts.links.push_back({*address, {}, {}, false, true});
  }
}

void read_core(zip_archive& file, file_facts& facts) {
  auto core = spare_part(file, "docProps/core.xml");
  if (!core)
    return;
  auto said = [&core](std::string_view name) { return collapse(clip(text_below(child_of(core->root(), name)), 1000)); };
  facts.title = said("title");
  facts.byline = said("creator");
  facts.language = primary_language(said("language"));
}

} // namespace

expected<file_facts> write_docx(std::string_view bytes, block_writer& out) {
  auto file = zip_archive::open(bytes);
  if (!file)
    return tl::make_unexpected(file.error());
  auto part = main_part(*file);
  auto text = file->read(part);
  if (!text && text.error().code == errc::not_found)
    return fail(errc::unreadable, "the file is damaged: it has no text part",
                "Open it in its own program, and save it again.");
  auto document = text ? xml_part::parse(*text) : tl::make_unexpected(text.error());
  if (!document)
    return tl::make_unexpected(document.error());
  text = std::string{}; // its bytes are in the tree
  auto folder = folder_of(part);
  file_facts facts;
  docx_references references;
  if (auto styles = spare_part(*file, folder + "styles.xml"))
    references.styles.read_styles(styles->root());
  if (auto numbering = spare_part(*file, folder + "numbering.xml"))
    references.styles.read_numbering(numbering->root());
  add_links(spare_part(*file, folder + "_rels/" + part.substr(folder.size()) + ".rels"), references, facts);
  auto footnotes = spare_part(*file, folder + "footnotes.xml");
  auto endnotes = spare_part(*file, folder + "endnotes.xml");
  add_notes(footnotes, "footnote", references);
  add_notes(endnotes, "endnote", references);
  docx_body body{references, out};
  body.write(child_of(document->root(), "body"));
  read_core(*file, facts);
  if (facts.title.empty())
    facts.title = body.title();
  return facts;
}

} // namespace troupe
