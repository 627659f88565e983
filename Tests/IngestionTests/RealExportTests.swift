import Columns
import Ingestion
import TestSupport
import Testing

/// Real exports and answers, against figures that Python's csv and json modules give.
@Suite(.enabled(if: RealData.isThere, "needs the real reports in ../shared/data"))
struct RealExportTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  @Test func `a rightsizing download of 1,051 instances has its sums`() throws {
    let summary = try lab.ingest(
      RealData.folder + "/rightsizing/WALAB-ec2-rightsizing-recommendations.csv")
    #expect(summary.deliveries.map(\.kind) == ["cost-explorer-rightsizing"])
    #expect(summary.deliveries.map(\.rows) == [1051])
    let row = try lab.rows(
      """
      SELECT sum(recommended_instance_type_1_estimated_savings), sum(total_running_hours),
        count(cpu_utilization), count(DISTINCT instance_id), count(memory_utilization),
        count(finding_reasons), count(disk_utilization)
      FROM cost_explorer_rightsizing
      """)[0]
    #expect(abs((row[0].double ?? 0) - 29603.714581611) < 1e-6)
    #expect(abs((row[1].double ?? 0) - 342580.059725) < 1e-6)
    #expect(row[2...].map(\.int64) == [1051, 1051, 52, 183, 0])
  }

  @Test func `an answer of Compute Optimizer with findings in capitals is kept as it is`() throws {
    let summary = try lab.ingest(
      RealData.folder + "/rightsizing/compute-optimizer.GetEC2InstanceRecommendations.merged.json")
    #expect(summary.deliveries.map(\.rows) == [3])
    #expect(
      try lab.rows(
        "SELECT finding, count(*) FROM compute_optimizer_ec2_instance_lines GROUP BY 1 ORDER BY 1")
        == [
          [.text("OPTIMIZED"), .int64(1)], [.text("UNDER_PROVISIONED"), .int64(1)],
          [.null, .int64(1)],
        ])
    #expect(summary.deliveries[0].notes.count == 1)
  }

  @Test func `an answer of Cost Explorer by service and tag has its amounts`() throws {
    let summary = try lab.ingest(
      RealData.folder + "/aws-cli-examples/ce.get-cost-and-usage.2.json")
    #expect(summary.deliveries.map(\.rows) == [6])
    let sums = try lab.rows(
      "SELECT metric, sum(amount) FROM cost_explorer_costs GROUP BY 1 ORDER BY 1")
    #expect(sums.count == 3)
    for (row, expected) in zip(sums, RealExportTests.sums) {
      #expect(abs((row[1].double ?? 0) - expected) <= expected * 1e-12)
    }
  }

  /// By metric in the order of its name.
  private static let sums = [40.6209873097, 40.6226137778, 9335174.537988696]
}
