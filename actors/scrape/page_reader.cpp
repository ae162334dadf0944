#include "actors/scrape/page_reader.hpp"

#include <algorithm>
#include <exception>

#include "actors/egress/url.hpp"
#include "actors/scrape/extract/article_extractor.hpp"
#include "actors/scrape/extract/sha256.hpp"
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

expected<extraction> extract(const extract_page& request, const child_limits& converter, const url& base) {
  if (!request.body.starts_with("%PDF-"))
    return extract_article(request.body, request.media_type, base);
  auto text = pdf_to_text(request.body, within(converter, request.until));
  if (!text)
    return tl::make_unexpected(text.error());
  auto result = extract_article(*text, "text/plain; charset=utf-8", base);
  if (result)
    result->media_type = "application/pdf";
  return result;
}

expected<extracted_page> read(extract_page& request, const allowed_roots& roots, const child_limits& converter) {
  if (request.until.passed())
    return fail(errc::deadline_exceeded, "there was no time left to read the page", "Give the research more time.");
  auto base = parse_url(request.url);
  if (!base)
    return tl::make_unexpected(base.error());
  extracted_page result;
  auto local = base->scheme == "file";
  if (local && request.body.empty()) {
    auto path = file_path(request.url);
    if (!path)
      return tl::make_unexpected(path.error());
    auto file = read_local_file(*path, request.max_bytes.value, roots);
    if (!file)
      return tl::make_unexpected(file.error());
    request.body = std::move(file->bytes);
    if (request.media_type.empty())
      request.media_type = file->media_type == "application/pdf" ? std::string{} : std::move(file->media_type);
    result.validator = std::move(file->validator);
  }
  if (request.body.size() > request.max_bytes.value)
    return fail(errc::too_large,
                "the page is bigger than a page may be, " + std::to_string(request.max_bytes.value >> 20) + " MiB",
                "Leave it out.");
  auto found = extract(request, converter, *base);
  if (!found)
    return tl::make_unexpected(found.error());
  result.content = std::move(found->content);
  if (result.content.title.empty() && local)
    result.content.title = name_of_file(request.url);
  result.links = std::move(found->links);
  result.media_type = std::move(found->media_type);
  result.raw_sha256 = sha256_hex(request.body);
  result.bytes = request.body.size();
  return result;
}

} // namespace

expected<extracted_page> read_page(extract_page request, const allowed_roots& roots, const child_limits& converter) {
  try {
    return read(request, roots, converter);
  } catch (const std::exception& x) {
    return fail(errc::internal, std::string{"reading the page failed: "} + x.what(), "Look at the log of this node.");
  }
}

} // namespace troupe
