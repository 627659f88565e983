import Columns
import Files
package import Reports
package import Warehouse

extension ReportCatalog {
  /// The embedded kinds and those in a directory of JSON files, which win over embedded ones.
  ///
  /// - Throws: `FileError` when the directory cannot be read, `FormatError` for a damaged schema.
  package static func standard(addingFolder directory: String?) throws -> ReportCatalog {
    guard let directory else { return try standard() }
    let names = try Directory.names(directory).filter { $0.hasSuffix(".json") }
    return try standard(
      adding: names.map { name in
        let path = Path.join(directory, name)
        let bytes = try FileSource(path).readAll(limit: 64 << 20)
        return (path, String(decoding: bytes, as: UTF8.self))
      })
  }

  /// The views whose text depends on the lake's tables: `costs`, `trusted_advisor_findings`.
  package var generatedViews: [String: @Sendable ([TableSummary]) throws -> String] {
    generatedViews { nil }
  }

  /// The same views, with what is added to the bills in `costs`.
  ///
  /// - Parameter rules: asked whenever a statement reads the view, so that new rules hold at once and for
  ///   all of history.
  package func generatedViews(
    rules: @escaping @Sendable () throws -> CostRules?
  ) -> [String: @Sendable ([TableSummary]) throws -> String] {
    [
      "costs": { tables in
        CostsView.statement(
          catalog: self, tables: tables.map { ($0.name, $0.schema) }, rules: try rules())
      },
      TrustedAdvisorView.name: { tables in
        TrustedAdvisorView.statement(tables: tables.map(\.name))
      },
    ]
  }

  /// The views that go with tables: `ec2_volumes_latest` with `ec2_volumes`.
  @Sendable package func tableViews(
    _ table: TableSummary, among tables: [TableSummary]
  ) -> (name: String, statement: String)? {
    LatestListingView.of(
      table: table.name, partitions: table.partitionColumns,
      lacking: (declaredTable(named: table.name.lowercased())?.names ?? [])
        .filter { table.schema.position(of: $0) == nil },
      tables: tables.map(\.name))
  }

  /// Tells a lake what reports look like: declared columns and the views that are made for its tables.
  package func configure(_ configuration: inout Warehouse.Configuration) {
    let others = configuration.declaredTable
    configuration.declaredTable = { declaredTable(named: $0) ?? others($0) }
    configuration.generatedViews.merge(generatedViews) { _, new in new }
    configuration.tableViews = tableViews
  }
}
