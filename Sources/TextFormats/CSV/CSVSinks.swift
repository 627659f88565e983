import Columns

/// Takes the fields of one column run by run and ends as a column.
///
/// An enum and not a protocol: behind an existential the loops would stay generic, at a fifth of the speed.
enum CSVSink {
  case double(CSVNumberSink<DoubleField>)
  case integer(CSVNumberSink<IntegerField>)
  case timestamp(CSVNumberSink<TimestampField>)
  case text(CSVTextSink)
  /// While the sink is at work elsewhere, so that its arrays have one owner.
  case away

  init(_ type: DataType, _ options: CSVColumn.Options) {
    let nulls = CSVNulls(options, isText: type.physical == .text)
    if options.reading != nil {
      self = .text(CSVTextSink(CSVFieldReading(type, nulls, options)))
      return
    }
    switch type {
    case .double: self = .double(CSVNumberSink(type, nulls, options))
    case .bigint, .integer: self = .integer(CSVNumberSink(type, nulls, options))
    case .timestamp: self = .timestamp(CSVNumberSink(type, nulls, options))
    case .null, .boolean, .decimal, .varchar, .varbinary, .json, .date, .intervalYearToMonth,
      .intervalDayToSecond, .array, .map, .row:
      self = .text(CSVTextSink(CSVFieldReading(type, nulls, options)))
    }
  }

  /// Makes room for some rows, as far as can be told from the first of them.
  mutating func reserve(_ rows: Int) {
    let rows = min(rows, 1 << 20)
    let sink = self
    self = .away
    switch consume sink {
    case .double(var sink):
      sink.reserve(rows)
      self = .double(sink)
    case .integer(var sink):
      sink.reserve(rows)
      self = .integer(sink)
    case .timestamp(var sink):
      sink.reserve(rows)
      self = .timestamp(sink)
    case .text(var sink):
      sink.reserve(rows)
      self = .text(sink)
    case .away: break
    }
  }

  mutating func take(
    _ bytes: Span<UInt8>, _ numbers: Span<UInt32>, _ fields: CSVFieldRun, order: Int,
    problems: inout [CSVProblem]
  ) {
    let sink = self
    self = .away
    switch consume sink {
    case .double(var sink):
      sink.take(bytes, numbers, fields, order: order, problems: &problems)
      self = .double(sink)
    case .integer(var sink):
      sink.take(bytes, numbers, fields, order: order, problems: &problems)
      self = .integer(sink)
    case .timestamp(var sink):
      sink.take(bytes, numbers, fields, order: order, problems: &problems)
      self = .timestamp(sink)
    case .text(var sink):
      sink.take(bytes, numbers, fields)
      self = .text(sink)
    case .away: break
    }
  }

  func finish(_ bytes: [UInt8], order: Int, problems: inout [CSVProblem]) -> Column {
    switch self {
    case .double(let sink): sink.finish()
    case .integer(let sink): sink.finish()
    case .timestamp(let sink): sink.finish()
    case .text(let sink): sink.finish(bytes, order: order, problems: &problems)
    case .away: Column(.null, constant: .null, count: 0)
    }
  }
}

/// Which raw fields stand for NULL.
struct CSVNulls: Sendable {
  let emptyIsNull: Bool
  let quotedEmptyIsNull: Bool
  let tokens: [[UInt8]]

  init(_ options: CSVColumn.Options, isText: Bool) {
    emptyIsNull = options.emptyIsNull || !isText
    quotedEmptyIsNull = options.quotedEmptyIsNull || !isText
    tokens = options.nullTokens.map { Array($0.utf8) }
  }

  /// For a field as it stands in the file, quotes included.
  func contains(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if start == end { return emptyIsNull }
    if end - start == 2 && bytes[start] == CSVDialect.quote { return quotedEmptyIsNull }
    return tokens.contains { token in
      token.count == end - start && token.indices.allSatisfy { token[$0] == bytes[start + $0] }
    }
  }
}

/// How a field of a fixed-width type is read; a type rather than a closure, so that the loop over it is
/// compiled once for each.
protocol CSVFixedField {
  associatedtype Stored: Equatable & Sendable
  static var zero: Stored { get }
  static var expected: String { get }
  static func values(_ stored: [Stored]) -> Values
  /// - Parameter allowsNonFinite: as in `CSVColumn.Options`.
  static func read(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ type: DataType, allowsNonFinite: Bool
  ) -> Stored?
}

enum DoubleField: CSVFixedField {
  static var zero: Double { 0 }
  static var expected: String { "a number" }
  static func values(_ stored: [Double]) -> Values { .double(stored) }

