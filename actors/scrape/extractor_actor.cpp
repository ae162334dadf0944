#include "actors/scrape/extractor_actor.hpp"

#include <exception>

#include <sys/resource.h>
#include <unistd.h>

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
  caf::result<T> answer(F work) {
    lower_priority();
    auto x = guarded<T>(std::move(work));
    ++(x ? pages : failures);
    figures->status(std::to_string(pages) + " read · " + std::to_string(failures) + " failed");
    if (!x)
      return to_caf(x.error());
    return std::move(*x);
  }
};

extractor_actor::behavior_type extractor(extractor_actor::stateful_pointer<extractor_state> self, figures_ptr figures,
                                         extractor_options options, bool detached) {
  auto& state = self->state;
  state.options = std::move(options);
  state.figures = std::move(figures);
  state.detached = detached;
  state.figures->status("ready");
  return {
    [self](extract_page& request) -> caf::result<extracted_page> {
      auto& st = self->state;
      return st.answer<extracted_page>([&] {
        auto roots = st.roots_with(request.roots);
        return read_page(std::move(request), roots, st.options.converter);
      });
    },
    [self](const list_files& request) -> caf::result<file_list> {
      auto& st = self->state;
      return st.answer<file_list>(
        [&] { return list_local_files(request.path, request.limit, st.roots_with(request.roots)); });
    },
  };
}

} // namespace

caf::actor spawn_extractor(const child_context& ctx, extractor_options options) {
  return caf::actor_cast<caf::actor>(ctx.spawn(extractor, ctx.figures, std::move(options), ctx.detached));
}

} // namespace troupe
