/// Reads the member names of a JSON document from its beginning, without its end.
enum JSONMembers {
  /// The names of the first document's members, as far as the bytes go; of the first element's if
  /// the document is an array, and of what is below the first account or region if it is kept by those.
  static func first(in start: [UInt8]) -> [String] {
    var names: [String] = []
    var depth = 0
    var target: Int?
    var position = 0
    var expectsName = false
    while position < start.count {
      let byte = start[position]
      switch byte {
      case UInt8(ascii: "{"):
        depth += 1
        if target == nil { target = depth }
        expectsName = depth == target
      case UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if let target, depth < target { return names }
      case UInt8(ascii: ","): expectsName = depth == target
      case UInt8(ascii: "\""):
        guard let end = closingQuote(start, after: position) else { return names }
        if expectsName {
          let name = String(decoding: start[position + 1..<end], as: UTF8.self)
          if names.isEmpty && (ListingOwner.isAccount(name) || ListingOwner.isRegion(name)) {
            target = nil
          } else {
            names.append(name)
          }
        }
        expectsName = false
        position = end
      default: break
      }
      position += 1
    }
    return names
  }

  private static func closingQuote(_ bytes: [UInt8], after start: Int) -> Int? {
    var position = start + 1
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "\\") {
        position += 2
      } else if bytes[position] == UInt8(ascii: "\"") {
        return position
      } else {
        position += 1
      }
    }
    return nil
  }
}
