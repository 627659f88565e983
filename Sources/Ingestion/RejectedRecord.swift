import Files

/// The rows of a delivery that could not be read: all are counted, the first are kept.
struct KeptRejects: Sendable {
  private(set) var count = 0
  private(set) var records: [RejectedRecord] = []
  private var bytes = 0

  private static let mostRecords = 10_000
  private static let mostBytes = 16 << 20

  mutating func add(_ rejects: [BillReject], of path: String) {
    count += rejects.count
    for reject in rejects {
      guard records.count < KeptRejects.mostRecords, bytes < KeptRejects.mostBytes else { return }
      bytes += reject.text.count
      records.append(RejectedRecord(file: path, reject: reject))
    }
  }

  /// - Throws: `IngestError.rejectedRows` when there are more than allowed.
  func check(allowed: Int) throws {
    guard let first = records.first, count > allowed else { return }
    throw IngestError.rejectedRows(count: count, allowed: allowed, first: first.description)
  }

  /// - Throws: `IngestError.nothingReadable` when there are any: of a delivery of which nothing else is
  ///   left.
  func refuseAll() throws {
    guard let first = records.first else { return }
    throw IngestError.nothingReadable(count: count, first: first.description)
  }
}

/// A row that was not stored, and the file that it is from.
struct RejectedRecord: Sendable {
  let file: String
  let reject: BillReject

  /// `cur-1.csv.gz row 17, column 'lineItem/UnblendedCost': expected a number, found 'abc'`.
  var description: String {
    Path.name(file) + (reject.line == nil ? ", " : " ") + reject.description
  }

  /// Writes rejected rows with their reasons as CSV: file, row, column, reason, record.
  ///
  /// - Returns: the path of the file, below `lake/_rejected/`.
  /// - Throws: `FileError` when it cannot be written.
  static func write(
    _ records: [RejectedRecord], lake: String, run: String, name: String
  ) throws -> String {
    let folder = Path.join(lake, "_rejected/\(run)")
    try Directory.create(folder)
    let path = Path.join(folder, name + ".csv")
    let output = try OutputFile(path)
    try output.write("file,row,column,reason,record\n")
    for record in records {
      let fields = [
        record.file, record.reject.line.map(String.init) ?? "", record.reject.column ?? "",
        record.reject.reason, String(decoding: record.reject.text, as: UTF8.self),
      ]
      try output.write(fields.map(quoted).joined(separator: ",") + "\n")
    }
    try output.finish()
    return path
  }

  static func quoted(_ field: String) -> String {
    "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
