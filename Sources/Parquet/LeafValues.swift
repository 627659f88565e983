import Columns

/// Values of a leaf in the layout of their logical type, as they gather.
struct LeafValues {
  let type: DataType
  private let conversion: Conversion
  private let width: Int
  private(set) var count = 0
  private var booleans: [Bool] = []
  private var integers: [Int64] = []
  private var doubles: [Double] = []
  private var decimals: [Int128] = []
  private var text = TextVector()

  init(_ leaf: LeafColumn) {
    type = leaf.type
    conversion = leaf.conversion
    width = leaf.storedWidth ?? 0
  }

  /// Appends `count` values in the PLAIN encoding from `position`, which moves behind them.
  ///
  /// - Throws: `Damage` when the bytes end before, or a value is not one of the type.
  mutating func appendPlain(
    _ bytes: [UInt8], position: inout Int, end: Int, count added: Int
  ) throws(Damage) {
    if width > 0 {
      guard added <= (end - position) / width else {
        throw Damage("a page has fewer values than it says")
      }
      try appendFixed(bytes, at: position, count: added)
      position += added * width
    } else {
      try appendVarying(bytes, position: &position, end: end, count: added)
    }
    count += added
  }

  /// Appends booleans.
  mutating func append(_ presence: Presence) {
    if presence.mask.isEmpty {
      booleans.append(contentsOf: repeatElement(true, count: presence.count))
    } else {
      booleans += presence.mask
    }
    count += presence.count
  }

  /// Appends the next numbers of a DELTA_BINARY_PACKED page.
  mutating func appendDeltas(_ deltas: inout DeltaDecoder?, _ added: Int) throws(Damage) {
    if conversion == .int64 || conversion == .int32 {
      let start = integers.count
      try deltas?.read(added, into: &integers)
      if conversion == .int32 {
        for index in start..<integers.count {
          integers[index] = Int64(Int32(truncatingIfNeeded: integers[index]))
        }
      }
      count += added
      return
    }
    // All other types go the way of PLAIN values.
    var plain: [UInt8] = []
    if width == 4 {
      var numbers: [Int32] = []
      try deltas?.read(added, into: &numbers)
      plain = .littleEndian(numbers)
    } else {
      var numbers: [Int64] = []
      try deltas?.read(added, into: &numbers)
      plain = .littleEndian(numbers)
    }
    var position = 0
    try appendPlain(plain, position: &position, end: plain.count, count: added)
  }

  /// Appends texts that are decoded already.
  mutating func append(_ texts: TextVector, _ rows: Range<Int>) throws(Damage) {
    switch conversion {
    case .decimalBytes:
      for row in rows { decimals.append(try decimal(texts.bytes, texts.range(row))) }
    default:
      let first = text.count
      let slice = texts.sliced(rows)
      let base = text.bytes.count
      guard base + slice.bytes.count <= Int(Int32.max) else { throw LeafValues.tooManyBytes }
      text.bytes += slice.bytes
      for row in 1..<slice.offsets.count { text.offsets.append(Int32(base) + slice.offsets[row]) }
      if conversion == .text, !text.isValidUTF8(from: first) { throw LeafValues.invalidText }
    }
    count += rows.count
  }

  /// Appends entries of a dictionary.
  mutating func append(_ column: Column) {
    var builder = ColumnBuilder(type)
    builder.append(contentsOf: column)
    guard case .flat(let values, _) = builder.finish().form else { return }
    switch values {
    case .boolean(let new): booleans += new
    case .int64(let new): integers += new
    case .double(let new): doubles += new
    case .decimal(let new): decimals += new
    case .text(let new):
      for row in 0..<new.count { text.append(row, of: new) }
    case .array, .map, .row: break
    }
    count += column.count
  }

  /// Moves the last values apart, so that each stands in its slot.
  mutating func spread(_ presence: Presence) {
    switch type.physical {
    case .boolean: booleans.spread(presence, filler: false)
    case .int64: integers.spread(presence, filler: 0)
    case .double: doubles.spread(presence, filler: 0)
    case .decimal: decimals.spread(presence, filler: 0)
    case .text: text.spread(presence)
    case .array, .map, .row: break
    }
    count += presence.count - presence.presentCount
  }

  /// The values so far, which are then gone from here.
  mutating func take(_ validity: Validity) -> Column {
    defer {
      booleans = []
      integers = []
      doubles = []
      decimals = []
      text = TextVector()
      count = 0
    }
    return switch type.physical {
    case .boolean: Column(type, .boolean(booleans), validity)
    case .int64: Column(type, .int64(integers), validity)
    case .double: Column(type, .double(doubles), validity)
    case .decimal: Column(type, .decimal(decimals), validity)
    case .text, .array, .map, .row: Column(type, .text(text), validity)
    }
  }

