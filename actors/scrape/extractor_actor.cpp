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
      return read_page(request,
                       {roots_with(request.roots), options.converter, options.most_pdf_bytes, stop, options.pictures});
    });
  }
};

constexpr std::uint32_t credit = 64; // most of it is with pages that are still on their way

caf::result<extracted_page> whole(expected<extraction_answer> x) {
  if (!x)
    return to_caf(x.error());
  if (!*x)
    return to_caf({errc::too_large, "the PDF is too large for this worker", "Give it to the one for large ones."});
  return std::move(**x);
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
    [self](const leased_work<extract_page>& x) {
      self->send(caf::actor_cast<caf::actor>(self->current_sender()),
                 done_with(x, self->state.read(*x.work, x.stop.get())));
    },
    [self](const extract_page& x) -> caf::result<extracted_page> { return whole(self->state.read(x, nullptr)); },
    [self](const list_files& x) -> caf::result<file_list> {
      auto& st = self->state;
      auto files = st.run<file_list>([&] { return list_local_files(x.path, x.limit, st.roots_with(x.roots)); });
      if (!files)
        return to_caf(files.error());
      return std::move(*files);
    },
  };
}

} // namespace

caf::actor spawn_extractor(const child_context& ctx, extractor_options options) {
  return ctx.spawn(extractor, ctx.figures, std::move(options), ctx.detached);
}

} // namespace troupe
