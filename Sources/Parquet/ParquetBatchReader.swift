package import Columns
import Files

/// Reads the rows of a row group batch by batch, page by page.
///
/// Chunks that are dictionary encoded come out as dictionary columns which share their dictionary,
/// with NULL as its last entry where the chunk may have NULLs; once a chunk gives up its dictionary,
/// its further batches are flat. Values within arrays and maps take the same forms.
package final class ParquetBatchReader {
  private let file: ParquetFile
  private let rowGroup: Int
  private let columns: [ColumnReader]
  private let batchSize: Int
  /// Rows to come, in ascending order.
  private var rows: [Range<Int>]
  /// Rows that are read or passed over.
  private var position = 0
  /// Of these, by column, the ones that its reader has yet to pass over.
  private var lags: [Int]
  /// What is left of a batch that is handed out in parts, last part first.
  private var parts: [Batch] = []

  private struct ColumnReader {
    let name: String
    let node: SchemaNode
    let leaves: [LeafReader]
  }

  /// - Throws: `FormatError` when a chunk cannot be what the schema says.
  init(
    _ file: ParquetFile, rowGroup: Int, _ metadata: RowGroupMetadata, columns: [Int],
    rows: [Range<Int>]? = nil, batchSize: Int
  ) throws(FormatError) {
    self.file = file
    self.rowGroup = rowGroup
    let all = 0..<metadata.rowCount
    self.rows = (rows ?? [all]).filter { !$0.isEmpty }.reversed()
    precondition(self.rows.allSatisfy { all.contains($0.lowerBound) && $0.upperBound <= all.count })
    var readers: [ColumnReader] = []
    var batchSize = max(1, batchSize)
    let share = columns.reduce(0) { $0 + file.tree.nodes[$1].leaves.count }
    // Without rows there need not be pages either.
    for column in metadata.rowCount > 0 ? columns : [] {
      let node = file.tree.nodes[column]
      let name = file.schema[column].name
      do throws(Damage) {
        var leaves: [LeafReader] = []
        for (index, leafNode) in node.leafNodes {
          let chunk = metadata.columns[index]
          leaves.append(
            try LeafReader(
              file.bytes, leaf: file.tree.leaves[index], node: leafNode, chunk: chunk,
              rowCount: metadata.rowCount, share: share))
          // Long lists come in fewer rows at a time.
          let entriesPerRow = max(1, chunk.valueCount / metadata.rowCount)
          batchSize = min(batchSize, max(1, Limits.usualBatchEntries / entriesPerRow))
        }
        readers.append(ColumnReader(name: name, node: node, leaves: leaves))
      } catch {
        throw file.error(error, rowGroup: rowGroup, column: name)
      }
    }
    self.columns = readers
    self.batchSize = batchSize
    lags = [Int](repeating: 0, count: readers.count)
  }

  /// The next batch, never empty; nil at the end.
  ///
  /// - Throws: `FormatError` with the row group and column when a page is damaged.
  package func next() throws -> Batch? {
    if let part = parts.popLast() { return part }
    guard let count = advance() else { return nil }
    let batch = Batch(try columns.indices.map { try read(count, $0) }, count: count)
    guard columns.indices.contains(where: mayBeLarge) else { return batch }
    parts = try parts(of: batch).reversed()
    return parts.popLast()
  }

  /// The rows of the next batch that pass a test, never none; nil at the end.
  ///
  /// The columns that the test needs are read first. Of the others only what passes is decoded where
  /// that is little, and pages without any such row are not even inflated.
  ///
  /// - Parameters:
  ///   - first: positions among the reader's columns.
  ///   - test: is given batches of these columns alone, in that order, and says which rows pass, in
  ///     ascending order; nil for all.
  /// - Throws: `FormatError` with the row group and column when a page is damaged; what `test` throws.
  package func next(
    reading first: [Int], passing test: (Batch) throws -> Selection?
  ) throws -> Batch? {
    while true {
      if let part = parts.popLast() {
        guard let rows = try test(Batch(first.map { part.columns[$0] }, count: part.count)) else {
          return part
        }
        if rows.count > 0 { return part.selected(rows) }
        continue
      }
      guard let count = advance() else { return nil }
      let tested = Batch(try first.map { try read(count, $0) }, count: count)
      var rows: Selection?
      if !first.contains(where: mayBeLarge) {
        rows = try test(tested)
        if rows?.count == 0 {
          for column in columns.indices where !first.contains(column) { lags[column] += count }
          continue
        }
      }
      let passed = rows?.count ?? count
      let batch = Batch(
        try columns.indices.map { column in
          if let known = first.firstIndex(of: column) {
            return rows.map(tested.columns[known].selected) ?? tested.columns[known]
          }
          return try read(count, column, only: rows)
        }, count: passed)
      guard columns.indices.contains(where: mayBeLarge) else { return batch }
      // Tested again, which changes nothing for rows that have passed.
      parts = try parts(of: batch).reversed()
    }
  }

  /// Steps over the rows of the next batch, and those before it that are not wanted.
  private func advance() -> Int? {
    guard let range = rows.popLast() else { return nil }
    let skipped = range.lowerBound - position
    let count = min(batchSize, range.count)
    position = range.lowerBound + count
    if count < range.count { rows.append(position..<range.upperBound) }
    if skipped > 0 { for column in lags.indices { lags[column] += skipped } }
    return count
  }

  /// One column of the next `count` rows, or of some of these.
  private func read(_ count: Int, _ position: Int, only rows: Selection? = nil) throws -> Column {
    let column = columns[position]
    do throws(Damage) {
      for leaf in column.leaves { try leaf.skip(lags[position], isFlat: column.node.isFlat) }
      lags[position] = 0
      guard let rows else { return try ParquetBatchReader.read(count, column) }
      if column.node.isFlat && rows.count <= count / ParquetBatchReader.sparseness {
        return try column.leaves[0].read(rows, of: count)
      }
      return try ParquetBatchReader.read(count, column).selected(rows)
    } catch {
      // What comes after damage would be out of step.
      self.rows = []
      parts = []
      throw file.error(error, rowGroup: rowGroup, column: column.name)
    }
  }

  /// Stepping from row to row costs as much as decoding so many.
  private static let sparseness = 24

  /// Whether what was last read of a column may be too much text for one batch.
  private func mayBeLarge(_ position: Int) -> Bool {
    columns[position].leaves.contains {
      $0.lastCount > Limits.usualBatchText / max(1, $0.longestText)
    }
  }

  /// Halves a batch until its parts stand for little enough text to be flattened.
  private func parts(of batch: Batch) throws -> [Batch] {
    let size = batch.columns.reduce(0) { $0 + $1.encodedText }
    if size <= Limits.usualBatchText { return [batch] }
    guard batch.count > 1 else {
      guard size <= Int(Int32.max) else {
        throw FormatError(
          file.path, at: "row group \(rowGroup)", "not supported: a row of \(size) bytes of text")
      }
      return [batch]
    }
    let middle = batch.count / 2
    return try parts(of: batch.sliced(0..<middle))
      + parts(of: batch.sliced(middle..<batch.count))
  }

  private static func read(_ count: Int, _ column: ColumnReader) throws(Damage) -> Column {
    if column.node.isFlat { return try column.leaves[0].read(count, isFlat: true).column }
    var slots: [Int: LeafSlots] = [:]
    for leaf in column.leaves { slots[leaf.leaf.index] = try leaf.read(count, isFlat: false) }
    let assembled = try RecordAssembly(slots).column(of: column.node)
    guard assembled.count == count else {
      throw Damage("the levels of its values contradict each other")
    }
    return assembled
  }
}

extension Column {
  /// Bytes of the texts that codes stand for, here and in the columns within.
  fileprivate var encodedText: Int {
    switch form {
    case .constant: return 0
    case .dictionary(let codes, let dictionary):
      guard case .flat(.text(let texts), _) = dictionary.values.form else { return 0 }
      return codes.reduce(0) { $0 &+ texts.length(Int($1)) }
    case .flat(.array(let list), _): return list.elements.encodedText
    case .flat(.map(let map), _): return map.keys.encodedText + map.values.encodedText
    case .flat(.row(let fields, _), _): return fields.reduce(0) { $0 + $1.encodedText }
    case .flat: return 0
    }
  }
}

extension SchemaNode {
  /// The leaves below with their nodes, in the order of the file.
  var leafNodes: [(Int, SchemaNode)] {
    switch content {
    case .leaf(let index): [(index, self)]
    case .list(let element, _): element.leafNodes
    case .map(let key, let value, _): key.leafNodes + value.leafNodes
    case .row(let fields): fields.flatMap(\.leafNodes)
    }
  }
}
