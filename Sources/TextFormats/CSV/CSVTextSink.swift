import Columns

/// Any column by way of its text: the distinct raw fields of a block are numbered as they appear, and read
/// once each when the block ends. Where nearly every field is a new one the numbering is given up, and
/// each field is read by itself.
struct CSVTextSink {
  private let reading: CSVFieldReading
  private var codes: [UInt32] = []
  /// The distinct fields, where each first appeared: start and length.
  private var entries: [CSVFieldPlace] = []
  private var hashes: [UInt32] = []
  /// Open addressing: code plus one, or zero.
  private var slots = [UInt32](repeating: 0, count: 64)
  /// All fields, once numbering was given up; then `codes` and `entries` are empty.
  private var places: [CSVFieldPlace]?

  init(_ reading: CSVFieldReading) { self.reading = reading }

  mutating func reserve(_ rows: Int) { codes.reserveCapacity(rows) }

  mutating func take(_ bytes: Span<UInt8>, _ numbers: Span<UInt32>, _ fields: CSVFieldRun) {
    if places != nil { return takeFlat(numbers, fields) }
    takeCodes(bytes, numbers, fields)
    if entries.count > 256 && entries.count > codes.count / 2 {
      places = codes.map { entries[Int($0)] }
      codes = []
      entries = []
      hashes = []
      slots = []
    }
  }

  private mutating func takeFlat(_ numbers: Span<UInt32>, _ fields: CSVFieldRun) {
    var at = fields.position
    for _ in 0..<fields.count {
      let start = numbers[at]
      places?.append(CSVFieldPlace(start: start, length: numbers[at &+ 1] &- 1 &- start))
      at &+= fields.stride
    }
  }

  private mutating func takeCodes(
    _ bytes: Span<UInt8>, _ numbers: Span<UInt32>, _ fields: CSVFieldRun
  ) {
    let first = fields.firstRow
    codes.append(contentsOf: repeatElement(0, count: fields.count))
    var at = fields.position
    var previousStart = 0
    var previousLength = -1
    var previous: UInt32 = 0
    for row in first..<(first + fields.count) {
      let start = Int(numbers[at])
      let length = Int(numbers[at &+ 1]) &- 1 &- start
      at &+= fields.stride
      if length != previousLength || !CSVCompare.equal(bytes, start, previousStart, length) {
        previous = code(bytes, start, length)
        (previousStart, previousLength) = (start, length)
      }
      codes[row] = previous
    }
  }

  private mutating func code(_ bytes: Span<UInt8>, _ start: Int, _ length: Int) -> UInt32 {
    let hash = CSVHash.hash(bytes, start, length)
    let slotMask = slots.count &- 1
    var slot = Int(hash) & slotMask
    while slots[slot] != 0 {
      let code = Int(slots[slot] &- 1)
      if hashes[code] == hash && entries[code].length == length
        && CSVCompare.equal(bytes, start, Int(entries[code].start), length)
      {
        return UInt32(truncatingIfNeeded: code)
      }
      slot = (slot &+ 1) & slotMask
    }
    let code = UInt32(truncatingIfNeeded: entries.count)
    slots[slot] = code &+ 1
    entries.append(
      CSVFieldPlace(
        start: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: length)))
    hashes.append(hash)
    if entries.count * 2 > slots.count { grow() }
    return code
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 4)
    let slotMask = slots.count - 1
    for (code, hash) in hashes.enumerated() {
      var slot = Int(hash) & slotMask
      while slots[slot] != 0 { slot = (slot + 1) & slotMask }
      slots[slot] = UInt32(code) + 1
    }
  }

  func finish(
    _ bytes: [UInt8], order: Int, problems: inout [CSVProblem]
  ) -> Column {
    if let places {
      let (column, faults) = reading.column(bytes, places)
      for (row, reason) in faults {
        problems.append(CSVProblem(row: row, order: order, reason: reason))
      }
      return column
    }
    let (values, faults) = reading.column(bytes, entries)
    if !faults.isEmpty {
      let reasons = Dictionary(faults, uniquingKeysWith: { first, _ in first })
      for row in codes.indices {
        guard let reason = reasons[Int(codes[row])] else { continue }
        problems.append(CSVProblem(row: row, order: order, reason: reason))
      }
    }
    if entries.count == 1 {
      return Column(values.type, constant: values.value(0), count: codes.count)
    }
    return Column(codes: codes, ColumnDictionary(values))
  }
}

/// Where a raw field lies in its block.
struct CSVFieldPlace {
  let start: UInt32
  let length: UInt32

  var range: Range<Int> { Int(start)..<(Int(start) + Int(length)) }
}

enum CSVHash {
  /// Multiply and fold, eight bytes at a time; eight more bytes must follow.
  ///
  /// Source: the mixing step of wyhash (Wang Yi, "wyhash", public domain).
  @inline(__always)
  static func hash(_ bytes: Span<UInt8>, _ start: Int, _ length: Int) -> UInt32 {
    var state = UInt64(truncatingIfNeeded: length) &* 0x9E37_79B9_7F4A_7C15
    var offset = 0
    while offset &+ 8 <= length {
      state = mix(state ^ bytes.word(at: start &+ offset))
      offset &+= 8
    }
    let rest = length &- offset
    if rest > 0 {
      let shift = UInt64(truncatingIfNeeded: 64 &- 8 &* rest)
      state = mix(state ^ (bytes.word(at: start &+ offset) << shift))
    }
    return UInt32(truncatingIfNeeded: state ^ (state >> 32))
  }

  @inline(__always)
  private static func mix(_ x: UInt64) -> UInt64 {
    let product = x.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    return product.high ^ product.low
  }
}
