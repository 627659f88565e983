package import Columns
package import Files
import Synchronization

/// Parses blocks of one file; a value that any number of threads may use at once.
package struct CSVParser: Sendable {
  /// The type of each wanted column, in their order: what the batches have.
  package let schema: Schema

  private let columns: [CSVColumn]
  private let dialect: CSVDialect
  private let fieldCount: Int

  /// - Throws: `FormatError` for a column that the file does not have.
  package init(_ reader: CSVReader, _ columns: [CSVColumn]) throws(FormatError) {
    self.columns = columns
    dialect = reader.dialect
    fieldCount = reader.header.count
    schema = Schema(columns.map { Field($0.name, $0.type) })
    for column in columns where !(0..<fieldCount).contains(column.position) {
      throw FormatError(
        reader.name,
        "has \(fieldCount) columns, expected '\(column.name)' at position \(column.position + 1)")
    }
  }

  /// The rows of a block; text columns come out as dictionaries where their values repeat.
  ///
  /// - Complexity: O(`block.count`).
  package func parse(_ block: CSVBlock) -> CSVPart {
    var state = newState()
    return parse(block, &state)
  }

  /// The same with what was learnt from other blocks of the file.
  func parse(_ block: CSVBlock, _ state: inout State) -> CSVPart {
    let bytes = block.bytes.span
    var faults: [CSVRecordIndex.Fault] = []
    var problems: [CSVProblem] = []
    var records: [Range<UInt32>] = []
    let isSuspicious = !block.isPlain && !CSVText.isClean(bytes, block.count)
    var position = 0
    state.beginBlock()
    while position < block.count {
      position = state.fill(bytes, from: position, to: block.count, faults: &faults)
      let firstRow = records.count
      state.index.appendRecords(to: &records)
      if isSuspicious {
        CSVText.findUnclean(bytes, records[firstRow...], problems: &problems)
      }
      if firstRow == 0 {
        state.beginColumns(expecting: state.index.count * (block.count / position + 1))
      }
      state.takeFields(bytes, firstRow: firstRow, problems: &problems)
    }
    if block.count == 0 { state.beginColumns(expecting: 0) }
    let finished = state.finishColumns(
      block.bytes, hasReturns: !block.isPlain, problems: &problems)
    let rows = records.count
    let batch = Batch(finished, count: rows)
    CSVRequirement.check(columns, finished, rows, &problems)
    let sortedProblems = CSVProblem.firstOfEachRow(problems)
    let rejects = rejectedRows(block, faults, sortedProblems, records)
    guard !sortedProblems.isEmpty else {
      return CSVPart(batch: batch, rejects: rejects, byteCount: block.count)
    }
    return CSVPart(
      batch: batch.selected(goodRows(rows, without: sortedProblems)), rejects: rejects,
      byteCount: block.count)
  }

  /// What is learnt from a file's blocks begins empty.
  func newState() -> State { State(columns, fieldCount: fieldCount, dialect) }

  /// The states of some threads.
  final class States: Sendable {
    private let parser: CSVParser
    private let idle = Mutex<[State]>([])

    init(_ parser: CSVParser) { self.parser = parser }

    /// Calls `body` with a state that no other thread has.
    func withState<T>(_ body: (inout State) -> T) -> T {
      var state = idle.withLock { $0.popLast() } ?? parser.newState()
      let result = body(&state)
      idle.withLock { $0.append(state) }
      return result
    }
  }

  private func goodRows(_ count: Int, without problems: [CSVProblem]) -> Selection {
    var isGood = [Bool](repeating: true, count: count)
    for problem in problems { isGood[problem.row] = false }
    return Selection((0..<UInt32(count)).filter { isGood[Int($0)] })
  }

  /// The records left out, in the order of the file.
  private func rejectedRows(
    _ block: CSVBlock, _ faults: [CSVRecordIndex.Fault], _ problems: [CSVProblem],
    _ records: [Range<UInt32>]
  ) -> [RejectedRow] {
    if faults.isEmpty && problems.isEmpty { return [] }
    var all = faults.map { (range: $0.range, column: String?.none, reason: $0.reason) }
    for problem in problems {
      let record = records[problem.row]
      all.append(
        (
          Int(record.lowerBound)..<Int(record.upperBound),
          problem.order.map { columns[$0].name }, problem.reason
        ))
    }
    all.sort { $0.range.lowerBound < $1.range.lowerBound }
    var line = block.firstLine
    var seen = 0
    return all.map { range, column, reason in
      line += ByteScan.count(
        of: dialect.newline, in: block.bytes.span.extracting(seen..<range.lowerBound))
      seen = range.lowerBound
      return RejectedRow(
        line: line, column: column, reason: reason,
        text: Array(block.bytes[range].prefix(RejectedRow.textLimit)))
    }
  }
}

