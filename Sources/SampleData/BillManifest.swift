/// The manifest beside a version of the bill, in the shape of a legacy cost and usage report.
enum BillManifest {
  static func text(month: SampleCalendar.Month, assembly: String, reportKeys: [String]) -> String {
    let columns = LineItem.columns.map { column in
      let parts = column.header.split(separator: "/", maxSplits: 1)
      return "{\"category\":\"\(parts[0])\",\"name\":\"\(parts[1])\"}"
    }
    return """
      {
        "assemblyId": "\(assembly)",
        "account": "\(Organisation.payer.id)",
        "columns": [
          \(columns.joined(separator: ",\n    "))
        ],
        "charset": "UTF-8",
        "compression": "GZIP",
        "contentType": "text/csv",
        "reportId": "6b1f0c7d9e2a4b5c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c",
        "reportName": "kogarashi-hourly",
        "billingPeriod": {"start": "\(compact(month.start))", "end": "\(compact(month.end))"},
        "bucket": "kogarashi-billing",
        "reportKeys": [
          \(reportKeys.map { "\"\($0)\"" }.joined(separator: ",\n    "))
        ],
        "additionalArtifactKeys": []
      }

      """
  }

  /// `2026-09-01T00:00:00Z` as manifests write it: `20260901T000000.000Z`.
  private static func compact(_ timestamp: String) -> String {
    timestamp.filter { $0 != "-" && $0 != ":" && $0 != "Z" } + ".000Z"
  }
}
