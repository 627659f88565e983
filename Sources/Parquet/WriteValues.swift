import Columns

/// Values of a leaf as they are stored, without NULLs: one of four layouts is used.
///
/// Integers and doubles are both kept as their 64 bits, so that most of writing is written once.
struct WriteValues: Sendable {
  let layout: PhysicalType
  var words: [UInt64] = []
  var decimals: [Int128] = []
  var booleans: [Bool] = []
  var text = TextVector()

  init(_ type: DataType) {
    layout = type.physical
  }

  var count: Int {
    switch layout {
    case .boolean: booleans.count
    case .int64, .double: words.count
    case .decimal: decimals.count
    case .text, .array, .map, .row: text.count
    }
  }

  /// Begins anew, in the same memory.
  mutating func removeAll() {
    words.removeAll(keepingCapacity: true)
    decimals.removeAll(keepingCapacity: true)
    booleans.removeAll(keepingCapacity: true)
    text.removeAll()
  }

  /// Bytes that the values take in memory, about.
  var byteCount: Int {
    booleans.count + 8 * words.count + 16 * decimals.count + text.bytes.count + 4 * text.count
  }

  /// Bytes of the values in the PLAIN encoding.
  func plainSize(_ leaf: WriteLeaf) -> Int {
    switch layout {
    case .boolean: (booleans.count + 7) / 8
    case .int64, .double: words.count * WriteValues.wordSize(leaf)
    case .decimal: decimals.count * WriteValues.width(leaf)
    case .text, .array, .map, .row: text.bytes.count + 4 * text.count
    }
  }

  /// Bytes of the shortest value in the PLAIN encoding.
  func leastPlainSize(_ leaf: WriteLeaf) -> Int {
    switch layout {
    case .boolean: return 0
    case .int64, .double: return WriteValues.wordSize(leaf)
    case .decimal: return WriteValues.width(leaf)
    case .text, .array, .map, .row:
      var least = Int.max - 4
      for row in 0..<text.count { least = min(least, text.length(row)) }
      return least + 4
    }
  }

  /// Bytes in the PLAIN encoding of the values that codes stand for.
  ///
  /// - Complexity: O(`codes.count`) for texts.
  func plainSize(_ leaf: WriteLeaf, _ codes: [UInt32]) -> Int {
    switch layout {
    case .boolean: return (codes.count + 7) / 8
    case .int64, .double: return codes.count * WriteValues.wordSize(leaf)
    case .decimal: return codes.count * WriteValues.width(leaf)
    case .text, .array, .map, .row:
      return codes.reduce(0) { $0 + text.length(Int($1)) + 4 }
    }
  }

  /// The values that codes stand for.
  func gathered(_ codes: [UInt32]) -> WriteValues {
    var result = self
    switch layout {
    case .boolean: result.booleans = codes.map { booleans[Int($0)] }
    case .int64, .double: result.words = codes.map { words[Int($0)] }
    case .decimal: result.decimals = codes.map { decimals[Int($0)] }
    case .text, .array, .map, .row:
      result.text = text.gathered(codes)
    }
    return result
  }

  /// Appends `self[range]` in the PLAIN encoding.
  ///
  /// - Throws: `Damage` when a value does not fit the storage of its type.
  func appendPlain(
    _ range: Range<Int>, _ leaf: WriteLeaf, to bytes: inout [UInt8]
  ) throws(Damage) {
    switch layout {
    case .boolean:
      var packed: UInt8 = 0
      for (bit, row) in range.enumerated() {
        if booleans[row] { packed |= 1 << UInt8(bit % 8) }
        if bit % 8 == 7 {
          bytes.append(packed)
          packed = 0
        }
      }
      if range.count % 8 != 0 { bytes.append(packed) }
    case .int64 where leaf.storage == .int32:
      var narrow: [Int32] = []
      narrow.reserveCapacity(range.count)
      for row in range {
        let value = Int64(bitPattern: words[row])
        guard let exact = Int32(exactly: value), leaf.takes(exact) else {
          throw Damage("\(value) does not fit the type \(leaf.stored?.rawValue ?? "\(leaf.type)")")
        }
        narrow.append(exact)
      }
      bytes += .littleEndian(narrow)
    case .double where leaf.storage == .float:
      bytes += .littleEndian(words[range].map { Float(Double(bitPattern: $0)).bitPattern })
    case .int64, .double: bytes += .littleEndian(Array(words[range]))
    case .decimal: try appendDecimals(range, leaf, to: &bytes)
    case .text, .array, .map, .row:
      bytes.appendPlain(text, range)
    }
  }

  private static func wordSize(_ leaf: WriteLeaf) -> Int {
    switch leaf.storage {
    case .int32, .float: 4
    default: 8
    }
  }

  private func appendDecimals(
    _ range: Range<Int>, _ leaf: WriteLeaf, to bytes: inout [UInt8]
  ) throws(Damage) {
    for row in range {
      let value = decimals[row]
      switch leaf.storage {
      case .int32:
        guard let exact = Int32(exactly: value) else { throw WriteValues.misfit(value, leaf) }
        bytes.appendLittleEndian(exact.littleEndian)
      case .int64:
        guard let exact = Int64(exactly: value) else { throw WriteValues.misfit(value, leaf) }
        bytes.appendLittleEndian(exact.littleEndian)
      default:
        let width = WriteValues.width(leaf)
        let sign = value >> Int128(8 * width - 1)
        guard sign == 0 || sign == -1 else { throw WriteValues.misfit(value, leaf) }
        for index in (0..<width).reversed() {
          bytes.append(UInt8(truncatingIfNeeded: value >> Int128(8 * index)))
        }
      }
    }
  }

  private static func width(_ leaf: WriteLeaf) -> Int {
    switch leaf.storage {
    case .int32: 4
    case .int64: 8
    default: leaf.typeLength
    }
  }

  private static func misfit(_ value: Int128, _ leaf: WriteLeaf) -> Damage {
    Damage("the unscaled value \(value) does not fit the type \(leaf.type)")
  }
}
