import Columns
import Files
import TextFormats

/// Rows that were rejected only for a number that the bill does not stand or fall with.
///
/// Reports made by other programs than AWS have words where prices belong. Such a value becomes NULL,
/// and the delivery says so; the cost itself and all dates must be right.
struct SalvagedRows: Sendable {
  /// Rows in the columns' types, the values that are no numbers NULL.
  private(set) var batch: Batch
  /// What is wrong with the others.
  private(set) var rejects: [RejectedRow] = []
  /// How many values became NULL, and the first, by column.
  private(set) var dropped: [String: (count: Int, first: String)] = [:]

  /// - Parameter isLenient: for each column, whether text that is no number becomes NULL.
  /// - Throws: `FormatError` when the records cannot be split again.
  init(
    _ rejected: [RejectedRow], _ columns: [CSVColumn], isLenient: [Bool], dialect: CSVDialect,
    name: String
  ) throws {
    batch = Batch(
      columns.map { Column($0.type, constant: .null, count: 0) }, count: 0)
    let lenient = Set(zip(columns, isLenient).filter(\.1).map(\.0.name))
    var text: [UInt8] = []
    var lines: [Int: Int] = [:]
    var line = 1
    for row in rejected {
      guard let column = row.column, lenient.contains(column) else {
        rejects.append(row)
        continue
      }
      lines[line] = row.line
      line += 1 + row.text.count { $0 == dialect.newline }
      text += row.text + [dialect.newline]
    }
    guard !text.isEmpty else { return }
    let reader = try CSVReader(
      MemorySource(text, name: name),
      dialect: CSVDialect(
        delimiter: dialect.delimiter, newline: dialect.newline, hasHeader: false))
    let readings = zip(columns, isLenient).map { column, isLenient in
      isLenient ? CSVColumn(column.position, column.name, .varchar, column.options) : column
    }
    let parser = try CSVParser(reader, readings)
    var batches: [Batch] = []
    while let block = try reader.nextBlock() {
      let part = parser.parse(block)
      batches.append(converted(part.batch, columns, isLenient))
      rejects += part.rejects.map {
        RejectedRow(
          line: lines[$0.line] ?? $0.line, column: $0.column, reason: $0.reason, text: $0.text)
      }
    }
    batch = Batch.concatenated(batches, types: columns.map(\.type))
  }

  private mutating func converted(
    _ read: Batch, _ columns: [CSVColumn], _ isLenient: [Bool]
  ) -> Batch {
    var result = read.columns
    for position in columns.indices where isLenient[position] {
      var builder = ColumnBuilder(columns[position].type)
      for row in 0..<read.count {
        guard case .bytes(let text) = read.columns[position].value(row) else {
          builder.append(.null)
          continue
        }
        if let number = NumberText.double(text), number.isFinite {
          builder.append(.double(number))
        } else {
          builder.append(.null)
          let name = columns[position].name
          let first = String(decoding: text.prefix(40), as: UTF8.self)
          dropped[name, default: (0, first)].count += 1
        }
      }
      result[position] = builder.finish()
    }
    return Batch(result, count: read.count)
  }
}
