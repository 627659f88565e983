/// A JSON value taken apart: for casts and for writing it again in one spelling.
indirect enum JSONNode: Equatable {
  case null
  case boolean(Bool)
  /// As written.
  case number([UInt8])
  case string([UInt8])
  case array([JSONNode])
  /// In the order written; a later member of the same name replaces the earlier.
  case object([Member])

  struct Member: Equatable {
    var name: [UInt8]
    var value: JSONNode
  }

  /// A whole text; nil when it is not JSON or is nested over 256 deep.
  static func parse(_ text: ArraySlice<UInt8>) -> JSONNode? {
    var cursor = JSONCursor(text)
    guard let node = parse(&cursor, depth: 0), cursor.peek() == nil else { return nil }
    return node
  }

  private static func parse(_ cursor: inout JSONCursor, depth: Int) -> JSONNode? {
    guard depth < JSONCursor.depthLimit, let first = cursor.peek() else { return nil }
    switch first {
    case 0x22: return cursor.readString().map(JSONNode.string)
    case 0x7B: return parseObject(&cursor, depth: depth)
    case 0x5B: return parseArray(&cursor, depth: depth)
    default:
      guard let range = cursor.skipValue(depth: depth) else { return nil }
      switch first {
      case 0x74: return .boolean(true)
      case 0x66: return .boolean(false)
      case 0x6E: return .null
      default: return .number(Array(cursor.bytes[range]))
      }
    }
  }

  private static func parseObject(_ cursor: inout JSONCursor, depth: Int) -> JSONNode? {
    var members: [Member] = []
    var positions: [[UInt8]: Int] = [:]
    guard cursor.skip(0x7B) else { return nil }
    if cursor.skip(0x7D) { return .object([]) }
    repeat {
      guard let name = cursor.readString(), cursor.skip(0x3A),
        let value = parse(&cursor, depth: depth + 1)
      else { return nil }
      if let position = positions[name] {
        members[position].value = value
      } else {
        positions[name] = members.count
        members.append(Member(name: name, value: value))
      }
    } while cursor.skip(0x2C)
    return cursor.skip(0x7D) ? .object(members) : nil
  }

  private static func parseArray(_ cursor: inout JSONCursor, depth: Int) -> JSONNode? {
    var elements: [JSONNode] = []
    guard cursor.skip(0x5B) else { return nil }
    if cursor.skip(0x5D) { return .array([]) }
    repeat {
      guard let element = parse(&cursor, depth: depth + 1) else { return nil }
      elements.append(element)
    } while cursor.skip(0x2C)
    return cursor.skip(0x5D) ? .array(elements) : nil
  }

  /// Without white space; members in the order of their names, so that equal values are equal texts,
  /// or as they are written.
  func append(to out: inout [UInt8], asWritten: Bool = false) {
    switch self {
    case .null: out.append(contentsOf: "null".utf8)
    case .boolean(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let digits): out.append(contentsOf: digits)
    case .string(let text): JSONText.appendQuoted(text[...], to: &out)
    case .array(let elements):
      out.append(0x5B)
      for (position, element) in elements.enumerated() {
        if position > 0 { out.append(0x2C) }
        element.append(to: &out, asWritten: asWritten)
      }
      out.append(0x5D)
    case .object(let members):
      out.append(0x7B)
      let ordered =
        asWritten ? members : members.sorted { $0.name.lexicographicallyPrecedes($1.name) }
      for (position, member) in ordered.enumerated() {
        if position > 0 { out.append(0x2C) }
        JSONText.appendQuoted(member.name[...], to: &out)
        out.append(0x3A)
        member.value.append(to: &out, asWritten: asWritten)
      }
      out.append(0x7D)
    }
  }

  var text: [UInt8] {
    var out: [UInt8] = []
    append(to: &out)
    return out
  }
}
