/// The number of a field, and of the fields below it.
///
/// Tables that rename columns without rewriting files (Delta's column mapping by id, Iceberg) find
/// the columns of a file by these numbers instead of by name.
package struct ParquetFieldIDs: Sendable, Equatable {
  /// nil where the writer gave none.
  package let id: Int?
  /// The fields of a ROW; of an ARRAY its element; of a MAP its key and its value.
  package let children: [ParquetFieldIDs]

  package init(_ id: Int?, _ children: [ParquetFieldIDs] = []) {
    self.id = id
    self.children = children
  }

  /// The position of the child of that number; nil when there is none.
  ///
  /// - Complexity: O(`children.count`)
  package func position(of id: Int) -> Int? { children.firstIndex { $0.id == id } }

  init(_ node: SchemaNode) {
    id = node.fieldID
    children =
      switch node.content {
      case .leaf: []
      case .list(let element, _): [ParquetFieldIDs(element)]
      case .map(let key, let value, _): [ParquetFieldIDs(key), ParquetFieldIDs(value)]
      case .row(let fields): fields.map(ParquetFieldIDs.init)
      }
  }
}

extension ParquetFile {
  /// The position of the column with a field id; nil when none has it.
  ///
  /// - Complexity: O(number of columns)
  package func position(ofFieldID id: Int) -> Int? { fieldIDs.firstIndex { $0.id == id } }
}
