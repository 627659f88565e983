/// Where the fields of some records are.
///
/// A record of `n` fields has `n + 1` numbers: where it starts, then for each field the position behind
/// the separator that ends it (one past its last byte plus one, for the last field of a line too).
///
///     text     a , b c ,   \n
///     numbers  0 2     5   6      → fields 0..<1, 2..<4, 5..<5
///
/// They are kept column by column, as they are used: number `f` of record `r` is at `f * stride + r`.
/// A group of fields counts as one field, with the separators in it.
struct CSVRecordIndex {
  let layout: CSVLayout
  /// Records that fit.
  let capacity: Int
  /// From a number of a record to the next one of it.
  let stride: Int
  private(set) var count = 0
  private(set) var numbers: [UInt32]
  /// The numbers of one record as if there were no groups, without the first.
  private var fieldEnds: [UInt32]
  /// Per unit, the separators in it.
  private let innerSeparators: [Int]
  /// Whether the last line ended in CR and LF.
  private var hasReturns = false

  init(_ layout: CSVLayout) {
    self.layout = layout
    // 32 Ki numbers and the text they point to stay within the second-level cache.
    capacity = max(1, min(4096, 32_768 / (layout.unitCount + 1)))
    // A record's numbers go to as many cache lines, which must not all fall into the same few sets.
    stride = capacity % 64 == 0 ? capacity + 16 : capacity
    numbers = [UInt32](repeating: 0, count: stride * (layout.unitCount + 1))
    innerSeparators = (0..<layout.unitCount).map { layout.fieldCount(ofUnit: $0) - 1 }
    fieldEnds = [UInt32](repeating: 0, count: layout.fieldCount)
  }

  /// A record whose fields cannot be trusted.
  struct Fault {
    let range: Range<Int>
    let reason: String
  }

  /// Fills the index with records from `position` on, until it is full or the records end.
  ///
  /// A quote opens a quoted field only as its first byte, as in `CSVRecordSplitter`.
  ///
  /// - Parameters:
  ///   - end: where the records end; `CSVBlock.padding` zeros must follow in `bytes`.
  ///   - faults: receives the records that are left out.
  /// - Returns: where the next record starts.
  mutating func fill(
    _ bytes: Span<UInt8>, from position: Int, to end: Int, _ dialect: CSVDialect,
    faults: inout [Fault]
  ) -> Int {
    count = 0
    var start = position
    while count < capacity && start < end {
      start = addRegular(bytes, from: start, to: end, dialect)
      if count < capacity && start < end {
        start = addAny(bytes, from: start, to: end, dialect, faults: &faults)
      }
    }
    return start
  }

  /// Adds records as long as each has its fields, and quotes only around fields or doubled within.
  ///
  /// - Returns: where the first record starts that was not added.
  private mutating func addRegular(
    _ bytes: Span<UInt8>, from position: Int, to end: Int, _ dialect: CSVDialect
  ) -> Int {
    let delimiter = ByteBlock(repeating: dialect.delimiter)
    let newline = ByteBlock(repeating: dialect.newline)
    let quote = ByteBlock(repeating: CSVDialect.quote)
    let trimsReturn = dialect.newline == 0x0A
    let stride = stride
    let lastUnit = layout.unitCount - 1
    let inner = innerSeparators
    let capacity = capacity
    let hasReturns = hasReturns
    var row = count
    var start = position
    var numbers = numbers.mutableSpan
    var slot = row
    var unit = 0
    // Separators within the unit that are still to come.
    var pending = inner[0]
    numbers[slot] = UInt32(truncatingIfNeeded: start)
    var state = CSVQuoteState(isAfterSeparator: true)
    var base = position
    scan: while base < end {
      let block = bytes.block(at: base)
      let quoteLanes = block .== quote
      if state.isQuoted && !quoteLanes.isAny {
        base &+= ByteBlock.size
        continue
      }
      var delimiters = (block .== delimiter).bits
      let newlineLanes = block .== newline
      if state.isOutside && !(newlineLanes .| quoteLanes).isAny {
        state.follow(separator: delimiters >> 63 != 0)
        while delimiters != 0 {
          if pending > 0 {
            let count = delimiters.nonzeroBitCount
            if count <= pending {
              pending &-= count
              break
            }
            while pending > 0 {
              delimiters &= delimiters &- 1
              pending &-= 1
            }
          }
          if unit == lastUnit { break scan }
          unit &+= 1
          slot &+= stride
          numbers[slot] = UInt32(truncatingIfNeeded: base &+ delimiters.trailingZeroBitCount &+ 1)
          pending = inner[unit]
          delimiters &= delimiters &- 1
        }
        base &+= ByteBlock.size
        continue
      }
      let newlines = newlineLanes.bits
      var separators = delimiters | newlines
      let returns = hasReturns ? bytes.returns(in: block, at: base, before: newlines) : 0
      guard
        let inside = state.enter(
          quotes: quoteLanes.bits, separators: separators, returns: returns)
      else { break }
      separators &= ~inside
      while separators != 0 {
        let bit = separators.trailingZeroBitCount
        let at = base &+ bit
        separators &= separators &- 1
        if newlines >> UInt64(bit) & 1 == 0 {
          if pending > 0 {
            pending &-= 1
            continue
          }
          if unit == lastUnit { break scan }
          unit &+= 1
          slot &+= stride
          numbers[slot] = UInt32(truncatingIfNeeded: at &+ 1)
          pending = inner[unit]
          continue
        }
        var recordEnd = at
        if trimsReturn && at > start && bytes[at &- 1] == 0x0D { recordEnd = at &- 1 }
        if unit != lastUnit || pending != 0 || recordEnd &- start > CSVLimits.fieldBytes {
          break scan
        }
        numbers[slot &+ stride] = UInt32(truncatingIfNeeded: recordEnd &+ 1)
        start = at &+ 1
        row &+= 1
        if row == capacity { break scan }
        slot = row
        unit = 0
        pending = inner[0]
        numbers[slot] = UInt32(truncatingIfNeeded: start)
      }
      base &+= ByteBlock.size
    }
    count = row
    return start
  }

