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
    "samplecount", "p50", "p90", "p95", "p99", "p99.5",
  ]
  private static let periods = ["period_seconds", "period"]

  func forEach(_ remarks: inout MetricsRemarks, _ body: (MetricPoint) throws -> Void) throws {
    let reader = try CSVReader(PackedFile.open(file.path))
    let columns = reader.header.enumerated().compactMap { position, header -> CSVColumn? in
      let name = header.lowercased()
      if name == "timestamp" || name == "time" {
        return CSVColumn(position, "timestamp", .timestamp)
      }
      if (MetricsTable.values + MetricsTable.periods).contains(name) {
        return CSVColumn(position, name, .double)
      }
      return MetricsTable.texts.contains(name) ? CSVColumn(position, name, .varchar) : nil
    }
    guard columns.contains(where: { $0.name == "timestamp" }) else {
      throw FormatError(
        file.path, "has no column 'timestamp', found '\(reader.header.joined(separator: "', '"))'")
    }
    guard columns.contains(where: { MetricsTable.values.contains($0.name) }) else {
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
        if let point = point(named, at: time) {
          try body(point)
        } else {
          remarks.withoutValue += 1
        }
      }
    }
  }

  private func point(_ row: [String: Value], at time: Int64) -> MetricPoint? {
    func text(_ names: String...) -> String? {
      names.lazy.compactMap { row[$0]?.string }.first { !$0.isEmpty }
    }
    let label = text("metric_name", "metricname", "metric") ?? "unknown"
    var point = MetricPoint(name: label, timestamp: time)
    point.account = text("account_id", "accountid", "account")
    point.region = text("region")
    point.resource =
      text("resource_id", "instance_id", "instanceid", "volume_id", "volumeid")
      ?? MetricNames.resource(in: file.name)
    point.dimensions = MetricNames.dimensions(of: point.resource)
    point.namespace =
      text("namespace") ?? MetricNames.namespace(of: label, resource: point.resource)
    point.unit = text("unit")
    if let seconds = MetricsTable.periods.lazy.compactMap({ row[$0]?.double }).first {
      point.periodSeconds = Int64(exactly: seconds.rounded())
    }
    var hasValue = false
    for column in MetricsTable.values {
      guard let number = row[column]?.double else { continue }
      hasValue = true
      point.set(column == "value" ? text("statistic", "stat") ?? "Average" : column, number)
    }
    return hasValue ? point : nil
  }
}
