import Columns
import Compression
import Files
import Ingestion
import Testing
import TextFormats
import Warehouse

/// FOCUS as the clouds deliver it (FOCUS specification 1.0 to 1.3; the exports of AWS, Azure, Google Cloud
/// and Oracle).
@Suite struct FocusTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  private func loaded(_ path: String) throws -> DeliverySummary {
    let summary = try lab.ingest(path)
    let delivery = try #require(summary.deliveries.first, "\(summary)")
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    #expect(delivery.kind == "focus")
    return delivery
  }

  @Test func `a version 1_2 export of AWS in CSV has maps as JSON text`() throws {
    try lab.write(
      "e/data/BILLING_PERIOD=2026-05/focus-00001.csv.gz",
      Gzip.compress(
        Array(
          """
          BilledCost,BillingAccountId,BillingAccountType,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargeCategory,ChargePeriodEnd,ChargePeriodStart,EffectiveCost,InvoiceId,ListCost,ContractedCost,ServiceCategory,ServiceName,SkuPriceDetails,Tags,x_Discounts,x_Operation,x_ServiceCode
          1.25,111122223333,BillingAccount,USD,2026-06-01T00:00:00.000Z,2026-05-01T00:00:00.000Z,Usage,2026-05-02T00:00:00.000Z,2026-05-01T00:00:00.000Z,1E-7,,2.5,1.25,Compute,Amazon Elastic Compute Cloud,"{""InstanceType"":""m5.large"",""CoreCount"":2}","{""user:team"":""blue""}","{""EdpDiscount"":-0.25}",RunInstances,AmazonEC2
          0E-10,111122223333,BillingAccount,USD,2026-06-01T00:00:00.000Z,2026-05-01T00:00:00.000Z,Tax,2026-05-02T00:00:00.000Z,2026-05-01T00:00:00.000Z,0,,0,0,Other,Tax,{},{},{},,

          """.utf8)))
    try lab.write(
      "e/metadata/BILLING_PERIOD=2026-05/focus-Manifest.json",
      """
      {"executionId":"0a0a0a0a-1111-2222-3333-444444444444","columns":[{"name":"BilledCost","type":"double"}],
       "exportArn":"arn:aws:bcm-data-exports:us-east-1:111122223333:export/focus-0b0b0b0b-1111-2222-3333-444444444444",
       "dataFiles":["s3://b/p/e/data/BILLING_PERIOD=2026-05/focus-00001.csv.gz"]}
      """)
    let delivery = try loaded(lab.folder + "/e")
    #expect(delivery.source == "111122223333/focus")
    #expect(delivery.total == 1.25)
    #expect(
      try lab.rows(
        """
        SELECT SkuPriceDetails['InstanceType'], SkuPriceDetails['CoreCount'], x_Discounts['EdpDiscount'],
               Tags['user:team'] FROM focus WHERE BilledCost > 0
        """) == [[.text("m5.large"), .text("2"), .double(-0.25), .text("blue")]])
    #expect(
      try lab.rows(
        "SELECT Tags['team'], ServiceName, x_ServiceCode FROM costs WHERE BilledCost > 0")
        == [[.text("blue"), .text("Amazon Elastic Compute Cloud"), .text("AmazonEC2")]])
  }

  private static let azureHeader =
    "BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,BillingPeriodEnd,"
    + "BillingPeriodStart,ChargeCategory,ChargePeriodEnd,ChargePeriodStart,EffectiveCost,ListCost,"
    + "ContractedCost,ProviderName,PublisherName,RegionId,ServiceCategory,ServiceName,Tags,"
    + "x_BilledCostInUsd,x_SkuDetails,x_SkuIsCreditEligible,x_BillingExchangeRateDate\n"

  private static func azureRow(_ cost: String, account: String = "8611537", tags: String) -> String
  {
    "\(cost),/providers/Microsoft.Billing/billingAccounts/\(account),Contoso,EUR,2024-10-01T00:00Z,"
      + "2024-09-01T00:00Z,Usage,2024-09-02T00:00Z,2024-09-01T00:00Z,\(cost),\(cost),\(cost),"
      + "Microsoft,Microsoft,westeurope,Storage,Storage Accounts,\(tags),1.08,"
      + "\"{\"\"meter\"\":{\"\"tier\"\":1}}\",True,2024-09-01T00:00Z\n"
  }

  @Test func `Azure's tags are an object with or without braces, its times have no seconds`() throws
  {
    let path = try lab.write(
      "azure/part_0_0001.csv",
      Self.azureHeader + Self.azureRow("1.00", tags: #""{""env"":""prod"",""n"":3}""#)
        + Self.azureRow("2.5000000001", tags: #""""env"": ""test"",""owner"": ""a, b""""#)
        + Self.azureRow("-3e-2", tags: ""))
    let delivery = try loaded(path)
    #expect(delivery.source == "8611537/azure")
    #expect(delivery.currency == "EUR")
    #expect(
      try lab.rows(
        """
        SELECT Tags['env'], element_at(Tags, 'owner'), x_BilledCostInUsd, x_SkuIsCreditEligible,
               json_extract_scalar(x_SkuDetails, '$.meter.tier'), ChargePeriodEnd
        FROM focus WHERE BilledCost > 2
        """) == [
          [
            .text("test"), .text("a, b"), .double(1.08), .text("True"), .text("1"),
            .int64(1_725_235_200_000_000),
          ]
        ])
    #expect(try lab.number("SELECT count(*) FROM focus WHERE Tags IS NULL") == 1)
    // Another account's bill stands beside it, though both ids begin with the same path.
    let other = try lab.write(
      "other/costs.csv", Self.azureHeader + Self.azureRow("7", account: "99", tags: ""))
    #expect(try loaded(other).source == "99/costs")
    #expect(abs(try lab.number("SELECT sum(BilledCost) FROM costs") - 10.4700000001) < 1e-12)
  }

  @Test func `Azure's manifest tells the month, the run and its time`() throws {
    func run(_ id: String, _ submitted: String, _ cost: String) throws {
      let folder = "azure/focus/20240901-20240930/\(submitted.filter(\.isNumber).prefix(12))/\(id)"
      let part = Self.azureHeader + Self.azureRow(cost, tags: "{}")
      try lab.write("\(folder)/part_0_0001.csv", part)
      try lab.write(
        "\(folder)/manifest.json",
        """
        {"manifestVersion":"2024-04-01","byteCount":1,"blobCount":1,"dataRowCount":1,
         "exportConfig":{"exportName":"focus","type":"FocusCost","dataVersion":"1.0",
           "resourceId":"/providers/Microsoft.Billing/billingAccounts/8611537/providers/Microsoft.CostManagement/exports/focus"},
         "deliveryConfig":{"partitionData":true,"dataOverwriteBehavior":"CreateNewReport"},
         "runInfo":{"executionType":"Scheduled","submittedTime":"\(submitted)","runId":"\(id)",
           "startDate":"2024-09-01T00:00:00","endDate":"2024-09-30T00:00:00"},
         "blobs":[{"blobName":"root/\(folder)/part_0_0001.csv","byteCount":\(part.utf8.count),"dataRowCount":1}]}
        """)
    }
    try run("0b0b0b0b-1111-2222-3333-444444444444", "2024-09-03T07:02:27.9206949Z", "2")
    try run("0a0a0a0a-1111-2222-3333-444444444444", "2024-09-02T07:02:27.9206949Z", "1")
    let summary = try lab.ingest(lab.folder + "/azure")
    #expect(summary.deliveries.map(\.status) == [.loaded], "\(summary)")
    #expect(summary.deliveries.map(\.source) == ["8611537/focus"])
    #expect(summary.deliveries.map(\.total) == [2])
    #expect(summary.ignored.count == 2)
    try run("0c0c0c0c-1111-2222-3333-444444444444", "2024-10-05T07:02:27.9206949Z", "3")
    let restated = try #require(try lab.ingest(lab.folder + "/azure").deliveries.first)
    #expect(restated.replaced?.total == 2)
    #expect(try lab.number("SELECT sum(BilledCost) FROM focus") == 3)
  }

  @Test func `Google's rows as JSON lines have repeated records and leave out what is NULL`() throws
  {
    let path = try lab.write(
      "gcp/focus.jsonl",
      """
      {"BillingAccountId":"01AB-02CD","BillingCurrency":"USD","BillingPeriodStart":"2024-09-01 00:00:00 UTC","BillingPeriodEnd":"2024-10-01 00:00:00 UTC","ChargePeriodStart":"2024-09-03 01:00:00 UTC","ChargePeriodEnd":"2024-09-03 02:00:00 UTC","ChargeCategory":"Usage","BilledCost":"0.125","EffectiveCost":0.1,"ListCost":"0.2","ContractedCost":"0.125","ServiceName":"Compute Engine","ServiceCategory":"Compute","ProviderName":"Google Cloud","Tags":[{"key":"env","value":"prod","inherited":false},{"key":"team","value":"x"}],"x_Credits":[{"id":"cud","amount":-0.025}]}
      {"BillingAccountId":"01AB-02CD","BillingCurrency":"USD","BillingPeriodStart":"2024-09-01 00:00:00 UTC","ChargePeriodStart":"2024-09-03 01:00:00 UTC","ChargeCategory":"Tax","BilledCost":"1","ServiceName":"Invoice","x_Project":{"id":"p-1"},"Tags":[]}

      """)
    let delivery = try loaded(path)
    #expect(delivery.rows == 2)
    #expect(delivery.total == 1.125)
    #expect(
      try lab.rows(
        """
        SELECT Tags['team'], json_extract_scalar(x_Credits, '$[0].amount'), x_Project, ListCost
        FROM focus ORDER BY BilledCost LIMIT 1
        """) == [[.text("x"), .text("-0.025"), .null, .double(0.2)]])
    #expect(
      try lab.rows("SELECT x_Project, ListCost FROM focus WHERE ServiceName = 'Invoice'")
        == [[.text(#"{"id":"p-1"}"#), .null]])
  }

  @Test(arguments: [
    #"{"BilledCost":"1,5"}"#, #"{"BilledCost":"NaN"}"#, #"{"BilledCost":{"a":1}}"#,
    #"{"Tags":[{"name":"env"}]}"#, #"{"BillingPeriodStart":"5/1/25"}"#, #"{"Tags":"x"}"#,
  ])
  func `a JSON row with a wrong value refuses the bill with its line`(change: String) throws {
    let good = """
      {"BillingAccountId":"a","BillingPeriodStart":"2024-09-01","ChargePeriodStart":"2024-09-03",\
      "ChargeCategory":"Usage","ServiceName":"s","BilledCost":1}
      """
    var row = try #require(try JSONValue.parse(good).object)
    for member in try #require(try JSONValue.parse(change).object).members {
      row[member.key] = member.value
    }
    let wrong = String(decoding: JSONValue.object(row).serialized(), as: UTF8.self)
    let path = try lab.write("g.jsonl", good + "\n" + wrong + "\n")
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .failed)
    #expect(delivery.notes.first?.contains("g.jsonl row 2, column") == true, "\(delivery.notes)")
    #expect(try !lab.warehouse.hasTable("focus"))
  }

  @Test func `arrays and records in Parquet become maps and JSON text, decimals doubles`() throws {
    _ = try lab.warehouse.query(
      """
      UNLOAD (
        SELECT CAST(1.25 AS decimal(38, 9)) AS BilledCost, 'a' AS BillingAccountId,
          TIMESTAMP '2024-09-01 00:00:00' AS BillingPeriodStart, 'Usage' AS ChargeCategory,
          TIMESTAMP '2024-09-02 00:00:00' AS ChargePeriodStart, 'EUR' AS BillingCurrency,
          ARRAY[CAST(ROW('env', 'prod') AS ROW(key varchar, value varchar)),
            CAST(ROW('env', 'test') AS ROW(key varchar, value varchar))] AS Tags,
          CAST(ROW('m5', 2) AS ROW(type varchar, cores bigint)) AS SkuPriceDetails,
          ARRAY[CAST(ROW('cud', -0.5e0) AS ROW(id varchar, amount double))] AS x_Credits,
          MAP(ARRAY['k'], ARRAY['v']) AS x_Map, 7 AS SubAccountId, DATE '2024-09-03' AS x_Day)
      TO '\(lab.folder)/gcp' WITH (format = 'PARQUET')
      """)
    let delivery = try loaded(lab.folder + "/gcp")
    #expect(delivery.total == 1.25)
    #expect(
      try lab.rows(
        """
        SELECT Tags['env'], SkuPriceDetails['cores'], x_Credits, x_Map, SubAccountId, x_Day
        FROM focus
        """) == [
          [
            .text("test"), .text("2"), .text(#"[{"id":"cud","amount":-0.5}]"#),
            .text(#"{"k":"v"}"#), .text("7"), .text("2024-09-03"),
          ]
        ])
  }

  @Test func `a cost in Parquet that is no number refuses the bill`() throws {
    _ = try lab.warehouse.query(
      """
      UNLOAD (SELECT x AS BilledCost, 'a' AS BillingAccountId, 'USD' AS BillingCurrency,
          TIMESTAMP '2024-09-01 00:00:00' AS BillingPeriodStart, 'Usage' AS ChargeCategory,
          TIMESTAMP '2024-09-02 00:00:00' AS ChargePeriodStart, 's' AS ServiceName
        FROM (VALUES '1.5', 'a lot') AS t (x))
      TO '\(lab.folder)/p' WITH (format = 'PARQUET')
      """)
    let delivery = try #require(try lab.ingest(lab.folder + "/p").deliveries.first)
    #expect(delivery.status == .failed)
    #expect(delivery.rejectedRows == 1)
    #expect(delivery.notes.first?.contains("column 'BilledCost'") == true, "\(delivery.notes)")
  }

  @Test func `Oracle's files of days are one month, their own columns typed`() throws {
    let header =
      "AvailabilityZone,BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,"
      + "BillingPeriodEnd,BillingPeriodStart,ChargeCategory,ChargeDescription,ChargePeriodEnd,"
      + "ChargePeriodStart,ChargeSubcategory,EffectiveCost,InvoiceIssuer,ListCost,PricingQuantity,"
      + "Provider,Publisher,Region,ResourceId,ServiceCategory,ServiceName,Tags,UsageQuantity,"
      + "UsageUnit,oci_ReferenceNumber,oci_OverageFlag,oci_AttributedCost\n"
    func row(_ cost: String, _ day: String) -> String {
      "AD-1,\(cost),27182818,Acme,EUR,2024-06-01T00:00Z,2024-05-01T00:00Z,Usage,vm,2024-05-\(day)T01:00Z,"
        + "2024-05-\(day)T00:00Z,,\(cost),Oracle,\(cost),1,Oracle,Oracle,eu-frankfurt-1,ocid1.i,Compute,"
        + "COMPUTE,\"{\"\"Oracle-Tags.CreatedBy\"\": \"\"ann\"\"}\",2,OCPU-Hour,ref\(day),N,\(cost)\n"
    }
    for (day, cost) in [("01", "1"), ("02", "2"), ("03", "4")] {
      try lab.write(
        "FOCUS Reports/2024/05/\(day)/00010000007607\(day)-00001.csv.gz",
        Gzip.compress(Array((header + row(cost, day)).utf8)))
    }
    let summary = try lab.ingest(lab.folder + "/FOCUS Reports")
    #expect(summary.deliveries.map(\.source) == ["27182818/FOCUS Reports"], "\(summary)")
    #expect(summary.deliveries.map(\.total) == [7])
    #expect(
      try lab.rows(
        """
        SELECT ProviderName, PublisherName, RegionId, ConsumedQuantity, ConsumedUnit,
               Tags['Oracle-Tags.CreatedBy'] FROM costs LIMIT 1
        """) == [
          [
            .text("Oracle"), .text("Oracle"), .text("eu-frankfurt-1"), .double(2),
            .text("OCPU-Hour"), .text("ann"),
          ]
        ])
    #expect(try lab.number("SELECT sum(oci_AttributedCost) FROM focus") == 7)
    // One day's folder is not the month, unless the user says so.
    let day = lab.folder + "/FOCUS Reports/2024/05/03"
    let part = try #require(try lab.ingest(day).deliveries.first)
    #expect(part.status == .failed)
    #expect(
      part.notes == [
        "1 file with 1 row would take the place of 2024-05, loaded from 3 files with 3 rows, and no "
          + "manifest says that this is all: give all files of the month together, or --replace if the "
          + "bill did become smaller"
      ])
    #expect(try lab.number("SELECT sum(BilledCost) FROM focus") == 7)
    #expect(try lab.ingest(day) { $0.mayShrink = true }.deliveries.map(\.total) == [4])
  }

  @Test func `names in another case are the same columns, and versions meet in one table`() throws {
    func bill(_ month: String, _ columns: [String: String]) -> String {
      var all = [
        "billedcost": "1", "billingaccountid": "acme", "billingcurrency": "USD",
        "billingperiodstart": "\(month)-01T00:00:00Z", "chargecategory": "Usage",
        "chargeperiodstart": "\(month)-02T00:00:00Z", "servicename": "Compute",
      ]
      all.merge(columns) { $1 }
      let names = all.keys.sorted()
      return names.joined(separator: ",") + "\n"
        + names.map { all[$0] ?? "" }.joined(separator: ",")
        + "\n"
    }
    let months = [
      ("2024-01", ["ProviderName": "AWS"]),
      ("2024-02", ["ProviderName": "AWS", "SkuMeter": "m", "CommitmentDiscountQuantity": "2.5"]),
      ("2024-03", ["ProviderName": "AWS", "InvoiceId": "i", "PricingCurrencyListUnitPrice": "3"]),
      (
        "2024-04",
        [
          "ServiceProviderName": "AWS", "HostProviderName": "AWS",
          "AllocatedMethodDetails": #""{""Elements"":[{""AllocatedRatio"":0.5}]}""#,
          "AllocatedTags": #""{""a"":""b""}""#,
          "ContractApplied": #""{""Elements"":[{""ContractID"":""c""}]}""#,
        ]
      ),
    ]
    for (month, columns) in months {
      try lab.write("in/\(month).csv", bill(month, columns))
      #expect(try loaded(Path.join(lab.folder, "in/\(month).csv")).period == month)
    }
    #expect(
      try lab.rows(
        """
        SELECT billing_period, ProviderName, InvoiceId FROM costs ORDER BY 1
        """) == [
          [.text("2024-01"), .text("AWS"), .null], [.text("2024-02"), .text("AWS"), .null],
          [.text("2024-03"), .text("AWS"), .text("i")], [.text("2024-04"), .text("AWS"), .null],
        ])
    #expect(
      try lab.rows(
        """
        SELECT sum(CommitmentDiscountQuantity), sum(PricingCurrencyListUnitPrice),
          max(AllocatedTags['a']), max(json_extract_scalar(ContractApplied, '$.Elements[0].ContractID'))
        FROM focus
        """) == [[.double(2.5), .double(3), .text("b"), .text("c")]])
  }

  @Test func `contract commitments are a table of their own`() throws {
    let header =
      "ContractCommitmentId,ContractCommitmentType,ContractCommitmentCategory,"
      + "ContractCommitmentCost,ContractCommitmentQuantity,ContractCommitmentUnit,"
      + "ContractCommitmentDescription,ContractCommitmentPeriodStart,ContractCommitmentPeriodEnd,"
      + "ContractId,ContractPeriodStart,ContractPeriodEnd,BillingCurrency\n"
    let path = try lab.write(
      "in/commitments.csv",
      header
        + "c1,Minimum spend,Spend,120000.50,,,\"a, b\",2026-01-01T00:00:00Z,2027-01-01T00:00:00Z,k1,"
        + "2026-01-01T00:00:00Z,2029-01-01T00:00:00Z,USD\n")
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    #expect(delivery.table == "focus_contract_commitments")
    #expect(
      try lab.rows(
        """
        SELECT ContractCommitmentCost, ContractCommitmentQuantity, ContractPeriodEnd
        FROM focus_contract_commitments
        """) == [[.double(120_000.5), .null, .int64(1_861_920_000_000_000)]])
    #expect(try lab.rows("SELECT count(*) FROM costs") == [[.int64(0)]])
    let bad = try lab.write("in/bad.csv", header + "c1,,,many,,,,,,k1,,,USD\n")
    #expect(try lab.ingest(bad).deliveries.map(\.status) == [.failed])
  }
}
