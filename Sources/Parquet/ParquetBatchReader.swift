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
  private let rowCount: Int
  private let columns: [ColumnReader]
  private let batchSize: Int
  /// Rows to come, in ascending order.
  private var rows: [Range<Int>]
  /// Rows that are read or passed over.
  private var position = 0
  /// Of these, by column, the ones that its reader has yet to pass over.
  private var lags: [Int]
  /// Bytes that the texts of each column can at most stand for in the batch read last.
  private var largestTexts: [Int]
  /// What is left of a batch that is handed out in parts, last part first.
  private var parts: [Batch] = []
  /// The same of a batch whose rows are still to be tested.
  private var untested: [Batch] = []

  /// Bytes that the codes so far can stand for, and those of them that were counted one by one.
  private var largestText = 0
  private var countedText = 0

  private struct ColumnReader {
    /// Its position in the file.
    let position: Int
    let name: String
    let node: SchemaNode
    let leaves: [LeafReader]

    /// Bytes that the codes last read can at most stand for.
    var largestText: Int { leaves.reduce(0) { $0 + $1.lastCount * $1.longestText } }
  }

  /// - Throws: `FormatError` when a chunk cannot be what the schema says.
  init(
    _ file: ParquetFile, rowGroup: Int, _ metadata: RowGroupMetadata, columns: [Int],
    rows: [Range<Int>]? = nil, batchSize: Int
  ) throws(FormatError) {
    self.file = file
    self.rowGroup = rowGroup
    rowCount = metadata.rowCount
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
        readers.append(
          ColumnReader(position: column, name: name, node: node, leaves: leaves))
      } catch {
        throw file.error(error, rowGroup: rowGroup, column: name)
      }
    }
    self.columns = readers
    self.batchSize = batchSize
    lags = [Int](repeating: 0, count: readers.count)
    largestTexts = lags
  }

  /// The next batch, never empty; nil at the end.
  ///
  /// - Throws: `FormatError` with the row group and column when a page is damaged.
  package func next() throws -> Batch? {
    if let part = parts.popLast() ?? untested.popLast() { return part }
    guard let count = advance() else { return nil }
    parts = try bounded(
      Batch(try columns.indices.map { try read(count, $0) }, count: count)
    )
    return parts.popLast()
  }

  /// The rows of the next batch that pass a test, never none; nil at the end.
  ///
  /// The columns that the test needs are read first. Of the others only what passes is decoded where
  /// that is little, and pages without any such row are not even inflated.
  ///
  /// - Parameters:
  ///   - first: positions among the reader's columns.
  ///   - test: is given the rows in order, each once, with these columns alone, and says which of a
  ///     batch pass, in ascending order; nil for all.
  /// - Throws: `FormatError` with the row group and column when a page is damaged; what `test` throws.
  package func next(
    reading first: [Int], passing test: (Batch) throws -> Selection?
  ) throws -> Batch? {
    while true {
      if let part = parts.popLast() { return part }
      if let part = untested.popLast() {
        guard let rows = try test(Batch(first.map { part.columns[$0] }, count: part.count)) else {
          return part
        }
        if rows.count > 0 { return part.selected(rows) }
        continue
      }
      guard let count = advance() else { return nil }
      let tested = Batch(try first.map { try read(count, $0) }, count: count)
      if largestText(of: first) > Limits.usualBatchText {
        untested = try bounded(try batch(tested, first, nil, of: count))
        continue
      }
      let rows = try test(tested)
      if rows?.count == 0 {
        for column in columns.indices where !first.contains(column) { lags[column] += count }
        continue
      }
      parts = try bounded(try batch(tested, first, rows, of: count))
    }
  }

  /// Some rows, or all, of the batch of which some columns have been read.
  private func batch(
    _ known: Batch, _ first: [Int], _ rows: Selection?, of count: Int
  ) throws -> Batch {
    let read = try columns.indices.map { column -> Column in
      if let index = first.firstIndex(of: column) {
        return rows.map(known.columns[index].selected) ?? known.columns[index]
      }
      return try self.read(count, column, only: rows)
    }
    return Batch(read, count: rows?.count ?? count)
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

  /// One column of the `count` rows before the position, or of some of these.
  private func read(_ count: Int, _ index: Int, only rows: Selection? = nil) throws -> Column {
    let column = columns[index]
    let place = position - count..<position
    var isSeen = false
    switch file.kept?.lookup(rowGroup: rowGroup, column: column.position, rows: place) {
    case .kept(let kept):
      lags[index] += count
      largestTexts[index] = kept.largestText
      return rows.map(kept.column.selected) ?? kept.column
    case .seen: isSeen = true
    case .unknown, nil: break
    }
    do throws(Damage) {
      for leaf in column.leaves { try leaf.skip(lags[index], isFlat: column.node.isFlat) }
      lags[index] = 0
      if let rows, !isSeen, column.node.isFlat,
        rows.count <= count / ParquetBatchReader.sparseness
      {
        let few = try column.leaves[0].read(rows, of: count)
        largestTexts[index] = column.largestText
        return few
      }
      let all = try ParquetBatchReader.read(count, column)
      largestTexts[index] = column.largestText
      if isSeen {
        file.kept?.keep(
          KeptColumn(
            all, largestText: column.largestText,
            dictionaryShare: Double(count) / Double(rowCount)),
          rowGroup: rowGroup, column: column.position, rows: place)
      }
      return rows.map(all.selected) ?? all
    } catch {
      // What comes after damage would be out of step.
      self.rows = []
      throw file.error(error, rowGroup: rowGroup, column: column.name)
    }
  }

  /// Stepping from row to row costs as much as decoding so many.
  private static let sparseness = 24

  /// Bytes that the codes last read of some columns can at most stand for.
  private func largestText(of positions: some Sequence<Int>) -> Int {
    positions.reduce(0) { $0 + largestTexts[$1] }
  }

  /// A batch in parts that stand for little enough text, last part first; most often in one.
  private func bounded(_ batch: Batch) throws -> [Batch] {
    // An upper bound first, which in most files is all it takes.
    let largest = largestText(of: columns.indices)
    largestText += largest
    if largestText > textLimit / 2 { try countText(of: batch) }
    return largest > Limits.usualBatchText ? try parts(of: batch).reversed() : [batch]
  }

  private var textLimit: Int { Limits.text(inBytes: file.bytes.count) }

  private func countText(of batch: Batch) throws {
    countedText += batch.columns.reduce(0) { $0 + $1.encodedText }
    guard countedText <= textLimit else {
      rows = []
      throw FormatError(
        file.path, at: "row group \(rowGroup)",
        "not supported: more than \(textLimit) bytes of text in a file of \(file.bytes.count)")
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
