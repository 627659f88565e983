import Columns
package import Files

/// Reads the text in which exporters of Prometheus tell their metrics.
///
/// Two formats look alike: OpenMetrics, which ends with `# EOF` and has timestamps in seconds, units and
/// exemplars, and the older Prometheus text, which has timestamps in milliseconds. The ending tells which.
///
/// Source: OpenMetrics 1.0, section "Text format"; Prometheus "Exposition formats", version 0.0.4.
package struct MetricText: Sendable {
  /// Whether it is OpenMetrics.
  package let isOpenMetrics: Bool
  package let samples: [MetricSample]

  /// Reads a whole exposition.
  ///
  /// - Throws: `FormatError` with line and column.
  /// - Complexity: O(`bytes.count`).
  package init(_ bytes: [UInt8], file: String) throws(FormatError) {
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    let last = lines.lastIndex { line in line.contains { $0 > 0x20 } }
    isOpenMetrics = last.map { MetricText.isEnd(lines[$0]) } ?? false
    var families = MetricFamilies(isOpenMetrics: isOpenMetrics)
    var samples: [MetricSample] = []
    var seen: Set<Identity> = []
    for (index, text) in lines.enumerated() {
      var line = MetricLine(text, number: index + 1, file: file, isOpenMetrics: isOpenMetrics)
      line.skipBlanks()
      if line.isAtEnd { continue }
      if line.peek == UInt8(ascii: "#") {
        guard String(validating: text, as: UTF8.self) != nil else {
          throw line.failure("the text is not valid UTF-8")
        }
        if MetricText.isEnd(text), index != last {
          throw line.failure("found text behind '# EOF'")
        }
        try families.read(&line)
        continue
      }
      if !isOpenMetrics, index == lines.count - 1 {
        throw line.failure("the last line does not end: the file may be incomplete")
      }
      let sample = try line.sample(families)
      families.note(sample.name)
      let identity = Identity(
        name: sample.name, labels: Set(sample.labels), timestamp: sample.timestamp)
      guard seen.insert(identity).inserted else {
        throw line.failure("'\(sample.name)' is there twice with the same labels")
      }
      samples.append(sample)
    }
    self.samples = samples
  }

  /// Whether a text begins like one of the formats: with a comment that describes a metric, or with a
  /// sample that can be read whole.
  package static func begins(_ start: [UInt8]) -> Bool {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let start = start.starts(with: mark) ? start.dropFirst(mark.count) : start[...]
    for text in start.split(separator: 0x0A).prefix(20) {
      var line = MetricLine(text, number: 1, file: "", isOpenMetrics: true)
      line.skipBlanks()
      if line.isAtEnd { continue }
      for word in ["# HELP ", "# TYPE ", "# UNIT ", "# EOF"] where line.rest.starts(with: word.utf8)
      {
        return true
      }
      if line.peek == UInt8(ascii: "#") { continue }
      // Times are of one size in the one format and of another in the other.
      return [true, false].contains { isOpenMetrics in
        var line = MetricLine(text, number: 1, file: "", isOpenMetrics: isOpenMetrics)
        return (try? line.sample(MetricFamilies(isOpenMetrics: isOpenMetrics))) != nil
      }
    }
    return false
  }

  private static func isEnd(_ line: ArraySlice<UInt8>) -> Bool {
    line.elementsEqual("# EOF".utf8) || line.elementsEqual("# EOF\r".utf8)
  }

  private struct Identity: Hashable {
    let name: String
    let labels: Set<MetricLabel>
    let timestamp: Int64?
  }
}

/// What comments tell of families of metrics.
struct MetricFamilies {
  private let isOpenMetrics: Bool
  private var types: [String: String] = [:]
  private var units: [String: String] = [:]
  private var helped: Set<String> = []
  /// Names that samples have had.
  private var used: Set<String> = []

  /// What is added to a family's name in names of its samples.
  private static let suffixes = [
    "_total", "_created", "_bucket", "_count", "_sum", "_gcount", "_gsum", "_info",
  ]
  private static let prometheusTypes: Set<String> = [
    "counter", "gauge", "histogram", "summary", "untyped",
  ]
  private static let openMetricsTypes: Set<String> = [
    "counter", "gauge", "histogram", "gaugehistogram", "stateset", "info", "summary", "unknown",
  ]

  init(isOpenMetrics: Bool) { self.isOpenMetrics = isOpenMetrics }

  /// Reads a comment; what does not describe a metric is passed over.
  mutating func read(_ line: inout MetricLine) throws(FormatError) {
    line.skip()
    let word = line.word()
    guard word == "HELP" || word == "TYPE" || word == "UNIT" else { return }
    let name = try line.familyName()
    let rest = line.remaining()
    guard isOpenMetrics || word != "UNIT" else {
      throw line.failure(
        "'# UNIT' is of OpenMetrics, which ends with '# EOF': the file may be incomplete")
    }
    switch word {
    case "HELP":
      guard helped.insert(name).inserted else { throw line.failure("a second HELP of '\(name)'") }
    case "TYPE":
      let known = isOpenMetrics ? MetricFamilies.openMetricsTypes : MetricFamilies.prometheusTypes
      // Newer exporters write OpenMetrics' types into the older format as well.
      guard known.contains(rest) || MetricFamilies.openMetricsTypes.contains(rest) else {
        throw line.failure(
          "'\(rest)' is no type of a metric; " + known.sorted().joined(separator: ", ") + " are")
      }
      guard types[name] == nil else { throw line.failure("a second TYPE of '\(name)'") }
      guard !used.contains(name) else {
        throw line.failure("the TYPE of '\(name)' is behind its first sample")
      }
      types[name] = rest
    default:
      guard units[name] == nil else { throw line.failure("a second UNIT of '\(name)'") }
      if !rest.isEmpty { units[name] = rest }
    }
  }

  mutating func note(_ sample: String) { used.insert(sample) }

  func type(of sample: String) -> String? { value(of: sample, in: types) }

  func unit(of sample: String) -> String? { value(of: sample, in: units) }

  private func value(of sample: String, in values: [String: String]) -> String? {
    if let own = values[sample] { return own }
    for suffix in MetricFamilies.suffixes where sample.hasSuffix(suffix) {
      if let found = values[String(sample.dropLast(suffix.utf8.count))] { return found }
    }
    return nil
  }
}
