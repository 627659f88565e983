package import Columns

extension DataType {
  /// Reads a type as Athena writes it: `double`, `map(varchar, double)`, `array(row(a varchar))`;
  /// nil when it is none.
  package init?(parsing text: String) {
    var parser = TypeParser(text: Array(text.lowercased().utf8))
    guard let type = parser.type(), parser.isAtEnd else { return nil }
    self = type
  }
}

private struct TypeParser {
  let text: [UInt8]
  var position = 0

  init(text: [UInt8]) { self.text = text }

  var isAtEnd: Bool { position == text.count }

  mutating func type() -> DataType? {
    switch word() {
    case "boolean": return .boolean
    case "integer", "int": return .integer
    case "bigint": return .bigint
    case "double": return .double
    case "varchar", "string": return .varchar
    case "json": return .json
    case "date": return .date
    case "timestamp": return .timestamp
    case "decimal":
      guard take("("), let precision = Int(word()), take(","), let scale = Int(word()), take(")"),
        (1...38).contains(precision), (0...precision).contains(scale)
      else { return nil }
      return .decimal(precision: precision, scale: scale)
    case "array":
      guard take("("), let element = type(), take(")") else { return nil }
      return .array(element)
    case "map":
      guard take("("), let key = type(), take(","), let value = type(), take(")") else {
        return nil
      }
      return .map(key: key, value: value)
    case "row": return row()
    default: return nil
    }
  }

  private mutating func row() -> DataType? {
    guard take("(") else { return nil }
    var fields: [RowField] = []
    repeat {
      let name = word()
      guard !name.isEmpty, let type = type() else { return nil }
      fields.append(RowField(name: name, type: type))
    } while take(",")
    return take(")") ? .row(fields) : nil
  }

  private mutating func word() -> String {
    skipBlanks()
    let start = position
    while position < text.count, TypeParser.isInWord(text[position]) { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  /// Letters beyond ASCII take several bytes, none of which stands for a mark.
  private static func isInWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"), 0x80...0xFF:
      true
    default: false
    }
  }

  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard position < text.count, text[position] == UInt8(ascii: mark) else { return false }
    position += 1
    skipBlanks()
    return true
  }

  private mutating func skipBlanks() {
    while position < text.count, text[position] == UInt8(ascii: " ") { position += 1 }
  }
}
