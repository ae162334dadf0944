#pragma once
/// Words of UTF-8 text, lower-cased: the part of text analysis that knows about scripts.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// What the scanner found. `joined`: it holds `_` or `.` between letters or digits, so its parts are words too.
struct scanned_word {
  std::string_view text; ///< folded; valid until the next call
  bool joined = false;
};

/// Walks over the words of one text. UAX 29's rules for ASCII and for alphabets with spaces; scripts without spaces
/// (Han, kana, Thai, Lao, Khmer, Myanmar) go through ICU's dictionary word breaks. One thread at a time.
class word_scan {
public:
  /// Begins a text, which must outlive the walk.
  void begin(std::string_view text);
  /// The next word, or false at the end.
  bool next(scanned_word& out);

private:
  void scan_run();
  bool take_high();
  bool joins(char c, bool after_letter, bool after_digit) const;
  void split_by_icu();

  std::string_view text_;
  std::size_t at_ = 0;
  std::string word_;
  bool joined_ = false;
  bool high_ = false;               ///< the run holds non-ASCII
  bool dense_ = false;              ///< the run holds a script without spaces
  std::vector<std::string> pieces_; ///< of a dense run, last first
};

} // namespace troupe
