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

  /// Begins a block of so many rows, as far as can be told from the first of them.
  mutating func begin(expecting rows: Int, isInGroup: Bool) {
    let rows = min(rows, 1 << 20)
    let sink = self
    self = .away
    switch consume sink {
    case .double(var sink):
      sink.begin(expecting: rows)
      self = .double(sink)
    case .integer(var sink):
      sink.begin(expecting: rows)
      self = .integer(sink)
    case .timestamp(var sink):
      sink.begin(expecting: rows)
      self = .timestamp(sink)
    case .text(var sink):
      sink.begin(expecting: rows, isInGroup: isInGroup)
      self = .text(sink)
    case .away: break
    }
  }

  mutating func take(
    _ bytes: Span<UInt8>, _ numbers: Span<UInt32>, _ fields: CSVFieldRun, order: Int,
    problems: inout [CSVProblem]
  ) {
    if fields.areEmpty(numbers) { return takeEmpty(fields.count) }
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

  /// The fields of a column of a group, in the records that it looked at last.
  mutating func take(
    _ group: CSVFieldGroup, field: Int, order: Int, problems: inout [CSVProblem]
  ) {
    guard case .text(var sink) = self else {
      if group.areEmpty(field: field) { return takeEmpty(group.codes.count) }
      let (numbers, fields) = group.placed(field: field)
      return take(
        group.phrases.bytes.span, numbers.span, fields, order: order, problems: &problems)
    }
    self = .away
    sink.take(group, field: field)
    self = .text(sink)
  }

  /// So many fields with nothing in them.
  private mutating func takeEmpty(_ count: Int) {
    let sink = self
    self = .away
    switch consume sink {
    case .double(var sink):
      sink.takeNulls(count)
      self = .double(sink)
    case .integer(var sink):
      sink.takeNulls(count)
      self = .integer(sink)
    case .timestamp(var sink):
      sink.takeNulls(count)
      self = .timestamp(sink)
    case .text(var sink):
      sink.takeEmpty(count)
      self = .text(sink)
    case .away: break
    }
  }

  /// What the rows since ``begin(expecting:isInGroup:)`` amount to.
  ///
  /// - Parameter hasReturns: see `CSVTextSink.finish`.
  mutating func finish(
    _ bytes: [UInt8], hasReturns: Bool, order: Int, problems: inout [CSVProblem]
  ) -> Column {
    let sink = self
    self = .away
    switch consume sink {
    case .double(var sink):
      defer { self = .double(sink) }
      return sink.finish()
    case .integer(var sink):
      defer { self = .integer(sink) }
      return sink.finish()
    case .timestamp(var sink):
      defer { self = .timestamp(sink) }
      return sink.finish()
    case .text(var sink):
      defer { self = .text(sink) }
      return sink.finish(bytes, hasReturns: hasReturns, order: order, problems: &problems)
    case .away: return Column(.null, constant: .null, count: 0)
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
  static func value(_ stored: Stored) -> Value
  /// - Parameter allowsNonFinite: as in `CSVColumn.Options`.
  static func read(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ type: DataType, allowsNonFinite: Bool
  ) -> Stored?
}

enum DoubleField: CSVFixedField {
  static var zero: Double { 0 }
  static var expected: String { "a number" }
  static func values(_ stored: [Double]) -> Values { .double(stored) }
  static func value(_ stored: Double) -> Value { .double(stored) }

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
  static func value(_ stored: Int64) -> Value { .int64(stored) }

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
  static func value(_ stored: Int64) -> Value { .int64(stored) }

  @inline(__always)
  static func read(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ type: DataType, allowsNonFinite: Bool
  ) -> Int64? {
    CivilTimeText.timestamp(bytes, start, end)
  }
}

/// Numbers and timestamps into a flat array, which begins with the first row that differs from those
/// before it. A field that repeats the one above it, byte for byte, is not read again.
struct CSVNumberSink<Kind: CSVFixedField> {
  private let type: DataType
  private let nulls: CSVNulls
  private let allowsNonFinite: Bool
  private let trims: Bool
  private var rowCount = 0
  private var expectedRows = 0
  /// What all rows are as long as `stored` is empty; nil is NULL.
  private var common: Kind.Stored?
  private var stored: [Kind.Stored] = []
  /// Empty as long as no row is NULL.
  private var mask: [Bool] = []
  /// The field read last, with its text in the block.
  private var previous = Kind.zero
  private var previousStart = 0
  private var previousLength = -1

  init(_ type: DataType, _ nulls: CSVNulls, _ options: CSVColumn.Options) {
    self.type = type
    self.nulls = nulls
    allowsNonFinite = options.allowsNonFinite
    trims = options.trims
  }

  mutating func begin(expecting rows: Int) {
    rowCount = 0
    expectedRows = rows
    common = nil
    stored = []
    mask = []
    previousLength = -1
  }

  /// Some empty fields.
  mutating func takeNulls(_ count: Int) {
    guard count > 0 else { return }
    if stored.isEmpty && (rowCount == 0 || common == nil) {
      rowCount += count
      return
    }
    spread()
    stored.append(contentsOf: repeatElement(Kind.zero, count: count))
    if mask.isEmpty { mask = [Bool](repeating: true, count: rowCount) }
    mask.append(contentsOf: repeatElement(false, count: count))
    rowCount += count
  }

  mutating func take(
    _ bytes: Span<UInt8>, _ numbers: Span<UInt32>, _ fields: CSVFieldRun, order: Int,
    problems: inout [CSVProblem]
  ) {
    let starts = numbers.extracting(fields.starts..<(fields.starts + fields.count))
    let ends = numbers.extracting(fields.ends..<(fields.ends + fields.count))
    let same = stored.isEmpty ? countCommon(bytes, starts, ends) : 0
    rowCount += same
    if same == fields.count { return }
    spread()
    read(bytes, starts, ends, from: same, fields, order: order, problems: &problems)
    rowCount = stored.count
  }

  /// How many fields from the first on are what all rows before them are.
  private mutating func countCommon(
    _ bytes: Span<UInt8>, _ starts: Span<UInt32>, _ ends: Span<UInt32>
  ) -> Int {
    if rowCount == 0 {
      let (start, end) = (Int(starts[0]), Int(ends[0]) - 1)
      if start < end {
        guard
          let value = Kind.read(bytes, start, end, type, allowsNonFinite: allowsNonFinite)
        else { return 0 }
        common = value
        (previousStart, previousLength, previous) = (start, end - start, value)
      }
    }
    let isNull = common == nil
    for row in starts.indices {
      let start = Int(starts[row])
      let length = Int(ends[row]) &- 1 &- start
      if isNull {
        if length != 0 { return row }
      } else if length != previousLength
        || !CSVCompare.equal(bytes, start, bytes, previousStart, length)
      {
        return row
      }
    }
    return starts.count
  }

  /// Gives each row so far a value of its own.
  private mutating func spread() {
    guard stored.isEmpty else { return }
    stored.reserveCapacity(max(expectedRows, rowCount))
    guard rowCount > 0 else { return }
    stored.append(contentsOf: repeatElement(common ?? Kind.zero, count: rowCount))
    if common == nil {
      mask.reserveCapacity(expectedRows)
      mask.append(contentsOf: repeatElement(false, count: rowCount))
    }
  }

  private mutating func read(
    _ bytes: Span<UInt8>, _ starts: Span<UInt32>, _ ends: Span<UInt32>, from first: Int,
    _ fields: CSVFieldRun, order: Int, problems: inout [CSVProblem]
  ) {
    // Moved out and back, so that the loop has them alone.
    var storedRows: [Kind.Stored] = []
    swap(&storedRows, &self.stored)
    defer { swap(&storedRows, &self.stored) }
    var row = storedRows.count
    storedRows.append(contentsOf: repeatElement(Kind.zero, count: starts.count - first))
    var absent: [Int] = []
    var stored = storedRows.mutableSpan
    var previous = previous
    var previousStart = previousStart
    var previousLength = previousLength
    for field in first..<starts.count {
      let start = Int(starts[field])
      let length = Int(ends[field]) &- 1 &- start
      if length == 0 {
        absent.append(row)
      } else if length == previousLength
        && CSVCompare.equal(bytes, start, bytes, previousStart, length)
      {
        stored[row] = previous
      } else if let value = Kind.read(
        bytes, start, start &+ length, type, allowsNonFinite: allowsNonFinite)
      {
        stored[row] = value
        (previousStart, previousLength, previous) = (start, length, value)
      } else if nulls.contains(bytes, start, start &+ length) {
        absent.append(row)
      } else if let value = readUnusual(bytes, start, start + length) {
        stored[row] = value
      } else {
        problems.append(
          CSVProblem(
            row: fields.firstRow + field, order: order,
            reason: "expected \(Kind.expected), found "
              + CSVFields.excerpt(bytes, start..<(start + length))))
      }
      row &+= 1
    }
    (self.previous, self.previousStart, self.previousLength) = (
      previous, previousStart, previousLength
    )
    if absent.isEmpty && mask.isEmpty { return }
    mask.reserveCapacity(max(expectedRows, row))
    mask.append(contentsOf: repeatElement(true, count: row - mask.count))
    for row in absent { mask[row] = false }
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

  mutating func finish() -> Column {
    if stored.isEmpty {
      return Column(type, constant: common.map(Kind.value) ?? .null, count: rowCount)
    }
    let column = Column(type, Kind.values(stored), Validity(mask: mask.isEmpty ? nil : mask))
    stored = []
    mask = []
    return column
  }
}

enum CSVCompare {
  /// Whether two runs of bytes are equal; eight more bytes must follow each.
  @inline(__always)
  static func equal(
    _ a: Span<UInt8>, _ aStart: Int, _ b: Span<UInt8>, _ bStart: Int, _ length: Int
  ) -> Bool {
    var offset = 0
    while offset &+ ByteBlock.size <= length {
      if (a.block(at: aStart &+ offset).words ^ b.block(at: bStart &+ offset).words).union != 0 {
        return false
      }
      offset &+= ByteBlock.size
    }
    while offset &+ 8 <= length {
      if a.word(at: aStart &+ offset) != b.word(at: bStart &+ offset) { return false }
      offset &+= 8
    }
    let rest = length &- offset
    if rest == 0 { return true }
    let difference = a.word(at: aStart &+ offset) ^ b.word(at: bStart &+ offset)
    return difference << UInt64(truncatingIfNeeded: 64 &- 8 &* rest) == 0
  }
}
