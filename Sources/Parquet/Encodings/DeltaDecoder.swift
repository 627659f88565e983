/// Reads numbers stored as differences to the one before. Reads go on where the last one ended, so
/// that a few bytes which stand for many numbers take no memory until they are asked for.
///
/// Source: Parquet format, Encodings.md, "Delta Encoding".
struct DeltaDecoder {
  private let bytes: [UInt8]
  private let end: Int
  private let miniblock: Int
  private let miniblockCount: Int
  private var position: Int
  /// Numbers not read yet.
  private(set) var left: Int
  private var last: Int64
  private var isFirst = true
  private var smallest: Int64 = 0
  /// Where the widths of the block at hand stand, and which of its miniblocks is read.
  private var widths = 0
  private var part: Int
  private var width = 0
  private var leftInMiniblock = 0
  private var bit = 0

  /// Numbers in `range` of the bytes.
  ///
  /// - Throws: `Damage` when the header is not one.
  init(_ bytes: [UInt8], _ range: Range<Int>) throws(Damage) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.bytes = bytes
    end = range.upperBound
    position = range.lowerBound
    let blockSize = try DeltaDecoder.varint(bytes, &position, end)
    let miniblockCount = try DeltaDecoder.varint(bytes, &position, end)
    let count = try DeltaDecoder.varint(bytes, &position, end)
    last = try DeltaDecoder.zigzag(bytes, &position, end)
    guard (1...UInt64(Limits.deltaBlock)).contains(blockSize), (1...512).contains(miniblockCount),
      blockSize % (miniblockCount * 8) == 0
    else { throw Damage("delta blocks of \(blockSize) in \(miniblockCount) parts do not exist") }
    guard count <= UInt64(Limits.pageValues) else {
      throw Damage("a page claims \(count) delta values")
    }
    miniblock = Int(blockSize / miniblockCount)
    self.miniblockCount = Int(miniblockCount)
    part = self.miniblockCount
    left = Int(count)
  }

  /// Appends the next `count` numbers.
  ///
  /// - Throws: `Damage` when there are fewer.
  mutating func read<Number: FixedWidthInteger>(
    _ count: Int, into numbers: inout [Number]
  ) throws(Damage) {
    guard count <= left else { throw Damage("a page has fewer values than it says") }
    guard count > 0 else { return }
    numbers.reserveCapacity(numbers.count + count)
    var wanted = count
    if isFirst {
      isFirst = false
      numbers.append(Number(truncatingIfNeeded: last))
      left -= 1
      wanted -= 1
    }
    while wanted > 0 {
      if leftInMiniblock == 0 { try nextMiniblock() }
      let taken = min(wanted, leftInMiniblock)
      for index in 0..<taken {
        let delta = Int64(bitPattern: bytes.bits(at: bit + index * width, width: width))
        last = last &+ smallest &+ delta
        numbers.append(Number(truncatingIfNeeded: last))
      }
      bit += taken * width
      leftInMiniblock -= taken
      left -= taken
      wanted -= taken
    }
  }

  /// Reads all numbers and returns where the bytes behind them begin.
  mutating func readRest(into numbers: inout [Int64]) throws(Damage) -> Int {
    try read(left, into: &numbers)
    return position
  }

  private mutating func nextMiniblock() throws(Damage) {
    if part == miniblockCount {
      smallest = try DeltaDecoder.zigzag(bytes, &position, end)
      guard miniblockCount <= end - position else { throw DeltaDecoder.ending }
      widths = position
      position += miniblockCount
      part = 0
    }
    // Widths of miniblocks that no value needs may be anything, and are never looked at.
    width = Int(bytes[widths + part])
    part += 1
    guard width <= 64 else { throw Damage("delta values are packed in \(width) bits") }
    leftInMiniblock = min(miniblock, left)
    guard (leftInMiniblock * width + 7) / 8 <= end - position else { throw DeltaDecoder.ending }
    bit = position * 8
    // Some writers cut the last miniblock where the values end.
    position = min(end, position + miniblock * width / 8)
  }

  private static let ending = Damage("delta blocks end too early")

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
      guard position < end else { throw ending }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw Damage("a number is longer than 10 bytes")
  }
}
