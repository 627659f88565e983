import Files

/// A word that stood where a number belongs.
struct ReplacedValue: Sendable, Equatable {
  /// The line in the file, from 1.
  let line: Int
  let column: String
  let text: String
}

/// The words of a delivery that became NULL, in the order of its files, as the lines of a CSV file.
struct ReplacedValues: Sendable {
  private(set) var count = 0
  /// The place of the first: `cur-1.csv.gz row 17`.
  private(set) var first: String?
  private var lines: [UInt8] = []
  private var keptCount = 0
  /// Bytes of lines beyond which values are counted only.
  private static let sizeLimit = 64 << 20

  mutating func add(_ values: [ReplacedValue], file: String) {
    for value in values {
      if first == nil { first = "\(Path.name(file)) row \(value.line)" }
      count += 1
      guard lines.count < ReplacedValues.sizeLimit else { continue }
      keptCount += 1
      let fields = [file, String(value.line), value.column, value.text]
      lines += (fields.map(RejectedRecord.quoted).joined(separator: ",") + "\n").utf8
    }
  }

  /// Writes the values as CSV: file, row, column, value.
  ///
  /// - Returns: a sentence that says where they are.
  /// - Throws: `FileError` when they cannot be written.
  func write(lake: String, run: String, name: String) throws -> String {
    let folder = Path.join(lake, "_rejected/\(run)")
    try Directory.create(folder)
    let path = Path.join(folder, name + ".values.csv")
    let output = try OutputFile(path)
    try output.write("file,row,column,value\n")
    try output.write(lines)
    try output.finish()
    let what = keptCount == count ? "all \(count)" : "the first \(keptCount) of \(count)"
    return "\(what) values that became NULL are in '\(path)', the first is in \(first ?? "")"
  }
}
