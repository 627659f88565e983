import Columns
import Files
import Ingestion
import Testing
import Warehouse

/// Exports and answers of Compute Optimizer, Cost Optimization Hub, Trusted Advisor, Cost Explorer.
@Suite struct ExportTests {
  private func loaded(_ lab: Lab, _ name: String, _ text: String) throws -> DeliverySummary {
    let summary = try lab.ingest(try lab.write(name, text))
    #expect(summary.ignored.isEmpty)
    return try #require(summary.deliveries.first)
  }

  // MARK: Compute Optimizer

  // User guide, "Exported files": names in the service's case, ranked columns, and three columns that
  // are always there.
  private static let instances = """
    accountId,instanceArn,instanceName,currentInstanceType,finding,\
    utilizationMetrics_CPU_MAXIMUM,lookBackPeriodInDays,current_memory,current_onDemandPrice,\
    recommendations_count,recommendationOptions_1_instanceType,recommendationOptions_2_instanceType,\
    recommendationOptions_1_estimatedMonthlySavings_value,lastRefreshTimestamp_UTC,errorCode,\
    errorMessage,aNewColumn
    111122223333,arn:aws:ec2:us-east-1:111122223333:instance/i-1,web,m5.large,OVER_PROVISIONED,12.5,\
    14.0,8,0.096,2,t3.medium,t3.large,39.71,2026-05-01 03:20:11,,,x
    111122223333,arn:aws:ec2:us-east-1:111122223333:instance/i-2,,m5.large,Under-provisioned,99,\
    14.0,8,0.096,1,m5.xlarge,,,2026-05-01 03:20:11,,,
    111122223333,arn:aws:ec2:us-east-1:111122223333:instance/i-3,,,,,,,,0,,,,,InsufficientMetrics,\
    not enough data,

    """

