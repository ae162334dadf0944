// Builds the tree of DESIGN section 3. Doors are made first, so that every actor gets the addresses of those it talks
// to, whatever the order in which they start.
#include "actors/node/node.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <thread>

#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/egress/address_rules.hpp"
#include "actors/egress/egress_actor.hpp"
#include "actors/embed/embed_actor.hpp"
#include "actors/index/fitter_actor.hpp"
#include "actors/index/index_actor.hpp"
#include "actors/node/data_folder.hpp"
#include "actors/research/admission_actor.hpp"
#include "actors/scrape/extractor_actor.hpp"
#include "actors/scrape/scrape_actor.hpp"
#include "actors/store/store_actors.hpp"
#include "actors/supervision/door_actor.hpp"
#include "actors/supervision/fault_plan.hpp"
#include "actors/supervision/supervisor_actor.hpp"
#include "protocols/actors/registration.hpp"
#include "protocols/tree.hpp"

namespace troupe {

namespace {

/// Of a request, since CAF takes 0 for none.
constexpr std::chrono::milliseconds shortest_wait{100};

struct system_config : caf::actor_system_config {
  system_config() {
    register_messages(*this);
    set("scheduler.policy", caf::atom("sharing")); // workers that steal poll: a fifth of what an accept costs
    set("scheduler.max-throughput", 5);            // one busy actor must not hold a worker
    set("scheduler.max-threads", std::max(2u, std::thread::hardware_concurrency()));
  }
};

/// A thread that doesn't end can't be killed: the process goes instead, and what is durable stays so.
[[noreturn]] void end_process(const std::string& why) {
  spdlog::critical(why);
  spdlog::default_logger()->flush();
  std::_Exit(70);
}

supervisor_options options_for(const node_config&) {
  supervisor_options result;
  result.node = node_id{"node-1"};
  result.on_failure = [](const std::string& path, const std::string& what, bool gave_up) {
    if (gave_up)
      spdlog::error("{} failed too often and was given up: {}", path, what);
    else
      spdlog::warn("{} failed: {}", path, what);
  };
  result.end_process = [](const std::string& path) {
    end_process(path + " did not stop and can't be killed: the process ends");
  };
  return result;
}

/// Everything the tree is built from, made before it.
struct parts {
  node_config config;
  std::shared_ptr<storage::store> store;
  egress_policy policy;
  store_addresses storing;
  caf::actor egress, scrape, embed, fitter, shard, admission;
  std::vector<caf::actor> extractors, heavy, embedders, writers;
  std::shared_ptr<pool_counters> fetched = std::make_shared<pool_counters>("fetch");
  std::shared_ptr<pool_counters> extracted = std::make_shared<pool_counters>("extract");
  std::shared_ptr<pool_counters> extracted_heavy = std::make_shared<pool_counters>("extract_heavy");
  std::shared_ptr<pool_counters> embedded = std::make_shared<pool_counters>("embed");
  std::shared_ptr<egress_counters> egress_counts = std::make_shared<egress_counters>();
  std::shared_ptr<write_health> writing = std::make_shared<write_health>();
  engine_doors doors;
};

child_spec child(std::string name, const caf::actor& address, child_factory start, bool detached = false) {
  child_spec spec;
  spec.name = std::move(name);
  spec.start = std::move(start);
  spec.detached = detached;
  spec.address = address;
  return spec;
}

template <class Handle>
std::vector<Handle> typed(const std::vector<caf::actor>& xs) {
  std::vector<Handle> result;
  for (auto& x : xs)
    result.push_back(caf::actor_cast<Handle>(x));
  return result;
}

void make_doors(caf::actor_system& system, parts& x) {
  auto door = [&] { return make_door(system).address; };
  x.storing = {door(), door(), door()};
  for (auto address : {&x.egress, &x.scrape, &x.embed, &x.fitter, &x.shard, &x.admission})
    *address = door();
  auto workers =
    x.config.compute_workers != 0 ? x.config.compute_workers : std::max(1u, std::thread::hardware_concurrency());
  for (std::uint32_t i = 0; i < workers; ++i) {
    x.extractors.push_back(door());
    x.embedders.push_back(door());
    x.writers.push_back(door());
  }
  x.heavy.push_back(door()); // one, so that large documents take no more than one processor from the others
  auto& doors = x.doors;
  doors.writer = caf::actor_cast<store_writer_actor>(x.storing.writer);
  doors.reader = caf::actor_cast<store_reader_actor>(x.storing.readers);
  doors.event_log = caf::actor_cast<event_log_actor>(x.storing.event_log);
  doors.egress = caf::actor_cast<egress_actor>(x.egress);
  doors.scrape = caf::actor_cast<scrape_actor>(x.scrape);
  doors.embed = caf::actor_cast<embed_actor>(x.embed);
  doors.index = caf::actor_cast<index_actor>(x.shard);
  doors.admission = x.admission;
  doors.egress_totals = [counts = x.egress_counts] { return counts->totals(); };
  doors.work_figures = [queues = std::array{x.fetched, x.extracted, x.extracted_heavy, x.embedded}] {
    std::vector<work_totals> result;
    for (const auto& queue : queues)
      result.push_back(queue->totals());
    return result;
  };
  doors.store_trouble = [writing = x.writing] { return writing->trouble(); };
}

std::vector<child_spec> numbered(const std::string& name, const std::vector<caf::actor>& addresses,
                                 const child_factory& start) {
  std::vector<child_spec> result;
  for (std::size_t i = 0; i < addresses.size(); ++i)
    result.push_back(child(name + "/" + std::to_string(i), addresses[i], start, true));
  return result;
}

child_spec scrape_tree(const parts& x, const supervisor_options& options) {
  extractor_options extracting;
  extracting.roots = allowed_roots{x.config.allow_paths};
  scrape_options scraping;
  scraping.connections_per_host = x.config.connections_per_host;
  scraping.public_crawl_delay = std::chrono::milliseconds{x.config.public_crawl_delay_ms};
  scraping.private_crawl_delay = std::chrono::milliseconds{x.config.private_crawl_delay_ms};
  extracting.most_pdf_bytes = scraping.heavy_pdf_bytes;
  extracting.converter.wall = scraping.extract_timeout;
  if (!x.heavy.empty())
    extracting.pictures = picture_pages::hand_on;
  auto pool = numbered("extractor", x.extractors,
                       [extracting](const child_context& ctx) { return spawn_extractor(ctx, extracting); });
  extracting.most_pdf_bytes = UINT64_MAX;
  extracting.pictures = picture_pages::recognise;
  extracting.converter.wall = scraping.heavy_timeout;
  extracting.converter.cpu_seconds = static_cast<std::uint32_t>(scraping.heavy_timeout.count() / 1000);
  for (auto& worker :
       numbered("heavy", x.heavy, [extracting](const child_context& ctx) { return spawn_extractor(ctx, extracting); }))
    pool.push_back(std::move(worker));
  scrape_parts parts{
    x.doors.egress,   typed<extractor_actor>(x.extractors), typed<extractor_actor>(x.heavy), x.fetched, x.extracted,
    x.extracted_heavy};
  auto router = child("router", x.scrape,
                      [parts, scraping](const child_context& ctx) { return spawn_scrape(ctx, parts, scraping); });
  return supervisor_child("scrape", options, {supervisor_child("pool", options, std::move(pool)), std::move(router)});
}

child_spec embed_tree(const parts& x, const supervisor_options& options) {
  auto children = numbered("embedder", x.embedders, [](const child_context& ctx) { return spawn_embedder(ctx); });
  auto workers = typed<embedder_actor>(x.embedders);
  children.push_back(child("front", x.embed, [workers, counters = x.embedded](const child_context& ctx) {
    return spawn_embed(ctx, workers, embed_pool_limits(), counters);
  }));
  return supervisor_child("embed", options, {supervisor_child("pool", options, std::move(children))});
}

child_spec research_tree(const parts& x, const supervisor_options& options) {
  admission_options admitting;
  admitting.node = options.node;
  admitting.slots = x.config.sessions;
  admitting.address = x.admission;
  if (!x.config.admit_leftovers)
    admitting.accepted_since = std::chrono::system_clock::now();
  admitting.session.fresh_for = std::chrono::seconds{x.config.fresh_for_s};
  admitting.session.allow_private = x.config.allow_private_network;
  admitting.session.web_window = std::max(8u, x.config.connections_per_host);
  research_handles handles{x.doors.writer,
                           x.doors.reader,
                           x.doors.event_log,
                           x.doors.scrape,
                           x.doors.embed,
                           x.doors.index,
                           typed<answer_writer_actor>(x.writers)};
  auto admission = child("admission", x.admission, [handles, admitting](const child_context& ctx) {
    return spawn_admission(ctx, handles, admitting);
  });
  admission.stop_within = std::chrono::seconds{5}; // it hands leases back first
  auto writers = numbered("writer", x.writers, [](const child_context& ctx) { return spawn_writer(ctx); });
  return supervisor_child("research", options,
                          {supervisor_child("pool", options, std::move(writers)), std::move(admission)});
}

/// Apart for each store, as it names documents by their rows there.
std::filesystem::path snapshot_of(const parts& x) {
  auto which = x.store->identity();
  return x.config.data / "index" / (which.empty() ? "shard-0.snapshot" : "shard-0-" + which + ".snapshot");
}

std::vector<child_spec> build(const parts& x, const supervisor_options& options) {
  egress_options going_out;
  going_out.policy = x.policy;
  going_out.counters = x.egress_counts;
  store_actor_options storing;
  storing.health = x.writing;
  if (!x.config.database_url.empty())
    storing.readers = x.config.database_pool_size - 1; // the writer has the other one
  auto reader = x.doors.reader;
  auto embed = x.doors.embed;
  auto fitter = x.fitter;
  std::vector<child_spec> result;
  result.push_back(supervisor_child("store", options, store_children(x.store, x.storing, storing)));
  result.push_back(
    child("egress", x.egress, [going_out](const child_context& ctx) { return spawn_egress(ctx, going_out); }));
  result.push_back(scrape_tree(x, options));
  result.push_back(embed_tree(x, options));
  auto fitting = child("fitter", x.fitter, spawn_fitter, true);
  fitting.stop_within = std::chrono::seconds{10}; // told to stop, it looks up between the iterations of a fit
  index_shard_limits holding;
  holding.snapshot = snapshot_of(x);
  auto searching = child(
    "shard/0", x.shard,
    [reader, embed, fitter, holding](const child_context& ctx) {
      return spawn_index_shard(ctx, reader, embed, fitter, holding);
    },
    true);
  result.push_back(supervisor_child("index", options, {std::move(fitting), std::move(searching)}));
  result.push_back(research_tree(x, options));
  return result;
}

expected<std::shared_ptr<storage::store>> open_store(const node_config& config) {
  auto durable = config.storage_durability == "normal" ? storage::durability::normal : storage::durability::full;
  if (!config.database_url.empty())
    return storage::open_postgres({config.database_url, config.data, durable, config.ledger_limit});
  storage::sqlite_options storing;
  storing.folder = config.data;
  storing.durable = durable;
  storing.ledger_limit = config.ledger_limit;
  storing.sole_owner = true;
  return storage::open_sqlite(storing);
}

} // namespace

struct node::impl {
  data_folder folder;
  system_config config;
  caf::actor_system system{config};
  parts made;
  std::shared_ptr<std::atomic<bool>> failed = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<std::atomic<bool>> stopping = std::make_shared<std::atomic<bool>>(false);
  bool stopped = false;

