import Columns
import Evaluators
import Reports
import Testing
import Warehouse

/// What the first night of the sample organisation finds, held to files.
@Suite struct SampleFindingTests {
  private let warehouse: Warehouse

  init() throws { warehouse = try SampleNight.shared().night.warehouse() }

  @Test func `recommendations`() throws {
    try FindingsGolden.hold(
      FindingsGolden.text(
        try warehouse.query(
          """
          SELECT resource, kind, current_type, recommended_type, finding, action, effort, reasons, risk
          FROM recommendations ORDER BY resource, action
          """)), to: "recommendations.txt")
  }

  @Test func `what breaks which rule`() throws {
    try FindingsGolden.hold(
      FindingsGolden.text(
        try warehouse.query(
          "SELECT rule, severity, resource, owner, finding FROM compliance ORDER BY rule, resource")
      ),
      to: "compliance.txt")
  }

  @Test func `health by source`() throws {
    let doctor = Doctor(
      warehouse, queries: try Night.queries(), reports: try ReportCatalog.standard(),
      now: Night.asOf)
    let rows = try doctor.examine().rows
    try FindingsGolden.hold(
      FindingsGolden.text(LakeHealth.table, rows, leavingOut: ["next_step"]), to: "health.txt")
  }

  @Test func `the bill adds up`() throws {
    let reconciliation = Reconciliation(
      warehouse, queries: try Night.queries(), reports: try ReportCatalog.standard())
    let rows = try reconciliation.prove().flatMap(\.rows)
    try FindingsGolden.hold(
      FindingsGolden.text(
        BillProof.table, rows, leavingOut: ["expected", "amount", "difference"]),
      to: "reconciliation.txt")
  }
}
