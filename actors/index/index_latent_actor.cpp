// How a shard comes to its latent space: it has one fitted elsewhere, and gives its passages their places in it a few
// at a time, between two messages.
#include "actors/index/index_state.hpp"

namespace troupe {

namespace {

constexpr std::chrono::minutes fit_within{5};
constexpr std::size_t places_a_step = 64; // some 3 ms

} // namespace

void index_state::consider_fit() {
  if (!fitter || fitting || look_due || !filled || shard.unplaced() > 0 || !fits.due(shard.passages()))
    return;
  auto now = self->clock().now();
  auto wait = fits.wait(now, added_at);
  if (wait.count() == 0)
    return begin_fit();
  look_due = true;
  self->delayed_send(self, wait, consider_fit_again{});
}

void index_state::begin_fit() {
  fitting = true;
  fits.began(shard.passages());
  stop_fit = std::make_shared<std::atomic<bool>>(false);
  fit_space ask{std::make_shared<const std::vector<latent_text>>(shard.sample(lsa_options{}.most_passages)), stop_fit};
  self->request(fitter, fit_within, std::move(ask))
    .then(
      [this](const fitted_space& x) {
        fitting = false;
        fits.ended();
        shard.adopt(x.space);
        place();
      },
      [this](const caf::error& why) {
        fitting = false;
        if (from_caf(why).code == errc::invalid_argument)
          fits.ended(); // nothing to fit to: not before it has doubled
        else
          fits.failed(self->clock().now());
        consider_fit();
        consider_snapshot();
      });
}

void index_state::place() {
  if (shard.place_more(places_a_step) > 0)
    return self->send(self, place_again{});
  show();
  consider_fit();
  consider_snapshot();
}

} // namespace troupe