  explicit impl(data_folder held) : folder(std::move(held)) {}
};

node::node(std::unique_ptr<impl> x) : impl_(std::move(x)) {}

expected<std::unique_ptr<node>> node::start(const node_config& config,
                                            std::function<std::vector<child_spec>(const engine_doors&)> edge) {
  if (auto faults = load_faults(); !faults)
    return tl::make_unexpected(faults.error());
  auto policy = make_egress_policy(config.allow_private_network, config.egress_allow);
  if (!policy)
    return tl::make_unexpected(policy.error());
  auto folder = data_folder::hold(config.data);
  if (!folder)
    return tl::make_unexpected(folder.error());
  auto opened = open_store(config);
  if (!opened)
    return tl::make_unexpected(opened.error());

  auto self = std::make_unique<impl>(std::move(*folder));
  self->made.config = config;
  self->made.config.allow_paths.push_back((config.data / "uploads").string());
  std::error_code ignored;
  std::filesystem::create_directories(config.data / "uploads", ignored);
  self->made.store = *opened;
  self->made.policy = *policy;
  make_doors(self->system, self->made);
  auto options = options_for(config);
  auto children = build(self->made, options);
  // The root's own door is not needed by what is below it; the edge gets it so that operators reach the tree.
  auto root_door = make_door(self->system);
  self->made.doors.root = root_door.address;
  if (edge)
    for (auto& spec : edge(self->made.doors))
      children.push_back(std::move(spec));
  auto root = spawn_root_supervisor(self->system, "node-1", options, std::move(children));
  root_door.ptr->lead_to(root);
  root->attach_functor([failed = self->failed, stopping = self->stopping](const caf::error&) {
    if (!*stopping)
      *failed = true;
  });
  caf::scoped_actor waiting{self->system};
  expected<void> started;
  waiting->request(root, std::chrono::seconds{30}, await_started{})
    .receive([](bool) {}, [&](caf::error& why) { started = tl::make_unexpected(from_caf(why)); });
  auto result = std::unique_ptr<node>{new node{std::move(self)}};
  if (!started) {
    result->stop(std::chrono::seconds{5});
    return tl::make_unexpected(started.error());
  }
  return result;
}

node::~node() { stop(std::chrono::seconds{10}); }

const engine_doors& node::doors() const { return impl_->made.doors; }

caf::actor_system& node::system() { return impl_->system; }

bool node::failed() const { return *impl_->failed; }

std::uint64_t node::stop(std::chrono::milliseconds within) {
  std::uint64_t handed_back = 0;
  if (std::exchange(impl_->stopped, true))
    return handed_back;
  *impl_->stopping = true;
  bool ended = *impl_->failed;
  if (!ended) {
    caf::scoped_actor waiting{impl_->system};
    auto root = impl_->made.doors.root;
    auto until = deadline::in(within);
    // Sessions may end on their own for half of the time; then their leases are handed back. Everything else goes on.
    auto draining = within / 2;
    waiting
      ->request(impl_->made.admission, std::max(draining * 3 / 2, shortest_wait), drain_atom::value,
                static_cast<std::int64_t>(draining.count()))
      .receive([&](std::uint64_t count) { handed_back = count; }, [](caf::error&) {});
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until.left());
    waiting->request(root, std::max(left, shortest_wait), stop_tree{"stopping", until})
      .receive([&](bool) { ended = true; }, [&](caf::error& why) { ended = from_caf(why).code == errc::unavailable; });
  }
  if (!ended)
    end_process("the tree did not stop within " + std::to_string(within.count()) + " ms: the process ends");
  return handed_back;
}

} // namespace troupe
