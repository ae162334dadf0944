#include "actors/research/writer_actor.hpp"

#include <caf/stateful_actor.hpp>

#include "protocols/actors/failure.hpp"

namespace troupe {

namespace {

struct writer_state {
  static inline const char* name = "writer";
  figures_ptr figures;
  std::uint64_t written = 0;

  caf::result<composed_answer> write(const compose_answer& x) {
    if (x.until.passed())
      return to_caf(
        {errc::deadline_exceeded, "the time of a research was over before its answer could be written", {}});
    composed_answer out{std::make_shared<const composition>(compose(*x.task))};
    ++written;
    figures->status(how_many(written, "report"));
    return out;
  }
};

caf::behavior writer(caf::stateful_actor<writer_state>* self, const figures_ptr& figures) {
  self->state.figures = figures;
  return {[self](const compose_answer& x) { return self->state.write(x); }};
}

} // namespace

caf::actor spawn_writer(const child_context& ctx) { return ctx.spawn(writer, ctx.figures); }

} // namespace troupe
