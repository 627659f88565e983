/// Reads numbers of up to 32 bits from runs: one value repeated, or values packed bit by bit.
///
/// Dictionary codes, levels and booleans come this way. Reads go on where the last one ended.
///
/// Source: Parquet format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid".
struct RunLengthDecoder {
  private let bytes: [UInt8]
  private let end: Int
  private let width: Int
  /// Where the next run begins, or the packed one at hand.
  private var position: Int
  private var repeatedLeft = 0
  private var repeatedValue: UInt32 = 0
  private var packedLeft = 0
  private var packedBit = 0
  /// Where the packed run at hand ends.
  private var packedEnd = 0

  /// Runs in `range` of the bytes.
  init(_ bytes: [UInt8], _ range: Range<Int>, width: Int) throws(Damage) {
    guard (0...32).contains(width) else {
      throw Damage("numbers are packed in \(width) bits, more than 32")
    }
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
    self.width = width
    // Without bits there is nothing to read: all numbers are zero, and the runs may be left out.
    if width == 0 { repeatedLeft = .max }
  }

  /// `count` packed numbers without runs, least significant bit first: PLAIN booleans.
  init(
    packed bytes: [UInt8], _ range: Range<Int>, width: Int, count: Int
  ) throws(Damage) {
    try self.init(bytes, range, width: width)
    guard width == 0 || count <= (end - position) * 8 / width else {
      throw Damage("a page has fewer values than it says")
    }
    packedLeft = width == 0 ? 0 : count
    packedBit = position * 8
    packedEnd = end
  }

  /// Appends the next `count` numbers.
  ///
  /// - Throws: `Damage` when the runs end before.
  mutating func read<Number: FixedWidthInteger & BitwiseCopyable>(
    _ count: Int, into numbers: inout [Number]
  ) throws(Damage) {
    var left = count
    while left > 0 {
      if repeatedLeft == 0 && packedLeft == 0 { try nextRun() }
      if repeatedLeft > 0 {
        let taken = min(repeatedLeft, left)
        numbers.append(repeating: Number(truncatingIfNeeded: repeatedValue), count: taken)
        repeatedLeft -= taken
        left -= taken
      } else if packedLeft > 0 {
        let taken = min(packedLeft, left)
        numbers.appendUnpacked(
          from: bytes, atBit: packedBit, end: end, width: width, count: taken)
        advancePacked(by: taken)
        left -= taken
      }
    }
  }

  /// Appends the next `count` numbers of one bit: whether a value is there.
  mutating func read(_ count: Int, into presence: inout Presence) throws(Damage) {
    var left = count
    while left > 0 {
      if repeatedLeft == 0 && packedLeft == 0 { try nextRun() }
      if repeatedLeft > 0 {
        let taken = min(repeatedLeft, left)
        presence.append(repeatedValue != 0, count: taken)
        repeatedLeft -= taken
        left -= taken
      } else if packedLeft > 0 {
        let taken = min(packedLeft, left)
        presence.appendBits(from: bytes, atBit: packedBit, count: taken)
        advancePacked(by: taken)
        left -= taken
      }
    }
  }

  /// Passes over the next `count` numbers.
  ///
  /// - Throws: `Damage` when the runs end before.
  mutating func skip(_ count: Int) throws(Damage) {
    var left = count
    while left > 0 {
      if repeatedLeft == 0 && packedLeft == 0 { try nextRun() }
      let taken = min(left, max(repeatedLeft, packedLeft))
      if repeatedLeft > 0 { repeatedLeft -= taken } else { advancePacked(by: taken) }
      left -= taken
    }
  }

  /// Passes over the next `count` numbers of one bit, and returns how many of them are set.
  mutating func skipBits(_ count: Int) throws(Damage) -> Int {
    var set = 0
    var left = count
    while left > 0 {
      if repeatedLeft == 0 && packedLeft == 0 { try nextRun() }
      if repeatedLeft > 0 {
        let taken = min(repeatedLeft, left)
        set += repeatedValue != 0 ? taken : 0
        repeatedLeft -= taken
        left -= taken
      } else if packedLeft > 0 {
        let taken = min(packedLeft, left, 64)
        set += bytes.bits(at: packedBit, width: taken).nonzeroBitCount
        advancePacked(by: taken)
        left -= taken
      }
    }
    return set
  }

  private mutating func advancePacked(by count: Int) {
    packedLeft -= count
    packedBit += count * width
  }

  private mutating func nextRun() throws(Damage) {
    if packedBit > 0 {
      position = packedEnd
      packedBit = 0
    }
    var header: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard position < end, shift < 35 else { throw Damage("its runs end too early") }
      let byte = bytes[position]
      position += 1
      header |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { break }
      shift += 7
    }
    let count = Int(header >> 1)
    if header & 1 == 0 {
      let size = (width + 7) / 8
      guard size <= end - position else { throw Damage("its runs end too early") }
      repeatedValue = 0
      for index in 0..<size { repeatedValue |= UInt32(bytes[position + index]) << (8 * index) }
      guard width == 32 || repeatedValue >> width == 0 else {
        throw Damage("a run repeats \(repeatedValue), which does not fit its \(width) bits")
      }
      position += size
      repeatedLeft = count
    } else {
      // Groups of eight; some writers cut the last group where the values end.
      let available = (end - position) * 8 / width
      packedLeft = min(count * 8, available)
      packedBit = position * 8
      packedEnd = min(end, position + count * width)
      guard packedLeft > 0 || count == 0 else { throw Damage("its runs end too early") }
    }
  }
}

extension RunLengthDecoder {
  /// Levels of old files: packed without runs, most significant bit first.
  ///
  /// Source: Parquet format, Encodings.md, "Bit-packed (Deprecated)".
  init(
    legacyLevels bytes: [UInt8], _ range: Range<Int>, width: Int, count: Int
  ) throws(Damage) {
    let size = (count * width + 7) / 8
    guard size <= range.count else { throw Damage("its levels end too early") }
    var turned = [UInt8](repeating: 0, count: size)
    for bit in 0..<count * width {
      let isSet = bytes[range.lowerBound + bit / 8] >> UInt8(7 - bit % 8) & 1
      // Within its number the bit changes sides.
      let target = bit / width * width + (width - 1 - bit % width)
      turned[target / 8] |= isSet << UInt8(target % 8)
    }
    try self.init(packed: turned, 0..<size, width: width, count: count)
  }
}

/// Which of some slots hold a value; no mask is kept while all do.
struct Presence {
  private(set) var count = 0
  private(set) var presentCount = 0
  /// One entry a slot once a slot is empty, none before.
  private(set) var mask: [Bool] = []

  var allPresent: Bool { presentCount == count }

  mutating func append(_ isPresent: Bool, count added: Int) {
    if isPresent {
      if !mask.isEmpty { mask.append(repeating: true, count: added) }
      presentCount += added
    } else if added > 0 {
      beginMask()
      mask.append(repeating: false, count: added)
    }
    count += added
  }

  mutating func appendBits(from bytes: [UInt8], atBit bit: Int, count added: Int) {
    beginMask()
    let set = mask.appendBits(from: bytes, atBit: bit, count: added)
    count += added
    presentCount += set
    if presentCount == count { mask.removeAll(keepingCapacity: true) }
  }

  private mutating func beginMask() {
    if mask.isEmpty && count > 0 { mask.append(repeating: true, count: count) }
  }
}
