package import Files
package import TextFormats

extension ReportManifest {
  /// Holds a document with members of a manifest to the types that they have.
  ///
  /// A manifest that is not understood must not be taken for something else: the files beside it would
  /// then be loaded as if nobody had said which of them are the bill.
  ///
  /// - Throws: `FormatError` that names the member.
  package static func checkShape(_ json: JSONValue, file: String) throws(FormatError) {
    guard let object = json.object else { return }
    if object["reportKeys"] != nil || object["assemblyId"] != nil {
      try checkLegacy(json, file: file)
    } else if object["dataFiles"] != nil || object["executionId"] != nil {
      try checkExport(json, file: file)
    } else if object["runInfo"] != nil && object["blobs"] != nil {
      try checkAzure(json, file: file)
    }
  }

  private static func checkLegacy(_ json: JSONValue, file: String) throws(FormatError) {
    for name in ["assemblyId", "reportName"] { try text(json, name, file) }
    try texts(json, "reportKeys", file)
    if json["account"] != nil { try text(json, "account", file) }
    guard let period = json["billingPeriod"] else { return }
    guard period.object != nil else { throw wrong(period, "billingPeriod", "an object", file) }
    guard let start = period["start"] else { return }
    guard start.string.flatMap(ReportManifest.month) != nil else {
      throw FormatError(
        file,
        "expected 'billingPeriod.start' to be a time such as 20260501T000000.000Z, found "
          + (start.string.map { "'\($0.prefix(40))'" } ?? start.kind))
    }
  }

  private static func checkAzure(_ json: JSONValue, file: String) throws(FormatError) {
    guard let blobs = json["blobs"]?.array else {
      throw wrong(json["blobs"], "blobs", "a list", file)
    }
    for (position, blob) in blobs.enumerated() where blob["blobName"]?.string?.isEmpty != false {
      throw wrong(blob["blobName"], "blobs[\(position)].blobName", "the name of a file", file)
    }
  }

  private static func checkExport(_ json: JSONValue, file: String) throws(FormatError) {
    for name in ["executionId", "exportArn"] { try text(json, name, file) }
    try texts(json, "dataFiles", file)
  }

  private static func text(
    _ json: JSONValue, _ name: String, _ file: String
  ) throws(FormatError) {
    guard let text = json[name]?.string, !text.isEmpty else {
      throw wrong(json[name], name, "text", file)
    }
  }

  private static func texts(
    _ json: JSONValue, _ name: String, _ file: String
  ) throws(FormatError) {
    guard let list = json[name]?.array else {
      throw wrong(json[name], name, "a list of keys", file)
    }
    for (position, element) in list.enumerated() where element.string?.isEmpty != false {
      throw wrong(element, "\(name)[\(position)]", "the key of a file", file)
    }
  }

  private static func wrong(
    _ found: JSONValue?, _ name: String, _ expected: String, _ file: String
  ) -> FormatError {
    let found = found.map { $0.string == "" ? "empty text" : $0.kind } ?? "none"
    return FormatError(
      file, at: "member '\(name)'",
      "expected \(expected), found \(found): the manifest is damaged, fetch it again")
  }
}