  private mutating func appendFixed(
    _ bytes: [UInt8], at offset: Int, count: Int
  ) throws(Damage) {
    switch conversion {
    case .int64: integers.appendCopies(from: bytes, at: offset, count: count, filler: 0)
    case .double: doubles.appendCopies(from: bytes, at: offset, count: count, filler: 0)
    case .int32:
      integers.appendLoads(of: Int32.self, from: bytes, at: offset, count: count, filler: 0) {
        Int64($0)
      }
    case .uint32:
      integers.appendLoads(of: UInt32.self, from: bytes, at: offset, count: count, filler: 0) {
        Int64($0)
      }
    case .scaledInt32(let factor):
      integers.appendLoads(of: Int32.self, from: bytes, at: offset, count: count, filler: 0) {
        Int64($0) &* factor
      }
    case .multipliedInt64(let factor):
      var overflows = false
      integers.appendLoads(of: Int64.self, from: bytes, at: offset, count: count, filler: 0) {
        let (product, overflow) = $0.multipliedReportingOverflow(by: factor)
        overflows = overflows || overflow
        return product
      }
      if overflows { throw Damage("a time is out of the range of microseconds in 64 bits") }
    case .dividedInt64(let divisor):
      integers.appendLoads(of: Int64.self, from: bytes, at: offset, count: count, filler: 0) {
        $0.floorDivided(by: divisor)
      }
    case .uint64:
      decimals.appendLoads(of: UInt64.self, from: bytes, at: offset, count: count, filler: 0) {
        Int128($0)
      }
    case .float:
      doubles.appendLoads(of: Float.self, from: bytes, at: offset, count: count, filler: 0) {
        Double($0)
      }
    case .float16:
      doubles.appendLoads(of: UInt16.self, from: bytes, at: offset, count: count, filler: 0) {
        Double(Float16(bitPattern: $0))
      }
    case .decimalInt32:
      decimals.appendLoads(of: Int32.self, from: bytes, at: offset, count: count, filler: 0) {
        Int128($0)
      }
    case .decimalInt64:
      decimals.appendLoads(of: Int64.self, from: bytes, at: offset, count: count, filler: 0) {
        Int128($0)
      }
    case .decimalFixed:
      for index in 0..<count {
        let start = offset + index * width
        decimals.append(try decimal(bytes, start..<start + width))
      }
    case .int96:
      for index in 0..<count {
        integers.append(try LeafValues.timestamp(int96: bytes, at: offset + index * 12))
      }
    case .int96Multiplied(let factor):
      for index in 0..<count {
        let units = LeafValues.number(littleEndian96: bytes, at: offset + index * 12)
        integers.append(try LeafValues.microseconds(units * Int128(factor)))
      }
    case .int96Divided(let divisor):
      for index in 0..<count {
        let units = LeafValues.number(littleEndian96: bytes, at: offset + index * 12)
        let (quotient, remainder) = units.quotientAndRemainder(dividingBy: Int128(divisor))
        integers.append(try LeafValues.microseconds(remainder < 0 ? quotient - 1 : quotient))
      }
    case .fixedBytes:
      guard text.bytes.count + count * width <= Int(Int32.max) else {
        throw LeafValues.tooManyBytes
      }
      text.bytes += bytes[offset..<offset + count * width]
      for _ in 0..<count { text.offsets.append((text.offsets.last ?? 0) + Int32(width)) }
    case .uuid:
      for index in 0..<count {
        text.append(LeafValues.uuid(bytes[offset + index * 16..<offset + index * 16 + 16]))
      }
    case .boolean, .decimalBytes, .text, .bytes: break
    }
  }

  private mutating func appendVarying(
    _ bytes: [UInt8], position: inout Int, end: Int, count added: Int
  ) throws(Damage) {
    switch conversion {
    case .decimalBytes:
      var stored = TextVector()
      try stored.appendPlain(from: bytes, position: &position, end: end, count: added)
      for row in 0..<added { decimals.append(try decimal(stored.bytes, stored.range(row))) }
    default:
      let first = text.count
      try text.appendPlain(from: bytes, position: &position, end: end, count: added)
      if conversion == .text, !text.isValidUTF8(from: first) { throw LeafValues.invalidText }
    }
  }

  /// A big-endian number of any length that fits 128 bits.
  private func decimal(_ bytes: [UInt8], _ range: Range<Int>) throws(Damage) -> Int128 {
    guard !range.isEmpty else { throw Damage("a decimal has no bytes") }
    var value: Int128 = bytes[range.lowerBound] >= 0x80 ? -1 : 0
    let sign = value
    for index in range {
      // What goes out at the top must be the sign alone.
      guard value >> 119 == sign else { throw Damage("a decimal is larger than 38 digits") }
      value = value << 8 | Int128(bytes[index])
    }
    return value
  }

  /// Nanoseconds of a day and a Julian day number.
  static func timestamp(int96 bytes: [UInt8], at offset: Int) throws(Damage) -> Int64 {
    let nanoseconds = Int64(bitPattern: bytes.paddedUInt64(at: offset))
    let day = Int64(Int32(truncatingIfNeeded: bytes.paddedUInt64(at: offset + 8)))
    let (midnight, overflow) = (day - 2_440_588).multipliedReportingOverflow(by: Microseconds.day)
    let (moment, overflow2) = midnight.addingReportingOverflow(
      nanoseconds.floorDivided(by: 1000))
    guard !overflow, !overflow2 else {
      throw Damage("a time is out of the range of microseconds in 64 bits")
    }
    return moment
  }

  private static func number(littleEndian96 bytes: [UInt8], at offset: Int) -> Int128 {
    let high = Int32(truncatingIfNeeded: bytes.paddedUInt64(at: offset + 8))
    return Int128(high) << 64 | Int128(bytes.paddedUInt64(at: offset))
  }

  private static func microseconds(_ value: Int128) throws(Damage) -> Int64 {
    guard let value = Int64(exactly: value) else {
      throw Damage("a time is out of the range of microseconds in 64 bits")
    }
    return value
  }

  static func uuid(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for (index, byte) in bytes.enumerated() {
      if index == 4 || index == 6 || index == 8 || index == 10 { text.append(0x2D) }
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return text
  }

  private static let invalidText = Damage("a text is not valid UTF-8")
  private static let tooManyBytes = Damage("a batch has more than 2 GiB of text; read fewer rows")
}
