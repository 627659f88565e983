import Columns

/// Casts of CHAR and of the types whose values are bytes of their own form.
extension Cast {
  /// - Precondition: the types are not equal.
  static func isBytesPossible(from source: DataType, to target: DataType) -> Bool {
    switch (source, target) {
    case (.char, .varbinary), (.char, .opaque(.ipAddress)), (.char, .json): false
    case (.char, .char), (.char, .varchar): true
    case (.char, _): isPossible(from: .varchar, to: target)
    case (_, .char): source == .varchar || isPossible(from: source, to: .varchar)
    case (.varchar, .opaque(.ipAddress)), (.opaque(.ipAddress), .varchar): true
    case (.opaque(.hyperLogLog), .opaque(.p4HyperLogLog)),
      (.opaque(.p4HyperLogLog), .opaque(.hyperLogLog)):
      true
    case (.opaque, .varbinary), (.varbinary, .opaque): true
    default: false
    }
  }

  /// The column as the type, nil where neither type is one of these.
  static func castBytes(
    _ values: Values, _ validity: Validity, from source: DataType, to type: DataType, isTry: Bool
  ) throws -> Column? {
    if case .char(let length) = type, case .text(let texts) = values {
      switch source {
      case .varchar, .char:
        return try map(texts, validity, CastTarget(type: type, isTry: isTry)) { text, out in
          FixedLength.append(text, length: length, to: &out)
          return true
        }
      default: break
      }
    }
    switch (source, type) {
    case (.char, .varchar): return Column(.varchar, values, validity)
    case (_, .char):
      let text = try cast(Column(source, values, validity), to: .varchar, isTry: isTry)
      return try cast(text, to: type, isTry: isTry)
    case (.char, _):
      guard case .text(let texts) = values else { return nil }
      let trimmed = try map(texts, validity, CastTarget(type: .varchar, isTry: isTry)) {
        $1 += FixedLength.trimmed($0)
        return true
      }
      return try cast(trimmed, to: type, isTry: isTry)
    case (.varchar, .opaque), (.varbinary, .opaque), (.opaque, _):
      guard case .text(let texts) = values else { return nil }
      return try castOpaque(texts, validity, from: source, CastTarget(type: type, isTry: isTry))
    default: return nil
    }
  }

  private static func castOpaque(
    _ texts: TextVector, _ validity: Validity, from source: DataType, _ target: CastTarget
  ) throws -> Column {
    switch (source, target.type) {
    case (.varchar, .opaque(.ipAddress)):
      return try map(texts, validity, target) { text, out in
        guard let address = IPAddressText.parse(text) else { return false }
        out += address
        return true
      }
    case (.opaque(.ipAddress), .varchar):
      return try map(texts, validity, target) { address, out in
        IPAddressText.append(Array(address), to: &out)
        return true
      }
    case (_, .varbinary): return Column(.varbinary, .text(texts), validity)
    case (_, .opaque(let type)):
      return try map(texts, validity, target) { bytes, out in
        guard let converted = OpaqueBytes.read(Array(bytes), as: type) else { return false }
        out += converted
        return true
      }
    default: throw target.impossible(from: "\(source)")
    }
  }

  /// Text for text; `body` tells by `false` that a value does not convert.
  private static func map(
    _ texts: TextVector, _ validity: Validity, _ target: CastTarget,
    _ body: (Text, inout [UInt8]) -> Bool
  ) throws -> Column {
    var out = TextVector()
    var mask = validity.mask
    var bytes: [UInt8] = []
    for row in 0..<texts.count {
      bytes.removeAll(keepingCapacity: true)
      let text = texts.bytes[texts.range(row)]
      if mask?[row] != false, !body(text, &bytes) {
        guard target.isTry else { throw target.failure(text.string) }
        bytes.removeAll(keepingCapacity: true)
        if mask == nil { mask = [Bool](repeating: true, count: texts.count) }
        mask?[row] = false
      }
      out.append(bytes)
    }
    return Column(target.type, .text(out), Validity(mask: mask))
  }
}

/// CHAR(n): text of n code points, cut or filled up with spaces.
enum FixedLength {
  static func append(_ text: Text, length: Int, to out: inout [UInt8]) {
    let count = text.codePointCount
    guard count < length else {
      out += text[..<text.index(text.startIndex, movedByCodePoints: length)]
      return
    }
    out += text
    out.append(contentsOf: repeatElement(0x20, count: length - count))
  }

  /// Without the spaces at the end.
  static func trimmed(_ text: Text) -> Text {
    var end = text.endIndex
    while end > text.startIndex, text[end - 1] == 0x20 { end -= 1 }
    return text[..<end]
  }
}

/// Bytes from elsewhere as values of a type.
enum OpaqueBytes {
  /// The bytes in the form in which values of the type are kept; nil where they are none.
  static func read(_ bytes: [UInt8], as type: OpaqueType) -> [UInt8]? {
    switch type {
    case .hyperLogLog: HyperLogLog(bytes)?.bytes
    case .p4HyperLogLog: HyperLogLog(bytes)?.dense().bytes
    case .tDigest: TDigest(bytes)?.bytes
    case .setDigest: SetDigest(bytes)?.bytes
    case .ipAddress: IPAddressText.address(bytes: bytes)
    }
  }
}
