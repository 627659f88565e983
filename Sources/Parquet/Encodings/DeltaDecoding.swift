import Columns

/// Texts whose lengths are stored as differences to the one before.
///
/// Source: Parquet format, Encodings.md, "Delta-length byte array", "Delta Strings".
enum DeltaDecoding {
  /// The texts of a DELTA_LENGTH_BYTE_ARRAY page.
  static func texts(_ bytes: [UInt8], _ range: Range<Int>) throws(Damage) -> TextVector {
    var lengths: [Int64] = []
    let position = try lengths.readDeltas(bytes, range)
    var offsets: [Int32] = [0]
    offsets.reserveCapacity(lengths.count + 1)
    var total = 0
    for length in lengths {
      guard length >= 0, length <= range.upperBound - position - total else {
        throw Damage("a text reaches past the end of its page")
      }
      total += Int(length)
      offsets.append(Int32(total))
    }
    return TextVector(bytes: Array(bytes[position..<position + total]), offsets: offsets)
  }

  /// The texts of a DELTA_BYTE_ARRAY page: each begins with a part of the one before.
  static func prefixedTexts(_ bytes: [UInt8], _ range: Range<Int>) throws(Damage) -> TextVector {
    var prefixes: [Int64] = []
    let position = try prefixes.readDeltas(bytes, range)
    let suffixes = try texts(bytes, position..<range.upperBound)
    guard prefixes.count == suffixes.count else {
      throw Damage("a page has \(prefixes.count) prefixes but \(suffixes.count) suffixes")
    }
    let limit = min(
      max(Limits.expandedPage, range.count * Limits.plainExpansion), Int(Int32.max))
    var total = 0
    var length = 0
    for row in prefixes.indices {
      guard prefixes[row] >= 0, prefixes[row] <= length else {
        throw Damage("a text shares more with the one before than that has")
      }
      length = Int(prefixes[row]) + suffixes.length(row)
      total += length
      guard total <= limit else {
        throw Damage("not supported: a page of \(range.count) bytes whose texts have over \(limit)")
      }
    }
    return TextVector(prefixes: prefixes, suffixes: suffixes, byteCount: total)
  }
}

extension Array where Element == Int64 {
  /// Appends the lengths at the start of a page's texts and returns where the texts begin.
  fileprivate mutating func readDeltas(
    _ bytes: [UInt8], _ range: Range<Int>
  ) throws(Damage) -> Int {
    var decoder = try DeltaDecoder(bytes, range)
    guard decoder.left <= Swift.max(Limits.deltaTexts, range.count) else {
      throw Damage(
        "not supported: a page of \(range.count) bytes with \(decoder.left) texts")
    }
    return try decoder.readRest(into: &self)
  }
}

/// The bytes of fixed-width values, apart by their position in the value, put together again.
///
/// Source: Parquet format, Encodings.md, "Byte Stream Split".
func joinedByteStreams(_ bytes: [UInt8], _ range: Range<Int>, width: Int) -> [UInt8] {
  guard width > 0 else { return [] }
  let count = range.count / width
  var joined = [UInt8](repeating: 0, count: count * width)
  for stream in 0..<width {
    let start = range.lowerBound + stream * count
    for index in 0..<count { joined[index * width + stream] = bytes[start + index] }
  }
  return joined
}
