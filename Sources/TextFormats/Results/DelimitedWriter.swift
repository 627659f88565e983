package import Columns

/// CSV and TSV.
///
/// CSV follows RFC 4180 with LF line ends: a field is quoted where it has to be. TSV has no quotes; tabs,
/// line ends and backslashes are written `\t`, `\n`, `\r`, `\\`.
package final class DelimitedWriter: ResultWriter {
  private let schema: Schema
  private let nullText: [UInt8]?
  private let isTabbed: Bool
  private let sink: ([UInt8]) throws -> Void
  private var out: [UInt8] = []
  private static let flushSize = 1 << 18

  init(
    _ schema: Schema, isTabbed: Bool, options: ResultOptions,
    sink: @escaping ([UInt8]) throws -> Void
  ) {
    self.schema = schema
    self.isTabbed = isTabbed
    self.sink = sink
    nullText = options.nullText.map { Array($0.utf8) }
    if options.hasHeader {
      for (position, field) in schema.fields.enumerated() {
        if position > 0 { out.append(separator) }
        append(field: Array(field.name.utf8))
      }
      out.append(0x0A)
    }
  }

  private var separator: UInt8 { isTabbed ? 0x09 : UInt8(ascii: ",") }

  package func write(_ batch: Batch) throws {
    let cells = batch.columns.map { DelimitedCells($0, self) }
    for row in 0..<batch.count {
      for position in cells.indices {
        if position > 0 { out.append(separator) }
        switch cells[position] {
        case .rendered(let codes, let texts): out += texts[Int(codes[row])]
        case .each(let column): append(column.value(row), column.type)
        }
      }
      out.append(0x0A)
      if out.count >= DelimitedWriter.flushSize { try flush() }
    }
    try flush()
  }

  package func finish() throws { try flush() }

  private func flush() throws {
    if out.isEmpty { return }
    try sink(out)
    out.removeAll(keepingCapacity: true)
  }

  /// The bytes of one cell.
  fileprivate func rendered(_ value: Value, _ type: DataType) -> [UInt8] {
    let saved = out
    out = []
    append(value, type)
    defer { out = saved }
    return out
  }

  private func append(_ value: Value, _ type: DataType) {
    switch value {
    case .null: out += nullText ?? []
    case .bytes(let bytes) where !Self.isBinary(type): append(field: bytes)
    case .boolean, .int64, .double, .decimal: ValueText.append(value, type, to: &out)
    case .bytes, .array, .map, .row:
      var text: [UInt8] = []
      ValueText.append(value, type, to: &text)
      append(field: text)
    }
  }

  /// Whether values are bytes that need not be text.
  private static func isBinary(_ type: DataType) -> Bool {
    switch type {
    case .varbinary, .opaque: true
    default: false
    }
  }

  private func append(field: [UInt8]) {
    if isTabbed { return append(escaped: field) }
    let isAmbiguous = nullText.map { field.isEmpty || field == $0 } ?? false
    let needsQuotes =
      isAmbiguous
      || field.contains {
        $0 == UInt8(ascii: ",") || $0 == CSVDialect.quote || $0 == 0x0A || $0 == 0x0D
      }
    guard needsQuotes else {
      out += field
      return
    }
    out.append(CSVDialect.quote)
    for byte in field {
      if byte == CSVDialect.quote { out.append(byte) }
      out.append(byte)
    }
    out.append(CSVDialect.quote)
  }

  private func append(escaped field: [UInt8]) {
    for byte in field {
      switch byte {
      case 0x09: out += "\\t".utf8
      case 0x0A: out += "\\n".utf8
      case 0x0D: out += "\\r".utf8
      case UInt8(ascii: "\\"): out += "\\\\".utf8
      default: out.append(byte)
      }
    }
  }
}

/// How the cells of a column are rendered: dictionaries and constants once per distinct value.
private enum DelimitedCells {
  case rendered(codes: [UInt32], texts: [[UInt8]])
  case each(Column)

  init(_ column: Column, _ writer: DelimitedWriter) {
    switch column.form {
    case .flat: self = .each(column)
    case .constant(let value):
      self = .rendered(
        codes: [UInt32](repeating: 0, count: column.count),
        texts: [writer.rendered(value, column.type)])
    case .dictionary(let codes, let dictionary):
      // A few rows need not pay for all that their dictionary holds.
      if dictionary.count > codes.count {
        self = .each(column.flattened())
        return
      }
      self = .rendered(
        codes: codes,
        texts: (0..<dictionary.count).map {
          writer.rendered(dictionary.values.value($0), column.type)
        })
    }
  }
}
