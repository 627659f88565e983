import Columns
import Compression
import Files
import TextFormats

/// Reads metrics from CSV files that people make: a line per point or per period, columns by name.
struct MetricsTable {
  let file: SourceFile
  let threads: Int

  /// Columns that name things, and columns with values.
  private static let texts: Set<String> = [
    "account_id", "accountid", "account", "region", "namespace", "metric_name", "metricname",
    "metric", "resource_id", "instance_id", "instanceid", "volume_id", "volumeid", "unit",
    "statistic", "stat",
  ]
  private static let values = [
    "value", "average", "avg", "maximum", "max", "minimum", "min", "sum", "sample_count",
    "samplecount",
  ]
  private static let periods = ["period_seconds", "period"]

  private static func isValue(_ name: String) -> Bool {
    values.contains(name) || MetricPoint.isPercentile(name)
  }

  func forEach(_ remarks: inout MetricsRemarks, _ body: (MetricPoint) throws -> Void) throws {
    let reader = try CSVReader(PackedFile.open(file.path))
    let columns = try columns(of: reader.header, &remarks)
    guard columns.contains(where: { $0.name == "timestamp" }) else {
      throw FormatError(
        file.path, "has no column 'timestamp', found '\(reader.header.joined(separator: "', '"))'")
    }
    guard columns.contains(where: { MetricsTable.isValue($0.name) }) else {
      throw FormatError(
        file.path,
        "has no column with values; expected one of '"
          + MetricsTable.values.joined(separator: "', '") + "'")
    }
    var line = 1
    try reader.readParts(columns, threads: threads) { part in
      if let first = part.rejects.first {
        throw IngestError.rejectedRows(
          count: part.rejects.count, allowed: 0, first: "\(file.name) \(first.description)")
      }
      for row in 0..<part.batch.count {
        line += 1
        let named = Dictionary(
          zip(columns.map(\.name), part.batch.row(row)), uniquingKeysWith: { first, _ in first })
        guard let time = named["timestamp"]?.int64 else {
          throw FormatError(file.path, at: "record \(line - 1)", "has no 'timestamp'")
        }
        if let point = try point(named, at: time, line - 1) {
          try body(point)
        } else {
          remarks.withoutValue += 1
        }
      }
    }
  }

  /// The columns that are read, each meaning once.
  ///
  /// - Throws: `FormatError` for two columns of one name.
  private func columns(
    of header: [String], _ remarks: inout MetricsRemarks
  ) throws -> [CSVColumn] {
    var columns: [CSVColumn] = []
    for (position, title) in header.enumerated() {
      var name = title.lowercased()
      if name == "time" { name = "timestamp" }
      let type: DataType
      if name == "timestamp" {
        type = .timestamp
      } else if MetricsTable.isValue(name) || MetricsTable.periods.contains(name) {
        type = .double
      } else if MetricsTable.texts.contains(name) {
        type = .varchar
      } else {
        // What is left of a name after quotes went wrong may be that of values.
        guard !name.contains("\"") else {
          throw FormatError(
            file.path, at: "header, column \(position + 1)",
            "expected a name, found '\(title.prefix(40))': fetch the file again")
        }
        remarks.unread.insert(title)
        continue
      }
      guard !columns.contains(where: { $0.name == name }) else {
        throw FormatError(
          file.path, at: "header, column \(position + 1)",
          "expected each name once, found '\(title.prefix(40))' again: rename or remove one")
      }
      columns.append(CSVColumn(position, name, type))
    }
    return columns
  }

  private func point(_ row: [String: Value], at time: Int64, _ line: Int) throws -> MetricPoint? {
    func failure(_ sentence: String) -> FormatError {
      FormatError(file.path, at: "record \(line)", sentence)
    }
    func text(_ names: String...) throws -> String? {
      let found = names.compactMap { row[$0]?.string }.filter { !$0.isEmpty }
      if let other = found.first(where: { $0 != found[0] }) {
        throw failure(
          "expected one value of '\(names.joined(separator: "', '"))', found '\(found[0].prefix(40))' "
            + "and '\(other.prefix(40))'")
      }
      return found.first
    }
    var values: [(statistic: String, value: Double)] = []
    for column in row.keys.sorted() where MetricsTable.isValue(column) {
      guard let number = row[column]?.double else { continue }
      let statistic = column == "value" ? try text("statistic", "stat") ?? "Average" : column
      guard MetricPoint.isStatistic(statistic) else {
        throw failure("expected a statistic, found '\(statistic.prefix(40))'")
      }
      values.append((statistic, number))
    }
    if values.isEmpty { return nil }
    guard let name = try text("metric_name", "metricname", "metric") else {
      throw failure("expected the name of a metric, found nothing")
    }
    var point = MetricPoint(name: name, timestamp: time)
    for (statistic, value) in values { point.set(statistic, value) }
    point.account = try text("account_id", "accountid", "account")
    point.region = try text("region")
    point.resource =
      try text("resource_id", "instance_id", "instanceid", "volume_id", "volumeid")
      ?? MetricNames.resource(in: file.name)
    point.dimensions = MetricNames.dimensions(of: point.resource)
    point.namespace =
      try text("namespace") ?? MetricNames.namespace(of: name, resource: point.resource)
    point.unit = try text("unit")
    for seconds in MetricsTable.periods.compactMap({ row[$0]?.double }) {
      guard let whole = Int64(exactly: seconds), whole > 0 else {
        throw failure("expected a whole number of seconds as the period, found '\(seconds)'")
      }
      point.periodSeconds = whole
    }
    return point
  }
}