  @Test func `an export of Compute Optimizer has lower-case names and typed numbers`() throws {
    let lab = try Lab()
    let delivery = try loaded(lab, "co/us-east-1-2026-05-01T032011Z-1.csv", ExportTests.instances)
    #expect(delivery.kind == "compute-optimizer-ec2")
    #expect(delivery.table == "compute_optimizer_ec2_instance_lines")
    #expect(delivery.rows == 3)
    #expect(delivery.period == "2026-05-01")
    #expect(
      try lab.rows(
        """
        SELECT finding, recommendations_count, recommendationoptions_1_estimatedmonthlysavings_value,
          CAST(lastrefreshtimestamp_utc AS varchar), errorcode, anewcolumn, snapshot_date,
          recommendationoptions_3_instancetype
        FROM compute_optimizer_ec2_instance_lines ORDER BY instancearn
        """)
        == [
          [
            .text("OVER_PROVISIONED"), .double(2), .double(39.71), .text("2026-05-01 03:20:11.000"),
            .text(""), .text("x"), .int64(20_574), .null,
          ],
          [
            .text("Under-provisioned"), .double(1), .null, .text("2026-05-01 03:20:11.000"),
            .text(""), .text(""), .int64(20_574), .null,
          ],
          [
            .text(""), .double(0), .null, .null, .text("InsufficientMetrics"), .text(""),
            .int64(20_574), .null,
          ],
        ])
  }

  @Test func `the metadata beside an export is passed over with a reason`() throws {
    let lab = try Lab()
    try lab.write("co/e.csv", ExportTests.instances)
    try lab.write(
      "co/e-metadata.json",
      #"{"@context": ["http://www.w3.org/ns/csvw"], "url": "e.csv", "dialect": {}, "tableSchema": {}}"#
    )
    let summary = try lab.ingest(lab.folder + "/co")
    #expect(summary.deliveries.map(\.status) == [.loaded])
    #expect(summary.ignored.map(\.reason) == ["describes the table beside it"])
  }

  @Test(arguments: [
    (
      "accountId,volumeArn,finding,errorCode,errorMessage,recommendations_count",
      "compute-optimizer-ebs-volume"
    ),
    (
      "accountId,autoScalingGroupArn,errorCode,errorMessage,recommendations_count",
      "compute-optimizer-auto-scale"
    ),
    ("functionArn,errorCode,errorMessage,recommendations_count", "compute-optimizer-lambda"),
    ("serviceArn,errorCode,errorMessage,recommendations_count", "compute-optimizer-ecs-service"),
    ("resourceArn,instanceFinding,errorCode,errorMessage", "compute-optimizer-rds-database"),
    ("resourceArn,resourceType,finding,errorCode,recommendations_count", "compute-optimizer-idle"),
  ])
  func `exports with chosen columns are told apart`(header: String, kind: String) throws {
    let lab = try Lab()
    let values = header.split(separator: ",").map { _ in "" }.joined(separator: ",")
    #expect(try loaded(lab, "e.csv", "\(header)\n1\(values)\n").kind == kind)
  }

  // API reference, GetEC2InstanceRecommendations.
  @Test func `an answer of Compute Optimizer fills the columns of the export`() throws {
    let lab = try Lab()
    let delivery = try loaded(
      lab, "ec2.json",
      """
      {"instanceRecommendations": [
        {"instanceArn": "arn:1", "accountId": "1", "finding": "Overprovisioned",
         "findingReasonCodes": ["CPUOverprovisioned"],
         "utilizationMetrics": [
           {"name": "Cpu", "statistic": "Average", "value": 3},
           {"name": "Cpu", "statistic": "Maximum", "value": 12.5}],
         "recommendationOptions": [
           {"instanceType": "t3.large", "rank": 2},
           {"instanceType": "t3.medium", "rank": 1, "platformDifferences": ["Hypervisor"],
            "savingsOpportunity": {"estimatedMonthlySavings": {"currency": "USD", "value": 39.71}}}],
         "lastRefreshTimestamp": 1780000000.5}],
       "errors": [{"identifier": "arn:2", "code": "ResourceNotFoundException", "message": "none"}]}
      """)
    #expect(delivery.rows == 2)
    #expect(
      try lab.rows(
        """
        SELECT instancearn, utilizationmetrics_cpu_maximum, recommendationoptions_1_instancetype,
          recommendationoptions_1_estimatedmonthlysavings_value, findingreasoncodes_iscpuoverprovisioned,
          findingreasoncodes_ismemoryoverprovisioned,
          recommendationoptions_1_platformdifferences_ishypervisordifferent, errorcode
        FROM compute_optimizer_ec2_instance_lines ORDER BY 1
        """)
        == [
          [
            .text("arn:1"), .double(12.5), .text("t3.medium"), .double(39.71), .text("true"),
            .text("false"), .text("true"), .null,
          ],
          [
            .text("arn:2"), .null, .null, .null, .null, .null, .null,
            .text("ResourceNotFoundException"),
          ],
        ])
  }

  @Test func `a savings value that is no number refuses the export`() throws {
    let lab = try Lab()
    let delivery = try loaded(
      lab, "e.csv", ExportTests.instances.replacing("39.71", with: "$39.71"))
    #expect(delivery.status == .failed)
    #expect(delivery.notes[0].contains("expected a number, found '$39.71'"))
  }

  // MARK: Cost Optimization Hub

  private static let hub = """
    account_id,action_type,estimated_monthly_savings_after_discount,recommendation_id,\
    recommendation_source,recommendation_lookback_period_in_days,restart_needed,tags
    1,Rightsize,10.5,r1,ComputeOptimizer,14,true,"{""team"":""web""}"
    1,Delete,2.25,r2,ComputeOptimizer,14,false,{}

    """

  private static func hubManifest(_ file: String) -> String {
    """
    {"executionId": "11111111-2222-3333-4444-555555555555",
     "exportArn": "arn:aws:bcm-data-exports:us-east-1:111122223333:export/coh-00000000-0000-0000-0000-000000000000",
     "columns": [], "dataFiles": ["s3://b/p/coh/data/date=2026-05-01/\(file)"]}
    """
  }

  // Layout of data exports: data and metadata side by side, a folder per day.
  @Test func `an export of Cost Optimization Hub is one delivery by its manifest`() throws {
    let lab = try Lab()
    try lab.write("coh/data/date=2026-05-01/coh-00001.csv", ExportTests.hub)
    try lab.write(
      "coh/metadata/date=2026-05-01/coh-Manifest.json", ExportTests.hubManifest("coh-00001.csv"))
    let summary = try lab.ingest(lab.folder + "/coh")
    #expect(summary.deliveries.map(\.status) == [.loaded])
    #expect(summary.deliveries.map(\.source) == ["111122223333/coh"])
    #expect(summary.deliveries.map(\.period) == ["2026-05-01"])
    #expect(
      try lab.rows(
        """
        SELECT recommendation_id, estimated_monthly_savings_after_discount, restart_needed,
          recommendation_lookback_period_in_days, tags['team'], snapshot_date
        FROM cost_optimization_hub ORDER BY 1
        """)
        == [
          [
            .text("r1"), .double(10.5), .boolean(true), .int64(14), .text("web"), .int64(20_574),
          ],
          [.text("r2"), .double(2.25), .boolean(false), .int64(14), .null, .int64(20_574)],
        ])
    #expect(try lab.ingest(lab.folder + "/coh").deliveries.map(\.status) == [.unchanged])
  }

  @Test func `a manifest that names a table nobody knows says so`() throws {
    let lab = try Lab()
    try lab.write("x/data/date=2026-05-01/x-1.csv", "planet,moons\nMars,2\n")
    try lab.write("x/metadata/date=2026-05-01/x-Manifest.json", ExportTests.hubManifest("x-1.csv"))
    let summary = try lab.ingest(lab.folder + "/x")
    #expect(summary.deliveries.map(\.status) == [.failed])
    let note = try #require(summary.deliveries.first?.notes.first)
    #expect(note.contains("columns 'planet', 'moons'… are of no known report"), "\(note)")
  }

  @Test func `an answer of list-recommendations is loaded beside exports`() throws {
    let lab = try Lab()
    let delivery = try loaded(
      lab, "coh.json",
      """
      {"items": [{"recommendationId": "r", "estimatedMonthlySavings": 3.5, "source": "CostExplorer",
                  "restartNeeded": false, "tags": [{"key": "a", "value": "b"}]}]}
      """)
    #expect(delivery.table == "cost_optimization_hub")
    #expect(
      try lab.rows(
        "SELECT estimated_monthly_savings, recommendation_source, tags['a'] FROM cost_optimization_hub"
      )
        == [[.double(3.5), .text("CostExplorer"), .text("b")]])
  }

  // MARK: Trusted Advisor

  @Test func `resources of a check are joined with the names of their values`() throws {
    let lab = try Lab()
    let result = try loaded(
      lab, "ta.json",
      """
      {"result": {"checkId": "Z4AUBRNSmz", "timestamp": "2026-05-01T00:00:00Z", "status": "warning",
        "resourcesSummary": {"resourcesProcessed": 3, "resourcesFlagged": 1},
        "categorySpecificSummary": {"costOptimizing": {"estimatedMonthlySavings": 3.6}},
        "flaggedResources": [
          {"status": "warning", "region": "us-east-1", "resourceId": "abc", "isSuppressed": false,
           "metadata": ["us-east-1", "203.0.113.7", "$1,234.50"]}]}}
      """)
    #expect(result.table == "trusted_advisor_resources")
    let checks = try loaded(
      lab, "checks.json",
      """
      {"checks": [{"id": "Z4AUBRNSmz", "name": "Unassociated Elastic IP Addresses",
        "description": "…", "category": "cost_optimizing",
        "metadata": ["Region", "IP Address", "Estimated Monthly Savings"]}]}
      """)
    #expect(checks.rows == 1)
    #expect(
      try lab.rows(
        """
        SELECT check_name, resource['IP Address'], estimated_monthly_savings, is_suppressed
        FROM trusted_advisor_findings
        """)
        == [
          [
            .text("Unassociated Elastic IP Addresses"), .text("203.0.113.7"), .double(1234.5),
            .boolean(false),
          ]
        ])
  }

  @Test func `findings of checks whose names are not loaded have their values by position`() throws
  {
    let lab = try Lab()
    _ = try loaded(
      lab, "ta.json",
      #"{"result": {"checkId": "X", "status": "ok", "flaggedResources": [{"metadata": ["a"]}]}}"#)
    #expect(
      try lab.rows("SELECT check_id, resource, metadata[1] FROM trusted_advisor_findings")
        == [[.text("X"), .null, .text("a")]])
  }

  @Test func `resources collected line by line keep the names of their values`() throws {
    let lab = try Lab()
    let delivery = try loaded(
      lab, "trusted-advisor-111122223333.json",
      """
      {"region/az": "us-east-1a", "estimated monthly savings": "$5.00", "accountid": "1", "accountname": "a", "category": "cost_optimizing", "checkname": "n", "checkid": "Qch7DwouX1", "issuppressed": false}

      """)
    #expect(delivery.table == "trusted_advisor_data")
    #expect(
      try lab.rows("SELECT estimated_monthly_savings, region_az FROM trusted_advisor_data")
        == [[.text("$5.00"), .text("us-east-1a")]])
  }

  @Test func `an answer of something else with a result is not taken for no findings`() throws {
    let lab = try Lab()
    let delivery = try loaded(lab, "x.json", #"{"result": {"ok": true}}"#)
    #expect(delivery.status == .failed)
    #expect(delivery.notes[0].contains("expected 'flaggedResources' to be a list, found nothing"))
  }

  @Test func `what is there twice on a day is said, the same content is not loaded twice`() throws {
    let lab = try Lab()
    _ = try loaded(lab, "co/us-east-1-2026-05-01-a.csv", ExportTests.instances)
    #expect(
      try loaded(lab, "co/us-east-1-2026-05-01-b.csv", ExportTests.instances).status == .unchanged)
    let other = try loaded(
      lab, "co/us-east-1-2026-05-01-c.csv",
      ExportTests.instances.replacing("39.71", with: "39.72"))
    #expect(other.status == .loaded)
    #expect(other.notes.contains { $0.hasPrefix("3 instancearn are there more than once") })
    let next = try loaded(lab, "co/us-east-1-2026-05-02-d.csv", ExportTests.instances)
    #expect(next.notes.isEmpty)
  }

  @Test func `a result that was cut off is no empty result`() throws {
    let lab = try Lab()
    let delivery = try loaded(lab, "ta.json", #"{"result": {"flaggedResources": {"Z": 1}}}"#)
    #expect(delivery.status == .failed)
    #expect(delivery.notes[0].contains("expected 'flaggedResources' to be a list"))
  }

  // MARK: Cost Explorer

  @Test func `costs by group and metric become a row per amount, totals too`() throws {
    let lab = try Lab()
    let delivery = try loaded(
      lab, "ce.json",
      """
      {"GroupDefinitions": [{"Type": "DIMENSION", "Key": "SERVICE"}, {"Type": "TAG", "Key": "Env"}],
       "ResultsByTime": [
        {"TimePeriod": {"Start": "2026-04-01", "End": "2026-05-01"}, "Total": {}, "Estimated": false,
         "Groups": [{"Keys": ["Amazon S3", "Env$Dev"], "Metrics": {
           "UnblendedCost": {"Amount": "40.35", "Unit": "USD"},
           "UsageQuantity": {"Amount": "9312771.09", "Unit": "N/A"}}}]},
        {"TimePeriod": {"Start": "2026-05-01", "End": "2026-06-01"}, "Groups": [], "Estimated": true,
         "Total": {"UnblendedCost": {"Amount": "1E-7", "Unit": "USD"}}}]}
      """)
    #expect(delivery.rows == 3)
    #expect(
      try lab.rows(
        """
        SELECT CAST(CAST(period_start AS date) AS varchar), is_estimated, group_by_1, group_1,
          group_by_2, group_2, metric, amount, unit
        FROM cost_explorer_costs ORDER BY 1, metric
        """)
        == [
          [
            .text("2026-04-01"), .boolean(false), .text("SERVICE"), .text("Amazon S3"),
            .text("Env"), .text("Env$Dev"), .text("UnblendedCost"), .double(40.35), .text("USD"),
          ],
          [
            .text("2026-04-01"), .boolean(false), .text("SERVICE"), .text("Amazon S3"),
            .text("Env"), .text("Env$Dev"), .text("UsageQuantity"), .double(9_312_771.09),
            .text("N/A"),
          ],
          [
            .text("2026-05-01"), .boolean(true), .text("SERVICE"), .null, .text("Env"), .null,
            .text("UnblendedCost"), .double(1e-7), .text("USD"),
          ],
        ])
  }

  // User guide, "Downloading the cost data CSV file": columns are costs, rows are time.
  @Test func `a download with a column per service becomes a row per service and day`() throws {
    let lab = try Lab()
    let delivery = try loaded(
      lab, "costs.csv",
      """
      "Service","EC2-Instances($)","Relational Database Service ($)","Total costs($)"
      "Service total","30.5","1","31.5"
      "2026-05-01","10.25","1","11.25"
      "2026-05-02","20.25","","20.25"

      """)
    #expect(delivery.kind == "cost-explorer-download")
    #expect(
      try lab.rows(
        """
        SELECT CAST(CAST(period_start AS date) AS varchar), group_by_1, group_1, amount, unit, metric
        FROM cost_explorer_costs ORDER BY 1, 3
        """)
        == [
          [
            .text("2026-05-01"), .text("Service"), .text("EC2-Instances"), .double(10.25),
            .text("USD"), .null,
          ],
          [
            .text("2026-05-01"), .text("Service"), .text("Relational Database Service"), .double(1),
            .text("USD"), .null,
          ],
          [
            .text("2026-05-02"), .text("Service"), .text("EC2-Instances"), .double(20.25),
            .text("USD"), .null,
          ],
        ])
  }

  @Test func `a word in a download's matrix is told with its row`() throws {
    let lab = try Lab()
    let delivery = try loaded(lab, "costs.csv", "Service,S3($),Total costs($)\n2026-05-01,n/a,1\n")
    #expect(delivery.status == .failed)
    #expect(delivery.notes[0].contains("row 2, column 'amount': expected a number, found 'n/a'"))
  }

  @Test func `rightsizing answers fill the columns of the download`() throws {
    let lab = try Lab()
    _ = try loaded(
      lab, "r.json",
      """
      {"RightsizingRecommendations": [
        {"AccountId": "1", "RightsizingType": "TERMINATE", "FindingReasonCodes": ["A", "B"],
         "CurrentInstance": {"ResourceId": "i-1", "MonthlyCost": "70.08", "ResourceUtilization":
           {"EC2ResourceUtilization": {"MaxCpuUtilizationPercentage": "0.4", "MaxMemoryUtilizationPercentage": ""}}},
         "TerminateRecommendationDetail": {"EstimatedMonthlySavings": "70.08"}}]}
      """)
    #expect(
      try lab.rows(
        """
        SELECT instance_id, cpu_utilization, memory_utilization, finding_reasons,
          recommended_instance_type_1_estimated_savings FROM cost_explorer_rightsizing
        """)
        == [[.text("i-1"), .double(0.4), .null, .text("A, B"), .double(70.08)]])
  }

  @Test(arguments: [
    (
      #"{"UtilizationsByTime": [{"TimePeriod": {"Start": "2026-05-01", "End": "2026-06-01"}, "Groups": [{"Key": "SUBSCRIPTION_ID", "Value": "1", "Attributes": {"region": "x"}, "Utilization": {"UtilizationPercentage": "95"}}], "Total": {"UtilizationPercentage": "90"}}]}"#,
      "SELECT count(*), sum(utilization_percentage) FROM cost_explorer_reservation_utilization",
      185.0
    ),
    (
      #"{"CoveragesByTime": [{"TimePeriod": {"Start": "2026-05-01", "End": "2026-06-01"}, "Groups": [], "Total": {"CoverageHours": {"OnDemandHours": "7", "CoverageHoursPercentage": "50"}}}]}"#,
      "SELECT count(*), sum(coverage_hours_percentage) FROM cost_explorer_reservation_coverage",
      50.0
    ),
    (
      #"{"SavingsPlansUtilizationsByTime": [{"TimePeriod": {"Start": "2026-05-01", "End": "2026-06-01"}, "Utilization": {"TotalCommitment": "12.5"}}]}"#,
      "SELECT count(*), sum(total_commitment) FROM cost_explorer_savings_plans_utilization", 12.5
    ),
    (
      #"{"SavingsPlansCoverages": [{"Attributes": {"SERVICE": "EC2"}, "TimePeriod": {"Start": "2026-05-01", "End": "2026-06-01"}, "Coverage": {"TotalCost": "3.5"}}]}"#,
      "SELECT count(*), sum(total_cost) FROM cost_explorer_savings_plans_coverage", 3.5
    ),
  ])
  func `utilization and coverage answers become rows`(text: String, sql: String, sum: Double) throws
  {
    let lab = try Lab()
    #expect(try loaded(lab, "answer.json", text).status == .loaded)
    #expect(try lab.rows(sql)[0][1] == .double(sum))
  }
}

extension String {
  fileprivate func replacing(_ text: String, with other: String) -> String {
    split(separator: text, omittingEmptySubsequences: false).joined(separator: other)
  }
}
