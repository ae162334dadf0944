#pragma once
/// `troupe tree --watch` as a state machine: the newest tree and keys go in, a whole screen comes out.

#include <cstddef>
#include <string>
#include <vector>

#include "gateway/cli/keys.hpp"
#include "gateway/cli/tree_board.hpp"

namespace troupe::cli {

struct screen_size {
  unsigned rows = 24;
  unsigned columns = 80;
  bool operator==(const screen_size&) const = default;
};

/// What the person at the keys wants done.
struct screen_wish {
  enum class kind { nothing, quit, restart } what = kind::nothing;
  std::string path; ///< of `restart`
};

class tree_screen {
public:
  explicit tree_screen(bool colour) : colour_(colour) {}

  /// Siblings are sorted by name, or by the busiest actor below each; the selected actor stays selected.
  void show(const std::vector<board_row>& rows, std::chrono::steady_clock::time_point now);
  screen_wish press(key_press pressed);
  /// A line at the foot until the next key: what became of a restart, that the connection is lost.
  void say(std::string words) { words_ = std::move(words); }
  /// The whole screen, each line at most `size.columns` wide, drawn over what was there.
  std::string draw(screen_size size, timestamp now);
  [[nodiscard]] const std::string& selected() const noexcept { return selected_; }

private:
  struct line {
    std::string lead; ///< of the tree's branches
    std::string name;
    const board_row* row = nullptr;
  };
  enum class mode { looking, filtering, asking };

  /// `before`: which line was selected, for when that actor is gone.
  void arrange(std::size_t before);
  [[nodiscard]] std::size_t place() const;
  void move(std::ptrdiff_t by);
  screen_wish press_looking(key_press pressed);
  screen_wish press_asking(key_press pressed);
  void press_filtering(key_press pressed);
  [[nodiscard]] std::string title(timestamp now) const;
  [[nodiscard]] std::string row_text(const line& x, const screen_size& size, unsigned name_width, timestamp now) const;
  [[nodiscard]] std::string foot() const;

  bool colour_;
  std::vector<board_row> rows_;
  std::chrono::steady_clock::time_point now_{};
  std::vector<line> lines_; ///< what is shown, in order; points into `rows_`
  std::string selected_;    ///< path
  std::size_t top_ = 0;     ///< first line on the screen
  std::size_t page_ = 10;   ///< lines on the screen
  mode mode_ = mode::looking;
  bool by_busy_ = false;
  std::string filter_;
  std::string words_;
};

} // namespace troupe::cli
