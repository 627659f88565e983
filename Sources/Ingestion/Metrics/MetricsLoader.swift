import Reports
import Warehouse

/// Loads CloudWatch metrics: metric streams, answers of GetMetricData and GetMetricStatistics, CSV.
struct MetricsLoader {
  let warehouse: Warehouse
  let delivery: Delivery
  let table: ReportTable

  struct Outcome {
    var rows = 0
    var notes: [String] = []
  }

  /// Adds the points that are not there yet, in one commit.
  ///
  /// - Throws: `FormatError` for what is neither JSON nor CSV of metrics; what writing throws.
  func load() throws -> Outcome {
    let identity = PointIdentity(
      table.schema,
      identifying: [
        "account_id", "region", "namespace", "metric_name", "dimensions", "resource_id",
        "timestamp", "period_seconds", "unit",
      ], telling: ["account_id", "dimensions", "resource_id"], day: "metric_date")
    var loader = PointLoader(
      warehouse: warehouse, delivery: delivery, table: table, identity: identity,
      time: "timestamp", day: "metric_date", isStrict: true, owners: ["account_id", "region"],
      others: ["unit"], names: ["metric_name", "resource_id"])
    let layout = PointLayout(table.schema, identity, loader.filling)
    loader.layout = layout
    let threads = warehouse.configuration.threads
    var remarks = MetricsRemarks()
    let points = try loader.load { body in
      // Where it is read again, what is to be remarked is the same.
      remarks = MetricsRemarks()
      for file in delivery.files {
        let reader = MetricsReader(file: file, threads: threads, layout: layout)
        try reader.forEach(&remarks) { try body(.block($0)) }
      }
    }
    let note = points.note("point")
    return Outcome(rows: points.rows, notes: remarks.sentences + [note].compactMap { $0 })
  }
}

/// What is worth knowing of metrics besides the points.
struct MetricsRemarks: Sendable {
  /// Records of CSV files without a value: no point was measured.
  var withoutValue = 0
  /// Columns of CSV files that are none of a metric's.
  var unread: Set<String> = []
  /// Whether the last answer says that more pages follow; nil without an answer.
  var hasMore: Bool?
  /// Results that are not complete: name and status code.
  var incomplete: [(name: String, status: String)] = []

  /// Takes in what is to be remarked of a later part.
  mutating func add(_ later: MetricsRemarks) {
    withoutValue += later.withoutValue
    unread.formUnion(later.unread)
    hasMore = later.hasMore ?? hasMore
    incomplete += later.incomplete
  }

  var sentences: [String] {
    var sentences: [String] = []
    if withoutValue > 0 {
      sentences.append(
        "\(withoutValue) \(withoutValue == 1 ? "record" : "records") without a value left out")
    }
    if !unread.isEmpty {
      sentences.append(
        "columns left out, which say nothing of a metric: '"
          + unread.sorted().prefix(8).joined(separator: "', '") + "'")
    }
    if hasMore == true { sentences.append(ListingReader.morePages) }
    if let first = incomplete.first {
      let others = incomplete.count == 1 ? "" : " and \(incomplete.count - 1) more results are not"
      sentences.append(
        "result '\(first.name)' is not complete (\(first.status))\(others): the rest may be in a "
          + "further page")
    }
    return sentences
  }
}
