import Files
import Reports
import Testing
import TextFormats

@Suite struct ReportManifestTests {
  @Test func `a legacy manifest names its files, account and month`() throws {
    let json = try JSONValue.parse(
      """
      {"assemblyId":"a-1","account":"123456789012","reportName":"hourly","columns":
       [{"category":"identity","name":"LineItemId"}],"billingPeriod":
       {"start":"20191201T000000.000Z","end":"20200101T000000.000Z"},
       "reportKeys":["p/hourly/20191201-20200101/a-1/hourly-01.csv.gz"]}
      """)
    let manifest = try #require(try ReportManifest(json, file: "m.json"))
    #expect(manifest.form == .legacy)
    #expect(manifest.payer == "123456789012")
    #expect(manifest.period == "2019-12")
    #expect(manifest.keys == ["p/hourly/20191201-20200101/a-1/hourly-01.csv.gz"])
    #expect(manifest.columns == ["identity/LineItemId"])
  }

  @Test func `an export's manifest is read through its ARN and its files`() throws {
    let json = try JSONValue.parse(
      """
      {"executionId":"e-1","exportArn":"arn:aws:bcm-data-exports:us-east-1:111122223333:export/\
      daily-cur-0e818247-daba-463a-9819-0f9f647e956a","columns":[],
       "dataFiles":["s3://bucket/x/daily-cur/data/BILLING_PERIOD=2026-04/daily-cur-00001.csv.gz"]}
      """)
    let manifest = try #require(try ReportManifest(json, file: "m.json"))
    #expect(manifest.payer == "111122223333")
    #expect(manifest.reportName == "daily-cur")
    #expect(manifest.period == "2026-04")
    #expect(manifest.keys == ["x/daily-cur/data/BILLING_PERIOD=2026-04/daily-cur-00001.csv.gz"])
  }

  @Test func `other documents are no manifests, half ones are refused`() throws {
    #expect(try ReportManifest(.object(["Volumes": .array([])]), file: "v.json") == nil)
    let half = try JSONValue.parse(#"{"assemblyId": "a", "reportKeys": []}"#)
    #expect(throws: FormatError.self) { try ReportManifest(half, file: "m.json") }
  }
}