/// A field that does not fit its column, or (`order` nil) a record that is not text.
struct CSVProblem {
  let row: Int
  /// The position among the wanted columns.
  let order: Int?
  let reason: String

  static func firstOfEachRow(_ problems: [CSVProblem]) -> [CSVProblem] {
    let sorted = problems.sorted { ($0.row, $0.order ?? -1) < ($1.row, $1.order ?? -1) }
    var firsts: [CSVProblem] = []
    for problem in sorted where problem.row != firsts.last?.row { firsts.append(problem) }
    return firsts
  }
}

/// The fields of one column in some consecutive records: field `i` begins at number `starts + i` of the
/// index and ends one before number `ends + i`; see `CSVRecordIndex`.
struct CSVFieldRun {
  let starts: Int
  let ends: Int
  let count: Int
  /// The row within the block of the first of them.
  let firstRow: Int

  init(starts: Int, ends: Int, count: Int, firstRow: Int) {
    self.starts = starts
    self.ends = ends
    self.count = count
    self.firstRow = firstRow
  }

  /// - Parameter unit: the place of the fields' starts among the numbers of a record.
  init(_ index: CSVRecordIndex, unit: Int, firstRow: Int) {
    self.init(
      starts: unit * index.stride, ends: (unit + 1) * index.stride, count: index.count,
      firstRow: firstRow)
  }

  /// Whether nothing is between any two separators.
  func areEmpty(_ numbers: Span<UInt32>) -> Bool {
    let starts = numbers.extracting(starts..<(starts + count))
    let ends = numbers.extracting(ends..<(ends + count))
    var differences: UInt32 = 0
    for row in starts.indices { differences |= (ends[row] &- starts[row]) ^ 1 }
    return differences == 0
  }
}

/// Whether bytes are text at all.
enum CSVText {
  /// Valid UTF-8 without NUL.
  static func isClean(_ bytes: Span<UInt8>, _ count: Int) -> Bool {
    let text = bytes.extracting(0..<count)
    if ByteScan.isPlainASCII(text) { return true }
    return ByteScan.count(of: 0, in: text) == 0 && isUTF8(text)
  }

  static func isUTF8(_ bytes: Span<UInt8>) -> Bool {
    (try? UTF8Span(validating: bytes)) != nil
  }

  /// Reports the records that are not clean; `records` has the positions of its rows.
  static func findUnclean(
    _ bytes: Span<UInt8>, _ records: ArraySlice<Range<UInt32>>, problems: inout [CSVProblem]
  ) {
    for row in records.indices {
      let record = bytes.extracting(
        Int(records[row].lowerBound)..<Int(records[row].upperBound))
      if isClean(record, record.count) { continue }
      let hasNul = record.indices.contains { record[$0] == 0 }
      problems.append(
        CSVProblem(
          row: row, order: nil,
          reason: hasNul
            ? "expected text, found a NUL byte" : "expected UTF-8 text, found bytes that are not"))
    }
  }
}
