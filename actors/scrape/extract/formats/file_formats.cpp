#include "actors/scrape/extract/formats/file_formats.hpp"

#include "actors/scrape/extract/charset.hpp"
#include "actors/scrape/extract/formats/delimited_text.hpp"
#include "actors/scrape/extract/formats/docx_text.hpp"
#include "actors/scrape/extract/formats/epub_text.hpp"
#include "actors/scrape/extract/formats/feed_text.hpp"
#include "actors/scrape/extract/formats/json_text.hpp"
#include "actors/scrape/extract/formats/zip_archive.hpp"

namespace troupe {

content_kind kind_of_archive(std::string_view bytes) {
  auto file = zip_archive::open(bytes);
  if (!file)
    return content_kind::binary;
  if (file->has("META-INF/container.xml"))
    return content_kind::epub;
  return file->has("[Content_Types].xml") && file->has("word/document.xml") ? content_kind::docx : content_kind::binary;
}

bool is_file_format(content_kind kind) noexcept {
  return kind == content_kind::docx || kind == content_kind::epub || kind == content_kind::delimited
         || kind == content_kind::json || kind == content_kind::feed;
}

expected<file_facts> write_file(content_kind kind, std::string_view bytes, std::string_view charset, const url& base,
                                block_writer& out) {
  switch (kind) {
  case content_kind::docx:
    return write_docx(bytes, out);
  case content_kind::epub:
    return write_epub(bytes, out);
  case content_kind::feed:
    return write_feed(bytes, charset, base, out);
  case content_kind::json:
    return write_json_text(decode_text(bytes, charset, false).text, out);
  case content_kind::delimited:
    write_delimited_text(decode_text(bytes.substr(0, 2 * most_file_text), charset, false).text, out);
    return file_facts{};
  default:
    return fail(errc::internal, "this is no file of a known format", {});
  }
}

} // namespace troupe
