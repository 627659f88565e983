import Columns
import Evaluators
import Reports
import Warehouse

/// A lake in memory with servers, fourteen days of their metrics, and what they cost.
enum TestFleet {
  static let days = 20

  private static let metricFields = [
    Field("resource_id", .varchar), Field("metric_name", .varchar), Field("maximum", .double),
    Field("average", .double), Field("timestamp", .timestamp), Field("sum", .double),
    Field("period_seconds", .bigint),
  ]

  private static let serverFields = [
    Field("instance_id", .varchar), Field("name", .varchar), Field("account_id", .varchar),
    Field("region", .varchar), Field("instance_type", .varchar), Field("architecture", .varchar),
    Field("platform_details", .varchar), Field("tags", .map(key: .varchar, value: .varchar)),
    Field("state", .varchar), Field("snapshot_date", .date),
  ]

  struct Server {
    let id: String
    let type: String
    var platform = "Windows"
    /// Highest CPU and memory in percent by hour of the window.
    let load: (Int) -> (cpu: Double, memory: Double?)
  }

  static func lake(
    _ servers: [Server], _ charges: [TestLake.Charge], days: Int = days
  ) throws -> TestLake {
    let lake = try TestLake(charges, days: days)
    let today = Int64(TestLake.firstDay + days)
    try lake.write(
      "ec2_instances", Schema(TestFleet.serverFields),
      servers.map {
        [
          .text($0.id), .text($0.id), .text("111111111111"), .text("us-east-1"), .text($0.type),
          .text("x86_64"), .text($0.platform), .map([]), .text("running"), .int64(today),
        ]
      })
    _ = try lake.warehouse.query("CREATE VIEW ec2_instances_latest AS SELECT * FROM ec2_instances")
    var points: [[Value]] = []
    for server in servers {
      for hour in 0..<14 * 24 {
        let moment =
          Int64(TestLake.firstDay + days - 14) * Microseconds.day
          + Int64(hour) * Microseconds.hour
        let load = server.load(hour)
        points.append([
          .text(server.id), .text("CPUUtilization"), .double(load.cpu), .null, .int64(moment),
          .null, .int64(300),
        ])
        if let memory = load.memory {
          points.append([
            .text(server.id), .text("mem_used_percent"), .double(memory), .null, .int64(moment),
            .null, .int64(300),
          ])
        }
        points.append([
          .text(server.id), .text("NetworkOut"), .null, .null, .int64(moment), .double(1e7),
          .int64(3600),
        ])
      }
    }
    try lake.write("cloudwatch_metrics", Schema(TestFleet.metricFields), points)
    return lake
  }

  static func evaluate(
    _ lake: TestLake, offset: Int = days, suppressions: [Suppression] = []
  ) throws -> [Recommendation] {
    try Rightsizing(lake.warehouse, try day(lake, offset), suppressions: suppressions).evaluate()
  }

  static func day(_ lake: TestLake, _ offset: Int = days) throws -> EvaluationDay {
    try EvaluationDay(
      lake.warehouse,
      asOf: Int64(TestLake.firstDay + offset) * Microseconds.day + 6 * Microseconds.hour)
  }

  static func charges(
    _ id: String, _ type: String, _ cost: Double, list: Double?, commitment: String? = nil,
    plan: String? = nil, region: String = "us-east-1", days: Range<Int> = 0..<days
  ) -> [TestLake.Charge] {
    days.map {
      TestLake.Charge(
        day: $0, region: region, usageType: "BoxUsage:\(type)", cost: cost,
        columns: [
          "ResourceId": .text(id), "ListCost": .number(list), "ConsumedQuantity": .double(24),
          "CommitmentDiscountType": .text(commitment), "x_SavingsPlanType": .text(plan),
        ])
    }
  }
}
