#include "actors/scrape/extractor_actor.hpp"

#include <exception>

#include <caf/stateful_actor.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "actors/flow/work_messages.hpp"
#include "actors/scrape/page_reader.hpp"

namespace troupe {

namespace {

struct extractor_state {
  // -- given at spawn ------------------------------------------------------------------------------------------------
  extractor_options options;
  figures_ptr figures;
  bool detached = false;

  // -- figures -------------------------------------------------------------------------------------------------------
  std::uint64_t pages = 0;
  std::uint64_t failures = 0;
  bool lowered = false; ///< the thread's priority was lowered

  static inline const char* name = "extractor";

  /// Computation gives way to coordination. Best effort: in a container it may be refused.
  void lower_priority() {
    if (lowered || !detached)
      return;
    lowered = true;
    static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), options.nice));
  }

  /// Below which this request may read.
  [[nodiscard]] allowed_roots roots_with(const std::vector<std::string>& granted) const {
    auto roots = options.roots;
    roots.insert(roots.end(), granted.begin(), granted.end());
    return roots;
  }

  template <class T, class F>
  static expected<T> guarded(F work) {
    try {
      return work();
    } catch (const std::exception& x) {
      return fail(errc::internal, std::string{"reading failed: "} + x.what(), "Look at the log of this node.");
    }
  }

  /// Runs `work` on this thread; what a library throws becomes an error.
  template <class T, class F>
  expected<T> run(F work) {
    lower_priority();
    auto x = guarded<T>(std::move(work));
    ++(x ? pages : failures);
    figures->status(std::to_string(pages) + " read · " + std::to_string(failures) + " failed");
    return x;
  }

  expected<extraction_answer> read(const extract_page& request, const stop_flag* stop) {
    return run<extraction_answer>([&]() -> expected<extraction_answer> {
      if (stop != nullptr && *stop)
        return fail(errc::cancelled, request.url + " is not wanted any more", {});
      auto page = read_page(
        request, {roots_with(request.roots), options.converter, options.most_pdf_bytes, stop, options.pictures});
      if (!page)
        return tl::make_unexpected(std::move(page.error()));
      return *page ? extraction_answer{std::move(**page)} : extraction_answer{left_to_heavy{}};
    });
  }

  expected<extraction_answer> read(const list_files& request, const stop_flag* stop) {
    return run<extraction_answer>([&]() -> expected<extraction_answer> {
      if (stop != nullptr && *stop)
        return fail(errc::cancelled, request.path + " is not wanted any more", {});
      auto files = list_local_files(request.path, request.limit, roots_with(request.roots));
      if (!files)
        return tl::make_unexpected(std::move(files.error()));
      return std::move(*files);
    });
  }
};

constexpr std::uint32_t credit = 64; // most of it is with pages that are still on their way

template <class T>
caf::result<T> plain(expected<extraction_answer> x) {
  if (!x)
    return to_caf(x.error());
  if (auto* wanted = std::get_if<T>(&*x))
    return std::move(*wanted);
  return to_caf({errc::too_large, "the PDF is too large for this worker", "Give it to the one for large ones."});
}

caf::behavior extractor(caf::stateful_actor<extractor_state>* self, figures_ptr figures, extractor_options options,
                        bool detached) {
  auto& state = self->state;
  state.options = std::move(options);
  state.figures = std::move(figures);
  state.detached = detached;
  state.figures->status("ready");
  return {
    [self](const call_to_work& x) {
      self->send(x.pool, worker_ready{caf::actor{self}, x.number, credit});
    },
    [self](const leased_work<extraction_task>& x) {
      auto read = [&](const auto& task) { return self->state.read(task, x.stop.get()); };
      self->send(caf::actor_cast<caf::actor>(self->current_sender()), done_with(x, std::visit(read, *x.work)));
    },
    [self](const extract_page& x) -> caf::result<extracted_page> {
      return plain<extracted_page>(self->state.read(x, nullptr));
    },
    [self](const list_files& x) -> caf::result<file_list> { return plain<file_list>(self->state.read(x, nullptr)); },
  };
}

} // namespace

caf::actor spawn_extractor(const child_context& ctx, extractor_options options) {
  return ctx.spawn(extractor, ctx.figures, std::move(options), ctx.detached);
}

} // namespace troupe
