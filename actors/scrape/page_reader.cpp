#include "actors/scrape/page_reader.hpp"

#include <algorithm>
#include <exception>

#include "actors/egress/url.hpp"
#include "actors/scrape/extract/article_extractor.hpp"
#include "actors/scrape/extract/formats/pdf_document.hpp"
#include "actors/scrape/extract/sha256.hpp"
#include "actors/scrape/extract/simhash.hpp"
#include "actors/scrape/pdf_pictures.hpp"
#include "actors/scrape/pdf_text.hpp"

namespace troupe {

namespace {

/// Last part of a path, decoded: what a page without a title is called.
std::string name_of_file(const std::string& address) {
  auto path = file_path(address);
  if (!path)
    return {};
  auto slash = path->rfind('/');
  return slash == path->npos ? *path : path->substr(slash + 1);
}

child_limits within(child_limits limits, const deadline& until) {
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until.left());
  limits.wall = std::clamp(left, std::chrono::milliseconds{1}, limits.wall);
  return limits;
}

/// Nothing: to be handed on.
expected<std::optional<extraction>> extract_pages(std::string_view bytes, const deadline& until,
                                                  const page_reading& how) {
  constexpr std::chrono::seconds spare{3}; // to extract what was recognised
  auto limits = within(how.converter, until);
  auto recognised_by = until.within(limits.wall - std::min<std::chrono::milliseconds>(limits.wall, spare));
  auto pages = pdf_pages(bytes, limits, "pdftotext", how.stop);
  if (!pages)
    return tl::make_unexpected(pages.error());
  std::vector<std::uint32_t> scans;
  if (how.pictures != picture_pages::leave_out)
    scans = scanned_pages(*pages, bytes, limits, how.stop);
  if (!scans.empty() && how.pictures == picture_pages::hand_on)
    return std::nullopt;
  auto recognised = recognise_pages(*pages, scans, bytes, limits, recognised_by, how.stop);
  auto found = extract_pdf(std::move(*pages));
  if (!found && !recognised)
    return tl::make_unexpected(recognised.error()); // why there is nothing
  if (!found)
    return tl::make_unexpected(found.error());
  return std::move(*found);
}

expected<std::optional<extraction>> extract(std::string_view bytes, std::string_view media_type, const url& base,
                                            const deadline& until, const page_reading& how) {
  if (is_pdf(bytes))
    return extract_pages(bytes, until, how);
  auto found = extract_article(bytes, media_type, base);
  if (!found)
    return tl::make_unexpected(found.error());
  return std::move(*found);
}

expected<local_file> open_file(const extract_page& request, const allowed_roots& roots) {
  auto path = file_path(request.url);
  if (!path)
    return tl::make_unexpected(path.error());
  return read_local_file(*path, request.max_bytes.value, roots);
}

/// Why a page of the web that the server called a success is none. A file is what it is.
std::optional<error> seen_through(const page_verdict& verdict, const std::string& url) {
  switch (verdict.kind) {
  case page_kind::missing:
    return error{errc::http_status, url + " answered with a page that says it is not there: \"" + verdict.why + "\"",
                 "Check the address."};
  case page_kind::refused:
    return error{errc::http_status, url + " answered with a page that refuses: \"" + verdict.why + "\"",
                 "The site shows this page to some visitors only; give a page that is open to all."};
  case page_kind::broken:
    return error{errc::http_status, url + " answered with a page that reports a failure: \"" + verdict.why + "\"",
                 "Try again later."};
  case page_kind::login:
    return error{errc::content_empty, url + " shows a form to sign in: \"" + verdict.why + "\"",
                 "Give a page that is open to all."};
  default:
    return std::nullopt;
  }
}

expected<std::optional<extracted_page>> read(const extract_page& request, const page_reading& how) {
  if (request.until.passed())
    return fail(errc::deadline_exceeded, "there was no time left to read the page", "Give the research more time.");
  auto base = parse_url(request.url);
  if (!base)
    return tl::make_unexpected(base.error());
  auto local = base->scheme == "file";
  std::string_view bytes = request.body;
  auto media_type = request.media_type;
  expected<local_file> file;
  if (local && bytes.empty()) {
    file = open_file(request, how.roots);
    if (!file)
      return tl::make_unexpected(file.error());
    bytes = file->bytes;
    if (media_type.empty() && file->media_type != "application/pdf")
      media_type = file->media_type;
  }
  if (bytes.size() > request.max_bytes.value)
    return fail(errc::too_large,
                "the page is bigger than a page may be, " + std::to_string(request.max_bytes.value >> 20) + " MiB",
                "Leave it out.");
  if (is_pdf(bytes) && bytes.size() > how.most_pdf_bytes)
    return std::nullopt;
  auto read = extract(bytes, media_type, *base, request.until, how);
  if (!read)
    return tl::make_unexpected(read.error());
  if (!*read)
    return std::nullopt;
  auto& found = *read;
  if (!local)
    if (auto why = seen_through(found->verdict, request.url))
      return tl::make_unexpected(std::move(*why));
  extracted_page result;
  result.nature.simhash = near_duplicate_key(found->content.text);
  if (found->verdict.kind == page_kind::excerpt)
    result.nature.access = to_string(found->verdict.kind);
  result.content = std::move(found->content);
  if (result.content.title.empty() && local)
    result.content.title = name_of_file(request.url);
  result.links = std::move(found->links);
  result.media_type = std::move(found->media_type);
  result.validator = std::move(file->validator);
  result.raw_sha256 = sha256_hex(bytes);
  result.bytes = bytes.size();
  return result;
}

} // namespace

bool is_pdf(std::string_view bytes) noexcept { return bytes.starts_with("%PDF-"); }

expected<std::optional<extracted_page>> read_page(const extract_page& request, const page_reading& how) {
  try {
    return read(request, how);
  } catch (const std::exception& x) {
    return fail(errc::internal, std::string{"reading the page failed: "} + x.what(), "Look at the log of this node.");
  }
}

} // namespace troupe
