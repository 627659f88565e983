import Columns

/// Which types hold for every text seen in a column.
struct CSVCandidates: Sendable, OptionSet {
  var rawValue: UInt8

  init(rawValue: UInt8) { self.rawValue = rawValue }

  static let boolean = CSVCandidates(rawValue: 1)
  static let bigint = CSVCandidates(rawValue: 2)
  static let double = CSVCandidates(rawValue: 4)
  static let date = CSVCandidates(rawValue: 8)
  static let timestamp = CSVCandidates(rawValue: 16)
  /// Something was seen at all.
  static let seen = CSVCandidates(rawValue: 32)
  /// A whole number of as many digits as DECIMAL has.
  static let decimal = CSVCandidates(rawValue: 64)
  /// A whole number of any length.
  static let whole = CSVCandidates(rawValue: 128)

  static let none: CSVCandidates = [
    .boolean, .bigint, .double, .date, .timestamp, .decimal, .whole,
  ]

  /// Unquoted texts that are NULL where the column is not text.
  static let nullTokens = ["NULL"]

  /// Of the column's distinct texts where it is a dictionary, of each else.
  init(_ column: Column, nullTokens: [[UInt8]]) {
    self.init(rawValue: CSVCandidates.none.rawValue)
    let texts: Column =
      if case .dictionary(_, let dictionary) = column.form { dictionary.values } else {
        column.flattened()
      }
    guard case .flat(.text(let vector), let validity) = texts.form else { return }
    for row in 0..<vector.count where validity.isPresent(row) {
      let text = vector.copy(row)
      if nullTokens.contains(text) { continue }
      self = merged(with: CSVCandidates(text))
      if self == .seen { return }
    }
  }

  private init(_ text: [UInt8]) {
    var found = CSVCandidates.seen
    let lowered = text.count <= 5 ? String(decoding: text, as: UTF8.self).lowercased() : ""
    if lowered == "true" || lowered == "false" { found.insert(.boolean) }
    if CSVCandidates.looksNumeric(text) {
      if NumberText.int64(text) != nil {
        found.formUnion([.bigint, .decimal, .whole])
      } else if let digits = WholeNumber.digitCount(text) {
        found.insert(.whole)
        if digits <= WholeNumber.decimalDigits { found.insert(.decimal) }
      }
      if NumberText.double(text) != nil { found.insert(.double) }
    }
    if text.count >= 10, text[4] == UInt8(ascii: "-"), CivilTimeText.timestamp(text) != nil {
      found.insert(.timestamp)
      if text.count == 10 { found.insert(.date) }
    }
    self = found
  }

  /// Codes with leading zeros or a plus are names, not numbers.
  private static func looksNumeric(_ text: [UInt8]) -> Bool {
    let digits = text.first == UInt8(ascii: "-") ? text.dropFirst() : text[...]
    guard let first = digits.first, first == UInt8(ascii: ".") || first &- 0x30 < 10 else {
      return false
    }
    return first != UInt8(ascii: "0") || digits.count == 1
      || digits[digits.startIndex + 1] &- 0x30 >= 10
  }

  /// What holds for the texts of both.
  func merged(with other: CSVCandidates) -> CSVCandidates {
    intersection(other).union(union(other).intersection(.seen))
  }

  /// The narrowest type that holds for all: BOOLEAN, BIGINT, DECIMAL(38, 0), DOUBLE, DATE, TIMESTAMP, else
  /// VARCHAR. Numbers with leading zeros are text, and so are whole ones that no DECIMAL holds: a DOUBLE
  /// would make different ids equal. Times keep six digits of a second.
  var type: DataType {
    if !contains(.seen) { return .varchar }
    if contains(.boolean) { return .boolean }
    if contains(.bigint) { return .bigint }
    if contains(.decimal) { return WholeNumber.decimal }
    if contains(.double) { return contains(.whole) ? .varchar : .double }
    if contains(.date) { return .date }
    return contains(.timestamp) ? .timestamp : .varchar
  }
}

extension CSVReader {
  /// What holds for the texts of each column. Reads to the end: open the file anew for its rows.
  ///
  /// - Throws: what reading throws.
  func candidates(threads: Int) throws -> [CSVCandidates] {
    let tokens = CSVCandidates.nullTokens.map { Array($0.utf8) }
    let texts = header.indices.map { CSVColumn($0, header[$0], .varchar) }
    var candidates = [CSVCandidates](repeating: .none, count: header.count)
    try readParts(
      texts, threads: threads,
      map: { part in part.batch.columns.map { CSVCandidates($0, nullTokens: tokens) } },
      body: { found in
        for position in found.indices {
          candidates[position] = candidates[position].merged(with: found[position])
        }
      })
    return candidates
  }
}
