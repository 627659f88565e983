import Columns
import Files
import TextFormats

/// Rows that were rejected only for a word where a number belongs that the bill does not stand or fall
/// with.
///
/// Reports made by other programs than AWS have words where there is no price: `None`, `convertible`.
/// Such a value becomes NULL, is kept beside the tables with its place, and the delivery says so. Whatever
/// could be meant as a number stays an error, in every column; so do the cost itself and all dates.
struct SalvagedRows: Sendable {
  /// Rows in the columns' types, words NULL.
  private(set) var batch: Batch
  /// What is wrong with the others.
  private(set) var rejects: [RejectedRow] = []
  /// How many values became NULL, and the first, by column.
  private(set) var dropped: [String: (count: Int, first: String)] = [:]
  /// Each of them with its place.
  private(set) var replaced: [ReplacedValue] = []

  /// - Parameter isLenient: for each column, whether a word becomes NULL.
  /// - Throws: `FormatError` when the records cannot be split again.
  init(
    _ rejected: [RejectedRow], _ columns: [CSVColumn], isLenient: [Bool], dialect: CSVDialect,
    name: String
  ) throws {
    batch = Batch(
      columns.map { Column($0.type, constant: .null, count: 0) }, count: 0)
    let lenient = zip(columns, isLenient).filter(\.1).map(\.0)
    let names = Set(lenient.map(\.name))
    var text: [UInt8] = []
    var rows: [Int: (row: RejectedRow, words: [ReplacedValue])] = [:]
    var line = 1
    for row in rejected {
      guard let column = row.column, names.contains(column),
        row.text.count < RejectedRow.textLimit
      else {
        rejects.append(row)
        continue
      }
      let (record, words) = SalvagedRows.withoutWords(row, lenient, dialect)
      guard !words.isEmpty else {
        rejects.append(row)
        continue
      }
      rows[line] = (row, words)
      line += 1 + record.count { $0 == dialect.newline }
      text += record + [dialect.newline]
    }
    if !text.isEmpty { try read(text, columns, rows, dialect, name) }
    rejects.sort { $0.line < $1.line }
  }

  /// A record with nothing in the place of words, and the words.
  private static func withoutWords(
    _ row: RejectedRow, _ columns: [CSVColumn], _ dialect: CSVDialect
  ) -> ([UInt8], [ReplacedValue]) {
    var record = row.text
    var words: [ReplacedValue] = []
    let fields = CSVFields.ranges(record, dialect)
    // From the end, so that the places of the fields before stay what they are.
    for column in columns.sorted(by: { $0.position > $1.position }) {
      guard fields.indices.contains(column.position) else { continue }
      let field = fields[column.position]
      let word = CSVFields.unquoted(record[field])
      guard isWord(word) else { continue }
      words.append(
        ReplacedValue(
          line: row.line, column: column.name, text: String(decoding: word, as: UTF8.self)))
      record.removeSubrange(field)
    }
    return (record, words.reversed())
  }

  /// Letters of ASCII and nothing else, and not a way to write a number that is none.
  static func isWord(_ text: String) -> Bool { isWord(Array(text.utf8)) }

  private static func isWord(_ text: [UInt8]) -> Bool {
    guard !text.isEmpty, text.allSatisfy({ ($0 | 0x20) &- UInt8(ascii: "a") < 26 }) else {
      return false
    }
    let lowered = String(decoding: text, as: UTF8.self).lowercased()
    return !["nan", "inf", "infinity"].contains(lowered)
  }

  private mutating func read(
    _ text: [UInt8], _ columns: [CSVColumn],
    _ rows: [Int: (row: RejectedRow, words: [ReplacedValue])], _ dialect: CSVDialect, _ name: String
  ) throws {
    let reader = try CSVReader(
      MemorySource(text, name: name),
      dialect: CSVDialect(
        delimiter: dialect.delimiter, newline: dialect.newline, hasHeader: false))
    let parser = try CSVParser(reader, columns)
    var batches: [Batch] = []
    var failed: Set<Int> = []
    while let block = try reader.nextBlock() {
      let part = parser.parse(block)
      batches.append(part.batch)
      for reject in part.rejects {
        failed.insert(reject.line)
        let original = rows[reject.line]?.row ?? reject
        rejects.append(
          RejectedRow(
            line: original.line, column: reject.column, reason: reject.reason,
            text: original.text))
      }
    }
    batch = Batch.concatenated(batches, types: columns.map(\.type))
    for (line, entry) in rows.sorted(by: { $0.key < $1.key }) where !failed.contains(line) {
      for word in entry.words { dropped[word.column, default: (0, word.text)].count += 1 }
      replaced += entry.words
    }
  }
}
