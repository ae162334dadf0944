#include "actors/scrape/extract/article_extractor.hpp"

#include <algorithm>
#include <exception>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/charset.hpp"
#include "actors/scrape/extract/content_selector.hpp"
#include "actors/scrape/extract/formats/file_formats.hpp"
#include "actors/scrape/extract/html_blocks.hpp"
#include "actors/scrape/extract/html_tree.hpp"
#include "actors/scrape/extract/language.hpp"
#include "actors/scrape/extract/markdown_text.hpp"
#include "actors/scrape/extract/media_type.hpp"
#include "actors/scrape/extract/page_links.hpp"
#include "actors/scrape/extract/page_metadata.hpp"
#include "actors/scrape/extract/plain_text.hpp"
#include "actors/scrape/extract/restructured_text.hpp"
#include "actors/scrape/extract/structured_data.hpp"
#include "actors/scrape/extract/text_lists.hpp"

namespace troupe {

namespace {

constexpr std::size_t too_small = 60; ///< bytes of text below which a page is read again without dropping anything

std::size_t letters_in(std::string_view x) {
  return static_cast<std::size_t>(std::count_if(x.begin(), x.end(), [](char c) { return !is_space(c); }));
}

/// Does the text that the page declares to be its article's hold much more than what was found in its elements? So it
/// is on pages that scripts write, and on those that show a part only.
bool says_more(std::string_view declared, std::string_view found) {
  constexpr std::size_t least = 250;
  auto n = letters_in(declared);
  return n >= least && n * 2 > letters_in(found) * 3;
}

void write_declared(const std::string& body, const link_resolver& resolve, block_writer& out) {
  if (body.find("</") != body.npos) {
    auto tree = html_tree::parse(body);
    page_survey survey{tree};
    return write_blocks(survey, survey.body(), resolve, out);
  }
  for (auto line : lines_of(body)) {
    out.open_block(block_kind::paragraph);
    out.text(line);
    out.close_block();
  }
}

void read_html(std::string html, const url& base, extraction& out) {
  auto tree = html_tree::parse(std::move(html));
  page_survey survey{tree};
  auto structured = read_structured_data(tree.source());
  auto metadata = read_metadata(survey, structured, base.path);
  auto content = select_content(survey);
  auto address = link_base(tree, base);
  link_resolver resolve = [&address](std::string_view href) { return resolve_link(href, address).value_or(""); };
  block_writer writer;
  for (auto lead : content.leads)
    write_blocks(survey, lead, resolve, writer);
  write_blocks(survey, content.root, resolve, writer);
  out.links = read_links(survey, content.root, base);
  if (writer.written().size() < too_small) {
    page_survey whole{tree};
    block_writer again;
    write_blocks(whole, whole.body(), resolve, again);
    if (again.written().size() > writer.written().size())
      writer = std::move(again);
  }
  if (says_more(structured.body, writer.written())) {
    block_writer declared;
    write_declared(structured.body, resolve, declared);
    writer = std::move(declared);
  }
  writer.finish(out.content);
  out.verdict = judge_page(tree, structured, out.content.text);
  out.content.title = std::move(metadata.title);
  out.content.byline = std::move(metadata.byline);
  out.content.published = std::move(metadata.published);
  out.content.language = std::move(metadata.language);
}

void read_markdown(const std::string& text, const url& base, extraction& out) {
  block_writer writer;
  auto found = write_markdown_text(text, base, writer);
  writer.finish(out.content);
  out.links = std::move(found.links);
  out.content.title = std::move(found.title);
  out.content.byline = std::move(found.byline);
  out.content.published = std::move(found.published);
}

void read_text(const std::string& text, content_kind kind, extraction& out) {
  block_writer writer;
  auto title =
    kind == content_kind::restructured ? write_restructured_text(text, writer) : write_plain_text(text, writer);
  writer.finish(out.content);
  out.content.title = std::move(title);
}

expected<extraction> finished(extraction x, const char* advice_when_empty) {
  if (x.content.text.empty())
    return fail(errc::content_empty, "there is no readable text in it", advice_when_empty);
  if (x.content.language.empty())
    x.content.language = detect_language(x.content.text);
  return x;
}

expected<void> read_file_format(std::string_view bytes, content_kind kind, const std::string& charset, const url& base,
                                extraction& out) {
  block_writer writer;
  auto facts = write_file(kind, bytes, charset, base, writer);
  if (!facts)
    return tl::make_unexpected(facts.error());
  writer.finish(out.content);
  out.links = std::move(facts->links);
  out.content.title = std::move(facts->title);
  out.content.byline = std::move(facts->byline);
  out.content.published = std::move(facts->published);
  out.content.language = std::move(facts->language);
  return {};
}

expected<extraction> extract(std::string_view bytes, std::string_view media_type, const url& base) {
  auto declared = parse_media_type(media_type);
  auto kind = kind_of(bytes, declared);
  if (kind == content_kind::pdf)
    return fail(errc::unsupported_media, "this is a PDF file, which is not taken apart here",
                "Read PDF files with troupe ingest or troupe research.");
  if (kind == content_kind::binary) {
    auto name = declared.essence.empty() ? std::string{media_type_of(kind)} : declared.essence;
    auto called_text = kind == content_kind::binary && name.starts_with("text/");
    return fail(errc::unsupported_media,
                called_text ? "this is called " + name + ", but its bytes are no text"
                            : "this is " + name + ", which is not text that can be read here",
                "Give an HTML page, or a text, Markdown, PDF, DOCX, EPUB, CSV, JSON or feed file.");
  }
  if (is_file_format(kind)) {
    extraction result;
    result.media_type = media_type_of(kind);
    if (auto read = read_file_format(bytes, kind, declared.charset, base, result); !read)
      return tl::make_unexpected(read.error());
    return finished(std::move(result), "Give a file that holds text.");
  }
  auto decoded = decode_text(bytes, declared.charset, kind == content_kind::html);
  if (kind == content_kind::plain && looks_like_restructured_text(base.path, decoded.text))
    kind = content_kind::restructured;
  extraction result;
  result.media_type = media_type_of(kind);
  result.charset = decoded.charset;
  if (kind == content_kind::html)
    read_html(std::move(decoded.text), base, result);
  else if (kind == content_kind::markdown)
    read_markdown(decoded.text, base, result);
  else
    read_text(decoded.text, kind, result);
  return finished(std::move(result), kind == content_kind::html && !bytes.empty()
                                       ? "Check that the page shows its text without scripts."
                                       : "Give a file that holds text.");
}

} // namespace

expected<extraction> extract_article(std::string_view bytes, std::string_view media_type, const url& base) {
  try {
    return extract(bytes, media_type, base);
  } catch (const std::exception& x) {
    return fail(errc::unreadable, std::string{"the content can't be taken apart: "} + x.what(),
                "Report the page; the others are not affected.");
  }
}

} // namespace troupe
