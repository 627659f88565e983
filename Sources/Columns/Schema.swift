/// A named column of a table.
package struct Field: Hashable, Sendable {
  package let name: String
  package let type: DataType
  package let isNullable: Bool

  package init(_ name: String, _ type: DataType, isNullable: Bool = true) {
    self.name = name
    self.type = type
    self.isNullable = isNullable
  }
}

/// The ordered columns of a table or file.
///
/// Names are found whatever their case, as in Athena; where two differ only by case the first wins.
package struct Schema: Sendable {
  package let fields: [Field]
  private let positions: [String: Int]

  package init(_ fields: [Field]) {
    self.fields = fields
    positions = Dictionary(
      fields.enumerated().map { ($0.element.name.lowercased(), $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }

  package var count: Int { fields.count }
  package var names: [String] { fields.map(\.name) }

  package subscript(_ position: Int) -> Field { fields[position] }

  /// The position of the column of that name, ignoring case.
  package func position(of name: String) -> Int? { positions[name.lowercased()] }

  /// The column of that name, ignoring case.
  package func field(named name: String) -> Field? { position(of: name).map { fields[$0] } }
}

extension Schema: Equatable {
  package static func == (a: Schema, b: Schema) -> Bool { a.fields == b.fields }
}
