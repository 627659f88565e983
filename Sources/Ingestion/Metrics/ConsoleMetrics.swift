import Columns
import Compression
import Files
import TextFormats

/// Reads the CSV file that CloudWatch's console makes of a graph: rows that describe the series, a
/// column each, then a row per time.
///
///     Full label,i-0123456789abcdef0 CPUUtilization
///     Period,300
///     Statistic,Average
///     2026/05/01 00:00:00,12.5
struct ConsoleMetrics {
  let file: SourceFile

  /// Whether the first record of a file is the first of such a graph.
  static func isConsole(_ header: [String]) -> Bool { header.first?.lowercased() == "full label" }

  private struct Series {
    var label = ""
    var details: [String: String] = [:]
  }

  func forEach(_ remarks: inout MetricsRemarks, _ body: (MetricPoint) throws -> Void) throws {
    let reader = try CSVReader(PackedFile.open(file.path))
    if let label = reader.header.first(where: { $0.utf8.contains(0x0D) }) {
      throw FormatError(
        file.path, at: "header",
        "expected a label, found a line's end in '\(label.prefix(40))': fetch the file again")
    }
    var series = reader.header.dropFirst().map { Series(label: $0) }
    let columns = reader.header.indices.map { CSVColumn($0, "\($0)", .varchar) }
    var line = 1
    var hasBegun = false
    try reader.readParts(columns, threads: 1) { part in
      if let first = part.rejects.first {
        throw IngestError.rejectedRows(
          count: part.rejects.count, allowed: 0, first: "\(file.name) \(first.description)")
      }
      for row in 0..<part.batch.count {
        line += 1
        let cells = part.batch.row(row).map { $0.string ?? "" }
        guard let name = cells.first else { continue }
        guard let time = moment(name) else {
          // Without its time a row of values would pass for one more description.
          guard !hasBegun, !name.isEmpty, !name.contains(where: \.isNumber) else {
            throw failure(line, "expected a time, found '\(name.prefix(40))'")
          }
          try describe(&series, name.lowercased(), cells, line)
          continue
        }
        hasBegun = true
        for (position, one) in series.enumerated() {
          let cell = cells[position + 1]
          guard !cell.isEmpty else {
            remarks.withoutValue += 1
            continue
          }
          guard let number = NumberText.double(Array(cell.utf8)) else {
            throw failure(line, "expected a number, found '\(cell.prefix(40))'")
          }
          try body(point(one, at: time, number))
        }
      }
    }
  }

  /// Takes a row that describes the series.
  private func describe(
    _ series: inout [Series], _ name: String, _ cells: [String], _ line: Int
  ) throws {
    for position in series.indices {
      let cell = cells[position + 1]
      if let known = series[position].details.updateValue(cell, forKey: name), known != cell {
        throw failure(
          line, "expected '\(name)' once, found '\(known.prefix(40))' and '\(cell.prefix(40))'")
      }
      if cell.isEmpty { continue }
      if ["statistic", "stat"].contains(name), !MetricPoint.isStatistic(cell) {
        throw failure(line, "expected a statistic, found '\(cell.prefix(40))'")
      }
      if name == "period", NumberText.int64(Array(cell.utf8)).map({ $0 > 0 }) != true {
        throw failure(line, "expected a whole number of seconds, found '\(cell.prefix(40))'")
      }
    }
  }

  private func failure(_ line: Int, _ sentence: String) -> FormatError {
    FormatError(file.path, at: "record \(line)", sentence)
  }

  private func point(_ series: Series, at time: Int64, _ number: Double) -> MetricPoint {
    func detail(_ names: String...) -> String? {
      names.lazy.compactMap { series.details[$0] }.first { !$0.isEmpty }
    }
    let metric = MetricNames.metric(in: series.label)
    var point = MetricPoint(
      name: detail("metric name", "metricname", "metric") ?? metric.name, timestamp: time)
    point.resource =
      MetricNames.resource(in: series.label)
      ?? detail("label").flatMap { MetricNames.resource(in: $0) }
      ?? MetricNames.resource(in: file.name)
    point.dimensions = MetricNames.dimensions(of: point.resource)
    point.account = detail("account id", "accountid", "account")
    point.region = detail("region")
    point.namespace =
      detail("namespace") ?? MetricNames.namespace(of: point.name, resource: point.resource)
    point.unit = detail("unit")
    point.periodSeconds = detail("period").flatMap { Int64($0) }
    point.set(detail("statistic", "stat") ?? metric.statistic ?? "Average", number)
    return point
  }

  /// A time, also with slashes between the parts of its day.
  private func moment(_ text: String) -> Int64? {
    CivilTimeText.timestamp(text.utf8.map { $0 == UInt8(ascii: "/") ? UInt8(ascii: "-") : $0 })
  }
}
