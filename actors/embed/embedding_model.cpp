#include "actors/embed/embedding_model.hpp"

#include <algorithm>
#include <cmath>

namespace troupe {

std::string passage_subject(std::string_view title, const passage& x) {
  std::string result;
  result.reserve(title.size() + x.heading.size() + x.text.size() + 2);
  for (auto part :
       {x.heading.find(title) == std::string::npos ? title : std::string_view{}, std::string_view{x.heading}})
    if (!part.empty())
      result.append(part).push_back('\n');
  return result.append(x.text);
}

embedding quantise(std::span<const float> values) {
  double sum = 0;
  float largest = 0;
  for (auto v : values) {
    sum += static_cast<double>(v) * static_cast<double>(v);
    largest = std::max(largest, std::abs(v));
  }
  embedding result;
  result.values.assign(values.size(), 0);
  if (largest == 0)
    return result;
  auto step = largest / 127.0F;
  result.scale = static_cast<float>(static_cast<double>(step) / std::sqrt(sum));
  auto per_step = 127.0F / largest;
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto x = values[i] * per_step;
    result.values[i] = static_cast<std::int8_t>(x < 0 ? x - 0.5F : x + 0.5F); // rounds; |x| <= 127
  }
  return result;
}

} // namespace troupe
