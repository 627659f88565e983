package import Columns
import Files

/// Reads the rows of a row group batch by batch, page by page.
///
/// Chunks that are dictionary encoded come out as dictionary columns which share one dictionary,
/// with NULL as its last entry where the chunk may have NULLs; once a chunk gives up its dictionary,
/// its further batches are flat. Values within arrays and maps take the same forms.
package final class ParquetBatchReader {
  private let file: ParquetFile
  private let rowGroup: Int
  private let columns: [ColumnReader]
  private let batchSize: Int
  private var rowsLeft: Int

  private struct ColumnReader {
    let name: String
    let node: SchemaNode
    let leaves: [LeafReader]
  }

  /// - Throws: `FormatError` when a chunk cannot be what the schema says.
  init(
    _ file: ParquetFile, rowGroup: Int, _ metadata: RowGroupMetadata, columns: [Int],
    batchSize: Int
  ) throws(FormatError) {
    self.file = file
    self.rowGroup = rowGroup
    self.batchSize = max(1, batchSize)
    rowsLeft = metadata.rowCount
    var readers: [ColumnReader] = []
    for column in columns {
      let node = file.tree.nodes[column]
      let name = file.schema[column].name
      do throws(Damage) {
        var leaves: [LeafReader] = []
        for (index, leafNode) in node.leafNodes {
          leaves.append(
            try LeafReader(
              file.bytes, leaf: file.tree.leaves[index], node: leafNode,
              chunk: metadata.columns[index], rowCount: metadata.rowCount))
        }
        readers.append(ColumnReader(name: name, node: node, leaves: leaves))
      } catch {
        throw file.error(error, rowGroup: rowGroup, column: name)
      }
    }
    self.columns = readers
  }

  /// The next batch, never empty; nil at the end.
  ///
  /// - Throws: `FormatError` with the row group and column when a page is damaged.
  package func next() throws -> Batch? {
    guard rowsLeft > 0 else { return nil }
    let count = min(batchSize, rowsLeft)
    rowsLeft -= count
    var read: [Column] = []
    read.reserveCapacity(columns.count)
    for column in columns {
      do throws(Damage) {
        read.append(try ParquetBatchReader.read(count, column))
      } catch {
        // What comes after damage would be out of step.
        rowsLeft = 0
        throw file.error(error, rowGroup: rowGroup, column: column.name)
      }
    }
    return Batch(read, count: count)
  }

  private static func read(_ count: Int, _ column: ColumnReader) throws(Damage) -> Column {
    if column.node.isFlat { return try column.leaves[0].readRows(count).column }
    var slots: [Int: LeafSlots] = [:]
    for leaf in column.leaves { slots[leaf.leaf.index] = try leaf.readRecords(count) }
    let assembled = try RecordAssembly(slots).column(of: column.node)
    guard assembled.count == count else {
      throw Damage("the levels of its values contradict each other")
    }
    return assembled
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
