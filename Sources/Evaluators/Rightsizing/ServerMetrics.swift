import Columns
import Warehouse

/// What metrics say about each server in a window of days.
struct ServerMetrics {
  private var series: [String: LoadSeries] = [:]
  private var traffic: [String: Traffic] = [:]

  /// What moves in and out of a server.
  struct Traffic {
    /// Bytes a day over the network, in and out; nil where it is not measured.
    var networkBytesPerDay: Double?
    /// Rates over the network in Gbit/s, and to EBS in Mbit/s; nil where they are not measured.
    var network: Rates?
    var ebs: Rates?
  }

  /// What of a way is used.
  struct Rates {
    let median: Double
    /// P99.5.
    let highest: Double

    /// Whether more than 80 % of what a size offers all the time is used most of the time; bursts above
    /// that are what a size allows.
    func exceeds(_ offered: Double?) -> Bool { offered.map { median > 0.8 * $0 } ?? false }
  }

  /// Reads the window's points of the tables that there are.
  ///
  /// - Parameter tables: tables with the columns of `cloudwatch_metrics`.
  /// - Throws: what querying throws.
  init(_ warehouse: Warehouse, tables: [String], from first: Int, through end: Int) throws {
    guard !tables.isEmpty else { return }
    let window =
      "\"timestamp\" >= TIMESTAMP '\(Day.text(first)) 00:00:00'"
      + " AND \"timestamp\" < TIMESTAMP '\(Day.text(end)) 00:00:00' AND resource_id IS NOT NULL"
    series = LoadSeries.byServer(
      try warehouse.query(
        tables.map { ServerMetrics.loads(table: $0, window) }.joined(separator: "\nUNION ALL\n")))
    for table in tables {
      try readTraffic(warehouse, table, window, days: Double(max(1, end - first)))
    }
  }

  func load(of server: String) -> MeasuredLoad? { series[server].map(MeasuredLoad.init(hourly:)) }

  /// The hours since the epoch with a CPU metric, and their highest CPU.
  func hourlyCPU(of server: String) -> [Int: Double] {
    guard let series = series[server] else { return [:] }
    var hours: [Int: Double] = [:]
    for (hour, cpu) in zip(series.days, series.cpu) where cpu.isFinite {
      hours[hour] = max(hours[hour] ?? 0, cpu)
    }
    return hours
  }

  func traffic(of server: String) -> Traffic { traffic[server] ?? Traffic() }

  private static func loads(table: String, _ window: String) -> String {
    """
    SELECT resource_id, CAST(floor(to_unixtime("timestamp") / 3600) AS bigint),
      CASE WHEN metric_name = 'CPUUtilization' THEN coalesce(maximum, average) END,
      CASE WHEN metric_name <> 'CPUUtilization' THEN coalesce(maximum, average) END
    FROM \(table)
    WHERE metric_name IN ('CPUUtilization', 'mem_used_percent', 'Memory % Committed Bytes In Use')
      AND \(window)
    """
  }

  private mutating func readTraffic(
    _ warehouse: Warehouse, _ table: String, _ window: String, days: Double
  ) throws {
    let rows = try warehouse.query(
      """
      SELECT resource_id, CASE WHEN metric_name LIKE 'Network%' THEN 'network' ELSE 'disk' END,
        sum("sum"),
        2 * approx_percentile(coalesce("sum", average) / nullif(period_seconds, 0), 0.995),
        2 * approx_percentile(coalesce("sum", average) / nullif(period_seconds, 0), 0.5)
      FROM \(table)
      WHERE metric_name IN ('NetworkIn', 'NetworkOut', 'EBSReadBytes', 'EBSWriteBytes',
          'DiskReadBytes', 'DiskWriteBytes')
        AND \(window)
      GROUP BY 1, 2
      """
    ).rows()
    for row in rows {
      guard let id = row[0].string, let kind = row[1].string else { continue }
      var traffic = traffic[id] ?? Traffic()
      let rates = { (unit: Double) -> Rates? in
        guard let highest = row[3].double, let median = row[4].double else { return nil }
        return Rates(median: 8 * median / unit, highest: 8 * highest / unit)
      }
      if kind == "network" {
        traffic.networkBytesPerDay = row[2].double.map { $0 / days }
        traffic.network = rates(1e9)
      } else {
        traffic.ebs = rates(1e6)
      }
      self.traffic[id] = traffic
    }
  }
}