  /// Adds the record at `position`, or says what is wrong with it.
  ///
  /// - Returns: where the next record starts.
  private mutating func addAny(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, _ dialect: CSVDialect,
    faults: inout [Fault]
  ) -> Int {
    var fieldStart = start
    var field = 0
    let fieldCount = layout.fieldCount
    var problem = Problem.none
    var at = start
    while at < end {
      let byte = bytes[at]
      if byte == dialect.delimiter {
        if field < fieldCount { fieldEnds[field] = UInt32(truncatingIfNeeded: at + 1) }
        field += 1
        fieldStart = at + 1
      } else if byte == dialect.newline {
        var recordEnd = at
        hasReturns = at > start && byte == 0x0A && bytes[at - 1] == 0x0D
        if hasReturns { recordEnd = at - 1 }
        field += 1
        let isLong = recordEnd - start > CSVLimits.fieldBytes
        let isBlank = recordEnd == start && fieldCount > 1
        if field == fieldCount && problem == .none && !isLong {
          fieldEnds[fieldCount - 1] = UInt32(truncatingIfNeeded: recordEnd + 1)
          addRecord(from: start)
        } else if !isBlank {
          if isLong && problem == .none && field == fieldCount { problem = .long }
          faults.append(Fault(start..<recordEnd, problem, expected: fieldCount, found: field))
        }
        return at + 1
      } else if byte == CSVDialect.quote && at == fieldStart {
        let (after, found) = CSVQuotes.close(bytes, openedAt: at, end, dialect)
        if found != .none { problem = found }
        at = after
        continue
      }
      at += 1
    }
    faults.append(Fault(start..<end, .openQuote, expected: fieldCount, found: field))
    return end
  }

  /// Adds the record whose fields end at `fieldEnds`.
  private mutating func addRecord(from start: Int) {
    numbers[count] = UInt32(truncatingIfNeeded: start)
    for unit in 1..<layout.unitCount {
      numbers[unit * stride + count] = fieldEnds[layout.firstFields[unit] - 1]
    }
    numbers[layout.unitCount * stride + count] = fieldEnds[layout.fieldCount - 1]
    count += 1
  }

  /// Appends where each record lies.
  func appendRecords(to records: inout [Range<UInt32>]) {
    let last = layout.unitCount * stride
    for row in 0..<count { records.append(numbers[row]..<(numbers[last + row] - 1)) }
  }

  /// What can be wrong with a record as a whole.
  enum Problem { case none, textAfterQuote, openQuote, long }
}

extension Span<UInt8> {
  /// The CRs of a block that have an LF behind them.
  @inline(__always)
  fileprivate func returns(
    in block: ByteBlock, at base: Int, before newlines: UInt64
  ) -> UInt64 {
    let next: UInt64 = self[base &+ ByteBlock.size] == 0x0A ? 1 << 63 : 0
    return (block .== ByteBlock(repeating: 0x0D)).bits & (newlines >> 1 | next)
  }
}

extension CSVRecordIndex.Fault {
  fileprivate init(
    _ range: Range<Int>, _ problem: CSVRecordIndex.Problem, expected: Int, found: Int
  ) {
    self.range = range
    reason =
      switch problem {
      case .none: "expected \(expected) fields, found \(found)"
      case .textAfterQuote: "expected a separator after a closing quote, found more text"
      case .openQuote: "a quote is opened and never closed"
      case .long: "the record is longer than the \(CSVLimits.fieldBytes >> 20) MiB allowed"
      }
  }
}
