import Columns

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
