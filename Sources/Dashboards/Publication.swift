import Files
package import Reports
package import Warehouse

import TextFormats

/// Writes what dashboards read: series as JSON and CSV, OpenMetrics text, the HTML page.
package struct Publication {
  private let warehouse: Warehouse
  private let queries: [NamedQuery]
  private let asOf: Int64

  /// - Parameters:
  ///   - queries: the series, from `queries/series`.
  ///   - asOf: microseconds since the epoch.
  package init(_ warehouse: Warehouse, series queries: [NamedQuery], asOf: Int64) {
    self.warehouse = warehouse
    self.queries = queries
    self.asOf = asOf
  }

  /// Runs the series' queries, for ``writeSeries(_:to:)`` and ``writePage(_:to:)`` alike.
  ///
  /// - Throws: what querying the lake throws.
  package func series() throws -> [Series] { try queries.map { try Series($0, warehouse) } }

  /// Writes `<name>.json` and `<name>.csv` per series; each file appears whole or not at all.
  ///
  /// - Returns: the paths written.
  /// - Throws: what querying the lake throws; `FileError`.
  @discardableResult
  package func writeSeries(_ all: [Series], to directory: String) throws -> [String] {
    try Directory.create(directory)
    var paths: [String] = []
    for series in all {
      paths.append(
        try write(Array(series.json().utf8), Path.join(directory, series.name + ".json")))
      var csv: [UInt8] = []
      let writer = ResultFormat.csv.writer(
        series.result.schema
      ) { csv += $0 }
      for batch in series.result.batches { try writer.write(batch) }
      try writer.finish()
      paths.append(try write(csv, Path.join(directory, series.name + ".csv")))
    }
    return paths
  }

  /// - Throws: what querying the lake throws; `FileError`.
  package func writePage(_ series: [Series], to path: String) throws {
    _ = try write(Array(try Page(warehouse, asOf: asOf).html(series).utf8), path)
  }

  /// - Throws: what querying the lake throws; `FileError`.
  package func writeMetrics(to path: String) throws {
    _ = try write(Array(try OpenMetrics.page(warehouse, asOf: asOf).utf8), path)
  }

  private func write(_ bytes: [UInt8], _ path: String) throws -> String {
    try Directory.create(Path.split(path).directory)
    let file = try OutputFile(path)
    try file.write(bytes)
    try file.finish()
    return path
  }
}
