import Columns
import Dispatch
import Parquet
import Synchronization

/// One pass over all columns of some files.
final class DecodingRun: Sendable {
  private let files: [ParquetFile]
  private let pieces: [Piece]
  private let batchSize: Int
  private let isFlat: Bool
  private let isStreaming: Bool
  private let next = Atomic<Int>(0)
  private let failure = Mutex<(any Error)?>(nil)
  private let kept = Mutex<[(piece: Int, batches: [Batch])]>([])

  /// Some columns of one row group.
  private struct Piece: Sendable {
    let file: Int
    let rowGroup: Int
    let columns: [Int]
  }

  private static let blockWidth = 8

  init(_ paths: [String], batchSize: Int, isFlat: Bool, isStreaming: Bool) throws {
    files = try paths.map { try ParquetFile($0) }
    self.batchSize = batchSize
    self.isFlat = isFlat
    self.isStreaming = isStreaming
    var pieces: [Piece] = []
    for (file, opened) in files.enumerated() {
      for rowGroup in opened.rowGroups.indices {
        let columns = Array(0..<opened.schema.fields.count)
        for start in stride(from: 0, to: columns.count, by: DecodingRun.blockWidth) {
          let block = columns[start..<min(start + DecodingRun.blockWidth, columns.count)]
          pieces.append(Piece(file: file, rowGroup: rowGroup, columns: Array(block)))
        }
      }
    }
    self.pieces = pieces
  }

  var rowCount: Int { files.reduce(0) { $0 + $1.rowCount } }

  func decode(threads: Int) throws {
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while true {
        let piece = next.add(1, ordering: .relaxed).oldValue
        guard piece < pieces.count, failure.withLock({ $0 == nil }) else { return }
        do {
          let batches = try decode(pieces[piece])
          if !isStreaming { kept.withLock { $0.append((piece, batches)) } }
        } catch {
          failure.withLock { $0 = error }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private func decode(_ piece: Piece) throws -> [Batch] {
    let reader = try files[piece.file].reader(
      rowGroup: piece.rowGroup, columns: piece.columns, batchSize: batchSize)
    var batches: [Batch] = []
    while var batch = try reader.next() {
      if isFlat { batch = Batch(batch.columns.map { $0.flattened() }, count: batch.count) }
      if !isStreaming { batches.append(batch) }
    }
    return batches
  }

  /// What each column of what was kept has; columns of the same name count together.
  func sums() -> [(name: String, sum: ColumnSum)] {
    var sums: [String: ColumnSum] = [:]
    for (piece, batches) in kept.withLock({ $0 }) {
      let schema = files[pieces[piece].file].schema
      for (position, column) in pieces[piece].columns.enumerated() {
        for batch in batches {
          sums[schema[column].name, default: ColumnSum()].add(batch.columns[position])
        }
      }
    }
    return sums.sorted { $0.key < $1.key }.map { (name: $0.key, sum: $0.value) }
  }
}

/// How much a column holds: a figure that another reader can compare.
struct ColumnSum {
  private(set) var present = 0
  private(set) var total = 0.0

  mutating func add(_ column: Column) {
    let column = column.flattened()
    guard case .flat(let values, let validity) = column.form else { return }
    for row in 0..<column.count where validity.isPresent(row) { present += 1 }
    switch values {
    case .boolean(let values): add(values, validity) { $0 ? 1 : 0 }
    case .int64(let values): add(values, validity) { Double($0) }
    case .double(let values): add(values, validity) { $0 }
    case .decimal(let values): add(values, validity) { Double($0) }
    case .text(let texts):
      for row in 0..<texts.count where validity.isPresent(row) {
        total += Double(texts.length(row))
      }
    case .array(let list): add(inner: list.elements)
    case .map(let map):
      add(inner: map.keys)
      add(inner: map.values)
    case .row(let fields, _): for field in fields { add(inner: field) }
    }
  }

  /// Entries of a nested column count into the total alone.
  private mutating func add(inner column: Column) {
    var sum = ColumnSum()
    sum.add(column)
    total += sum.total
  }

  private mutating func add<Element>(
    _ values: [Element], _ validity: Validity, _ number: (Element) -> Double
  ) {
    for row in values.indices where validity.isPresent(row) { total += number(values[row]) }
  }
}