  @inline(__always)
  static func read(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ type: DataType, allowsNonFinite: Bool
  ) -> Double? {
    if let value = NumberText.double(bytes, start, end) { return value }
    return allowsNonFinite ? NumberText.nonFinite(bytes, start, end) : nil
  }
}

enum IntegerField: CSVFixedField {
  static var zero: Int64 { 0 }
  static var expected: String { "a whole number" }
  static func values(_ stored: [Int64]) -> Values { .int64(stored) }

  @inline(__always)
  static func read(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ type: DataType, allowsNonFinite: Bool
  ) -> Int64? {
    guard let value = NumberText.int64(bytes, start, end) else { return nil }
    return type == .bigint || Int32(exactly: value) != nil ? value : nil
  }
}

enum TimestampField: CSVFixedField {
  static var zero: Int64 { 0 }
  static var expected: String { "a date and time such as 2026-09-01T00:00:00Z" }
  static func values(_ stored: [Int64]) -> Values { .int64(stored) }

  @inline(__always)
  static func read(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ type: DataType, allowsNonFinite: Bool
  ) -> Int64? {
    CivilTimeText.timestamp(bytes, start, end)
  }
}

/// Numbers and timestamps into a flat array. A field that repeats the one above it, byte for byte, is not
/// read again.
struct CSVNumberSink<Kind: CSVFixedField> {
  private let type: DataType
  private let nulls: CSVNulls
  private let allowsNonFinite: Bool
  private let trims: Bool
  private var stored: [Kind.Stored] = []
  private var mask: [Bool] = []

  init(_ type: DataType, _ nulls: CSVNulls, _ options: CSVColumn.Options) {
    self.type = type
    self.nulls = nulls
    allowsNonFinite = options.allowsNonFinite
    trims = options.trims
  }

  mutating func reserve(_ rows: Int) {
    stored.reserveCapacity(rows)
    mask.reserveCapacity(rows)
  }

  mutating func take(
    _ bytes: Span<UInt8>, _ numbers: Span<UInt32>, _ fields: CSVFieldRun, order: Int,
    problems: inout [CSVProblem]
  ) {
    let first = fields.firstRow
    var storedRows = stored
    var maskRows = mask
    stored = []
    mask = []
    defer { (self.stored, self.mask) = (storedRows, maskRows) }
    storedRows.append(contentsOf: repeatElement(Kind.zero, count: fields.count))
    maskRows.append(contentsOf: repeatElement(true, count: fields.count))
    var stored = storedRows.mutableSpan
    var mask = maskRows.mutableSpan
    var at = fields.position
    var previousStart = 0
    var previousLength = -1
    var previous = Kind.zero
    for row in first..<(first + fields.count) {
      let start = Int(numbers[at])
      let length = Int(numbers[at &+ 1]) &- 1 &- start
      at &+= fields.stride
      if length == previousLength && CSVCompare.equal(bytes, start, previousStart, length) {
        stored[row] = previous
        continue
      }
      if length == 0 {
        mask[row] = false
        continue
      }
      if let value = Kind.read(
        bytes, start, start &+ length, type, allowsNonFinite: allowsNonFinite)
      {
        stored[row] = value
        (previousStart, previousLength, previous) = (start, length, value)
      } else if nulls.contains(bytes, start, start &+ length) {
        mask[row] = false
      } else if let value = readUnusual(bytes, start, start + length) {
        stored[row] = value
      } else {
        problems.append(
          CSVProblem(
            row: row, order: order,
            reason: "expected \(Kind.expected), found "
              + CSVFields.excerpt(bytes, start..<(start + length))))
      }
    }
  }

  /// Quoted or with blanks around it.
  private func readUnusual(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Kind.Stored? {
    var start = start
    var end = end
    if bytes[start] == CSVDialect.quote {
      start += 1
      end -= 1
    }
    while trims && start < end && bytes[start] == 0x20 { start += 1 }
    while trims && start < end && bytes[end - 1] == 0x20 { end -= 1 }
    return Kind.read(bytes, start, end, type, allowsNonFinite: allowsNonFinite)
  }

  func finish() -> Column {
    Column(type, Kind.values(stored), Validity(checking: mask))
  }
}

enum CSVCompare {
  /// Whether two runs of bytes are equal; eight more bytes must follow each.
  @inline(__always)
  static func equal(_ bytes: Span<UInt8>, _ a: Int, _ b: Int, _ length: Int) -> Bool {
    var offset = 0
    while offset &+ 8 <= length {
      if bytes.word(at: a &+ offset) != bytes.word(at: b &+ offset) { return false }
      offset &+= 8
    }
    let rest = length &- offset
    if rest == 0 { return true }
    let difference = bytes.word(at: a &+ offset) ^ bytes.word(at: b &+ offset)
    return difference << UInt64(truncatingIfNeeded: 64 &- 8 &* rest) == 0
  }
}
