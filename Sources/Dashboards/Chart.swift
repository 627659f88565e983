import Foundation

/// A chart of one or more lines over time, drawn as SVG: lines, or stacked bars.
///
/// Meaning is never by colour alone: every bar and point carries its name, time and figure as a title,
/// and the legend lists the lines in the order in which they are stacked.
struct Chart {
  let times: [String]
  let lines: [(name: String, values: [Double?])]
  let isStacked: Bool
  let currency: String

  private let width = 960.0
  private let height = 260.0
  private let left = 64.0
  private let bottom = 28.0
  private let top = 10.0

  init(_ series: Series, currency: String) {
    (times, lines) = series.lines()
    isStacked = series.chart != "line"
    self.currency = currency
  }

  /// The chart with its legend; a sentence where there is nothing to draw.
  func html() -> String {
    guard !times.isEmpty, !lines.isEmpty else { return "<p class=\"none\">no data yet</p>" }
    let range = valueRange()
    var svg = "<svg viewBox=\"0 0 \(pixel(width)) \(pixel(height))\" role=\"img\">"
    svg += grid(range)
    svg += isStacked ? bars(range) : polylines(range)
    svg += timeLabels() + "</svg>"
    return svg + legend()
  }

  private struct ValueRange {
    let low: Double
    let high: Double
    let step: Double
  }

  private func valueRange() -> ValueRange {
    var low = 0.0
    var high = 0.0
    for position in times.indices {
      let values = lines.compactMap { $0.values[position] }
      let positive = isStacked ? values.filter { $0 > 0 }.reduce(0, +) : values.max() ?? 0
      let negative = isStacked ? values.filter { $0 < 0 }.reduce(0, +) : values.min() ?? 0
      high = max(high, positive)
      low = min(low, negative)
    }
    if high == low { high = low + 1 }
    // Steps of 1, 2 or 5 times a power of ten, about four of them.
    let rough = (high - low) / 4
    let power = pow(10, log10(rough).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? power
    return ValueRange(
      low: (low / step).rounded(.down) * step, high: (high / step).rounded(.up) * step, step: step)
  }

  private func y(_ value: Double, _ range: ValueRange) -> Double {
    let share = (value - range.low) / (range.high - range.low)
    return height - bottom - share * (height - bottom - top)
  }

  private func x(_ position: Int) -> Double {
    left + (Double(position) + 0.5) * (width - left) / Double(times.count)
  }

  private func grid(_ range: ValueRange) -> String {
    var svg = ""
    var value = range.low
    while value <= range.high + range.step / 2 {
      let line = pixel(y(value, range))
      svg +=
        "<line class=\"grid\" x1=\"\(pixel(left))\" x2=\"\(pixel(width))\" y1=\"\(line)\" y2=\"\(line)\"/>"
      svg +=
        "<text class=\"axis\" x=\"\(pixel(left - 8))\" y=\"\(line)\" dy=\"4\" text-anchor=\"end\">\(axisLabel(value))</text>"
      value += range.step
    }
    return svg
  }

  private func axisLabel(_ value: Double) -> String {
    let text = money(value, "")
    return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
  }

  private func bars(_ range: ValueRange) -> String {
    let slot = (width - left) / Double(times.count)
    // A few bars stay bars; they do not become walls.
    let barWidth = min(72, max(1, slot * 0.8))
    var svg = ""
    for position in times.indices {
      var up = 0.0
      var down = 0.0
      for (number, line) in lines.enumerated() {
        guard let value = line.values[position], value != 0 else { continue }
        let from = value > 0 ? up : down
        let to = from + value
        if value > 0 { up = to } else { down = to }
        let upper = y(max(from, to), range)
        svg +=
          "<rect class=\"c\(number % 8)\" x=\"\(pixel(x(position) - barWidth / 2))\" y=\"\(pixel(upper))\" width=\"\(pixel(barWidth))\" height=\"\(pixel(y(min(from, to), range) - upper))\">"
        svg +=
          "<title>\(escaped(times[position])) \(escaped(line.name)): \(money(value, currency))</title></rect>"
      }
    }
    return svg
  }

  private func polylines(_ range: ValueRange) -> String {
    var svg = ""
    for (number, line) in lines.enumerated() {
      let points = line.values.enumerated().compactMap { position, value in
        value.map { (position, $0) }
      }
      let path = points.map { "\(pixel(x($0.0))),\(pixel(y($0.1, range)))" }
      svg += "<polyline class=\"l\(number % 8)\" points=\"\(path.joined(separator: " "))\"/>"
      for (position, value) in points {
        svg +=
          "<circle class=\"c\(number % 8)\" cx=\"\(pixel(x(position)))\" cy=\"\(pixel(y(value, range)))\" r=\"3\">"
        svg +=
          "<title>\(escaped(times[position])) \(escaped(line.name)): \(money(value, currency))</title></circle>"
      }
    }
    return svg
  }

  private func timeLabels() -> String {
    let every = max(1, (times.count + 9) / 10)
    return stride(from: 0, to: times.count, by: every).map { position in
      "<text class=\"axis\" x=\"\(pixel(x(position)))\" y=\"\(pixel(height - 8))\" text-anchor=\"middle\">\(escaped(String(times[position].prefix(10))))</text>"
    }.joined()
  }

  private func legend() -> String {
    let entries = lines.enumerated().map { number, line in
      "<li><i class=\"c\(number % 8)\"></i>\(escaped(line.name))</li>"
    }
    return "<ul class=\"legend\">\(entries.joined())</ul>"
  }
}
