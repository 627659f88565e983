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

  /// The same columns under names that differ where case does not count: `a, A, a` become
  /// `a, A_1, a_2`, so that a file with such columns can be asked for each of them.
  package func withDistinctNames() -> Schema {
    if positions.count == fields.count { return self }
    var taken: Set<String> = []
    var repeats: [String: Int] = [:]
    return Schema(
      fields.map { field in
        let first = field.name.lowercased()
        var name = field.name
        while !taken.insert(name.lowercased()).inserted {
          let number = repeats[first, default: 0] + 1
          repeats[first] = number
          name = "\(field.name)_\(number)"
        }
        return name == field.name ? field : Field(name, field.type, isNullable: field.isNullable)
      })
  }
}

extension Schema: Equatable {
  package static func == (a: Schema, b: Schema) -> Bool { a.fields == b.fields }
}
