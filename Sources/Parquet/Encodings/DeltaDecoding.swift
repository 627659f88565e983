import Columns

/// Values stored as differences to the one before.
///
/// Source: Parquet format, Encodings.md, "Delta Encoding", "Delta-length byte array", "Delta Strings".
enum DeltaDecoding {
  /// What a page may at most hold when it is decoded, in bytes.
  static let maximumSize = 1 << 30

  /// The numbers of a DELTA_BINARY_PACKED sequence from `position`, which moves behind it.
  static func integers(
    _ bytes: [UInt8], position: inout Int, end: Int
  ) throws(Damage) -> [Int64] {
    let blockSize = try varint(bytes, &position, end)
    let miniblockCount = try varint(bytes, &position, end)
    let count = try varint(bytes, &position, end)
    let first = try zigzag(bytes, &position, end)
    guard (1...65_536).contains(blockSize), (1...512).contains(miniblockCount),
      blockSize % (miniblockCount * 8) == 0
    else { throw Damage("delta blocks of \(blockSize) in \(miniblockCount) parts do not exist") }
    guard count <= maximumSize / 8 else { throw Damage("a page claims \(count) delta values") }
    guard count > 0 else { return [] }
    let miniblock = Int(blockSize / miniblockCount)
    var values = [first]
    var last = first
    while values.count < count {
      let smallest = try zigzag(bytes, &position, end)
      guard Int(miniblockCount) <= end - position else {
        throw Damage("delta blocks end too early")
      }
      let widths = position
      position += Int(miniblockCount)
      for part in 0..<Int(miniblockCount) where values.count < count {
        let width = Int(bytes[widths + part])
        guard width <= 64 else { throw Damage("delta values are packed in \(width) bits") }
        let taken = min(miniblock, Int(count) - values.count)
        guard (taken * width + 7) / 8 <= end - position else {
          throw Damage("delta blocks end too early")
        }
        for index in 0..<taken {
          let delta = Int64(
            bitPattern: bytes.bits(at: position * 8 + index * width, width: width))
          last = last &+ smallest &+ delta
          values.append(last)
        }
        position = min(end, position + miniblock * width / 8)
      }
    }
    return values
  }

  /// The texts of a DELTA_LENGTH_BYTE_ARRAY page.
  static func texts(_ bytes: [UInt8], _ range: Range<Int>) throws(Damage) -> TextVector {
    var position = range.lowerBound
    let lengths = try integers(bytes, position: &position, end: range.upperBound)
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
    var position = range.lowerBound
    let prefixes = try integers(bytes, position: &position, end: range.upperBound)
    let suffixes = try texts(bytes, position..<range.upperBound)
    guard prefixes.count == suffixes.count else {
      throw Damage("a page has \(prefixes.count) prefixes but \(suffixes.count) suffixes")
    }
    var result = TextVector()
    result.reserve(rows: prefixes.count, bytes: suffixes.bytes.count)
    var last = 0..<0
    for row in prefixes.indices {
      guard prefixes[row] >= 0, prefixes[row] <= last.count else {
        throw Damage("a text shares more with the one before than that has")
      }
      let start = result.bytes.count
      let prefix = Int(prefixes[row])
      guard start + prefix + suffixes.length(row) <= maximumSize else {
        throw Damage("the texts of a page are larger than \(maximumSize) bytes")
      }
      result.bytes.append(contentsOf: result.bytes[last.lowerBound..<last.lowerBound + prefix])
      result.append(row, of: suffixes)
      last = start..<result.bytes.count
    }
    return result
  }

  private static func zigzag(
    _ bytes: [UInt8], _ position: inout Int, _ end: Int
  ) throws(Damage) -> Int64 {
    let raw = try varint(bytes, &position, end)
    return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
  }

  private static func varint(
    _ bytes: [UInt8], _ position: inout Int, _ end: Int
  ) throws(Damage) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 70 {
      guard position < end else { throw Damage("delta blocks end too early") }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw Damage("a number is longer than 10 bytes")
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
