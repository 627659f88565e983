import Columns
import Forecasting
package import Warehouse

/// Anomalies of series that are in no lake: a bill by day, or a metric by time, read from a table.
package enum SeriesAnomalies {
  /// Days of a bill from which is learned before anything is reported: two ends of a month are in
  /// them, so that what comes with each is known.
  package static let learningDays = 60

  /// Judges what the table holds: `date, account, service, region, usage_type, cost` or
  /// `timestamp, value`; dimensions may be missing.
  ///
  /// A bill gives a row for each day that an anomaly goes on, with its impact so far. A metric gives
  /// its own rows with a score from 0 to 1.
  /// - Parameter file: what an error calls the table.
  /// - Throws: `ConfigurationError` when the table has neither form; what querying it throws.
  package static func evaluate(
    _ warehouse: Warehouse, table: String, named file: String,
    learningDays: Int = SeriesAnomalies.learningDays
  ) throws -> QueryResult {
    let names = try warehouse.query("SELECT * FROM \(table) LIMIT 0").schema.fields
      .map { $0.name.lowercased() }
    if names.contains("timestamp") && names.contains("value") {
      return try metric(warehouse, table)
    }
    guard names.contains("date") && names.contains("cost") else {
      throw ConfigurationError(
        file, "",
        "expected the columns 'date' and 'cost' with account, service, region and usage_type where "
          + "there are, or 'timestamp' and 'value'; found \(names.joined(separator: ", "))")
    }
    return try bill(warehouse, table, file, names, learningDays)
  }

  // MARK: A bill

  private static let billSchema = Schema([
    Field("detected_on", .date), Field("start", .date), Field("end", .date),
    Field("account", .varchar), Field("service", .varchar), Field("region", .varchar),
    Field("usage_type", .varchar), Field("impact", .double), Field("actual", .double),
    Field("expected", .double), Field("kind", .varchar), Field("score", .double),
    Field("severity", .varchar),
  ])

  private static func bill(
    _ warehouse: Warehouse, _ table: String, _ file: String, _ names: [String], _ learningDays: Int
  ) throws -> QueryResult {
    let series = try bill(warehouse, table, file, names)
    var options = CostWatch.Options()
    options.learningDays = learningDays
    let rows = CostWatch.detections(in: series, options: options).map { found -> [Value] in
      [
        .day(found.day), .day(found.start), .day(found.day), .text(found.scope.account),
        .text(found.scope.service), .text(found.scope.region), .text(found.scope.usageType),
        .number(cents(found.impact)), .number(cents(found.actual)), .number(cents(found.expected)),
        .text(found.kind.rawValue), .number((found.score * 10).rounded() / 10),
        .text(Severity(score: found.score).rawValue),
      ]
    }
    return result(billSchema, rows)
  }

  private static func bill(
    _ warehouse: Warehouse, _ table: String, _ file: String, _ names: [String]
  ) throws -> [DailyCosts.Leaf: DailySeries] {
    let dimensions = ["account", "service", "region", "usage_type"].map { name in
      names.contains(name) ? "coalesce(CAST(\(name) AS varchar), '')" : "''"
    }
    let rows = try warehouse.query(
      """
      SELECT CAST(date AS date), \(dimensions.joined(separator: ", ")), sum(CAST(cost AS double))
      FROM \(table) GROUP BY 1, 2, 3, 4, 5
      """
    ).rows()
    var days: [DailyCosts.Leaf: [Int: Double]] = [:]
    var first = Int.max
    var last = Int.min
    for row in rows {
      guard let day = row[0].int64.map({ Int($0) }), let cost = row[5].double else { continue }
      let leaf = DailyCosts.Leaf(
        account: row[1].string ?? "", service: row[2].string ?? "", region: row[3].string ?? "",
        usageType: row[4].string ?? "")
      days[leaf, default: [:]][day] = cost
      first = min(first, day)
      last = max(last, day)
    }
    guard first <= last, last - first <= longestBill else {
      guard first <= last else { return [:] }
      throw ConfigurationError(
        file, "date",
        "expected the days of at most \(longestBill / 365) years, found \(Day.text(first)) to "
          + Day.text(last))
    }
    return days.mapValues { DailySeries(values: $0, from: first, through: last) }
  }

  /// Days without a charge are days, too: a wrong year would make millions of them.
  private static let longestBill = 20 * 365

  private static func cents(_ amount: Double) -> Double { (amount * 100).rounded() / 100 }

  // MARK: A metric

  private static let metricSchema = Schema([
    Field("timestamp", .timestamp), Field("value", .double), Field("anomaly_score", .double),
    Field("flag", .integer),
  ])

  private static func metric(_ warehouse: Warehouse, _ table: String) throws -> QueryResult {
    let rows = try warehouse.query(
      "SELECT CAST(timestamp AS timestamp), CAST(value AS double) FROM \(table)"
    ).rows()
    var surprise = MetricSurprise()
    let scored = rows.map { row -> [Value] in
      let score = surprise.score(row[1].double ?? .nan)
      return [
        row[0], row[1], .double((score * 1e9).rounded() / 1e9),
        .int64(score >= MetricSurprise.alarm ? 1 : 0),
      ]
    }
    return result(metricSchema, scored)
  }

  private static func result(_ schema: Schema, _ rows: [[Value]]) -> QueryResult {
    let columns = schema.fields.indices.map { position in
      Column(schema[position].type, values: rows.map { $0[position] })
    }
    return QueryResult(schema: schema, batches: [Batch(columns, count: rows.count)])
  }
}
