// The router's dealings with the extractors: two pools, files, folders.
#include "actors/scrape/page_reader.hpp"
#include "actors/scrape/scrape_state.hpp"

namespace troupe {

namespace {

constexpr std::chrono::seconds spare{10};        // a worker's own limits come first
constexpr std::chrono::seconds listing_lease{8}; // another worker has a try before its session would call it stalled

template <class Handle>
std::vector<caf::actor> doors(const std::vector<Handle>& xs) {
  std::vector<caf::actor> result;
  for (const auto& x : xs)
    result.push_back(caf::actor_cast<caf::actor>(x));
  return result;
}

const extract_page& page_of(const extraction_task& x) { return std::get<extract_page>(x); }

work_item about(const extract_page& x, caf::event_based_actor* self) {
  return {x.source, x.token, x.priority, x.body.size(), self->clock().now() + x.until.left()};
}

page_read file_read(const std::string& url, extracted_page page, std::chrono::steady_clock::duration took) {
  page_read result;
  result.fetch.url = result.fetch.final_url = url;
  result.fetch.fetched_at = std::chrono::system_clock::now();
  result.fetch.media_type = std::move(page.media_type);
  result.fetch.raw_sha256 = std::move(page.raw_sha256);
  result.fetch.validator = std::move(page.validator);
  result.fetch.bytes = page.bytes;
  result.fetch.links = std::move(page.links);
  result.content = std::move(page.content);
  result.nature = std::move(page.nature);
  result.fetch.document = result.content.id;
  result.took = std::chrono::duration_cast<std::chrono::milliseconds>(took);
  return result;
}

} // namespace

void scrape_state::open_pools() {
  work_pool_limits limits;
  limits.queue = 1000;
  limits.queue_bytes = limits.bytes_in_hand = 128u << 20;
  limits.lease_bytes = 32u << 20;
  limits.lease = options.extract_timeout + spare;
  limits.grant = options.attempt_timeout + spare; // a grant is held while a page is fetched
  fast.open(self, work_queue::extract, doors(parts.extractors), limits, parts.extracted);
  limits.lease = options.heavy_timeout + spare;
  limits.leases = 1; // what waits for a large one can be dropped or given to another
  heavy.open(self, work_queue::extract_heavy, doors(parts.heavy), limits, parts.extracted_heavy,
             static_cast<worker_number>(parts.extractors.size()));
}

void scrape_state::offer(const offer_work& x, const work_source_actor& from) {
  if (x.queue == work_queue::extract)
    fast.offer(x, from);
  else if (x.queue == work_queue::extract_heavy)
    heavy.offer(x, from);
  settle();
}

void scrape_state::extract(extract_page page, extraction_reply reply) {
  auto item = about(page, self);
  auto large = !parts.heavy.empty() && page.body.size() > options.heavy_pdf_bytes && is_pdf(page.body);
  auto work = std::make_shared<const extraction_task>(std::move(page));
  if (large) {
    fast.give_back(item.source);
    extract_heavy(std::move(work), std::move(reply));
    return;
  }
  auto judged = [this, work, reply](expected<extraction_answer> x) {
    if (!x)
      reply(tl::make_unexpected(named(std::move(x.error()), page_of(*work).url)));
    else if (auto* read = std::get_if<extracted_page>(&*x))
      reply(std::move(*read));
    else // a file, and large, as the worker found
      extract_heavy(work, reply);
  };
  fast.submit({work, std::move(item), std::move(judged)});
  settle();
}

void scrape_state::extract_heavy(std::shared_ptr<const extraction_task> work, extraction_reply reply) {
  const auto& page = page_of(*work);
  auto judged = [url = page.url, reply](expected<extraction_answer> x) {
    if (!x)
      reply(tl::make_unexpected(named(std::move(x.error()), url + " (extract_heavy)")));
    else if (auto* read = std::get_if<extracted_page>(&*x))
      reply(std::move(*read));
    else
      reply(fail(errc::too_large, url + " is larger than a document may be", "Split it."));
  };
  auto item = about(page, self);
  heavy.submit({std::move(work), std::move(item), std::move(judged)});
  settle();
}

void scrape_state::read_file(std::uint64_t id) {
  const auto& msg = pages.at(id).msg.page;
  extract_page request;
  request.url = msg.url;
  request.until = msg.until;
  request.roots = msg.roots;
  request.token = request.source = msg.token;
  request.priority = msg.priority;
  auto asked = std::chrono::steady_clock::now();
  extract(std::move(request), [this, id, asked](expected<extracted_page> x) {
    auto node = pages.extract(id);
    if (node.empty())
      return;
    auto& page = node.mapped();
    if (x)
      page.reply.deliver(file_read(page.msg.page.url, std::move(*x), std::chrono::steady_clock::now() - asked));
    else
      page.reply.deliver(to_caf(x.error()));
  });
}

/// Without a grant: a listing is asked for before there is anything to offer.
void scrape_state::list(list_files msg, caf::typed_response_promise<file_list> reply) {
  work_item item{{}, msg.token, msg.priority, 0, self->clock().now() + msg.until.left(), listing_lease};
  auto key = std::pair{msg.token, msg.path};
  ++listing[key];
  auto judged = [this, key, reply](expected<extraction_answer> x) mutable {
    if (auto found = listing.find(key); --found->second == 0)
      listing.erase(found);
    if (!x)
      reply.deliver(to_caf(named(std::move(x.error()), "the listing of " + key.second)));
    else
      reply.deliver(std::get<file_list>(std::move(*x)));
  };
  fast.submit({std::make_shared<const extraction_task>(std::move(msg)), std::move(item), std::move(judged)});
  settle();
}

} // namespace troupe
