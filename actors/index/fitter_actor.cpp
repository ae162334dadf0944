// Message flow:
//
//   shard ──fit_space──▶ fitter ──fitted_space──▶ shard
//   shard ──commit_snapshot──▶ fitter ──snapshot_committed──▶ shard
#include "actors/index/fitter_actor.hpp"

#include <caf/all.hpp>

#include "protocols/actors/failure.hpp"

namespace troupe {

namespace {

expected<lsa_space> fit(const std::vector<latent_text>& sample, const std::atomic<bool>& stop) {
  lsa_fit fitting;
  analyzer_set analyzers;
  term_list terms;
  for (const auto& x : sample) {
    if (stop.load(std::memory_order_relaxed))
      break; // fitting says so
    terms.clear();
    analyzers.of(x.language).analyze(x.text, terms);
    fitting.add(terms);
  }
  return fitting.fit(&stop);
}

caf::behavior fitter(caf::event_based_actor*, const figures_ptr& figures) {
  figures->status("ready");
  return {[](const commit_snapshot& x) -> caf::result<snapshot_committed> {
            if (auto done = x.what->commit(); !done)
              return to_caf(done.error());
            return snapshot_committed{};
          },
          [figures](const fit_space& x) -> caf::result<fitted_space> {
            auto began = std::chrono::steady_clock::now();
            figures->status("fits " + std::to_string(x.sample->size()) + " passages");
            auto space = fit(*x.sample, *x.stop);
            auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
            if (!space) {
              figures->status("ready");
              return to_caf(space.error());
            }
            figures->status("fitted " + std::to_string(x.sample->size()) + " passages and "
                            + std::to_string(space->terms()) + " terms in " + std::to_string(took.count()) + " ms");
            return fitted_space{std::make_shared<const lsa_space>(std::move(*space))};
          }};
}

} // namespace

caf::actor spawn_fitter(const child_context& ctx) { return ctx.spawn(fitter, ctx.figures); }

} // namespace troupe
