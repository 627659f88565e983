import Columns

/// What the points of a source are named, so that of the points that are there only those of the same
/// names are read: a file of one account's servers does not meet those of forty others.
struct PointNames {
  /// Names of one column: none of them where there are more than are worth a condition.
  private struct Names {
    let column: String
    let position: Int
    var texts: Set<Value>? = []
    var hasNull = false
  }

  private var columns: [Names]
  private static let limit = 2_000

  init(_ columns: [String], of schema: Schema) {
    self.columns = columns.compactMap { column in
      schema.position(of: column).map { Names(column: column, position: $0) }
    }
  }

  mutating func insert(_ row: [Value]) {
    for column in columns.indices where columns[column].texts != nil {
      let name = row[columns[column].position]
      if name.isNull {
        columns[column].hasNull = true
      } else {
        columns[column].texts?.insert(name)
      }
      if columns[column].texts?.count ?? 0 > PointNames.limit { columns[column].texts = nil }
    }
  }

  /// ` AND …` with what rows of these names satisfy.
  ///
  /// - Parameter known: the columns that the table has, in lower case.
  func condition(in known: Set<String>) -> String {
    columns.compactMap { column -> String? in
      guard let names = column.texts, known.contains(column.column) else { return nil }
      let texts = names.compactMap(\.string)
      let isNull = column.hasNull ? ["\"\(column.column)\" IS NULL"] : []
      let literals = texts.sorted().map { "'" + $0.replacing("'", with: "''") + "'" }
      let isOne =
        literals.isEmpty ? [] : ["\"\(column.column)\" IN (\(literals.joined(separator: ", ")))"]
      return isNull.isEmpty && isOne.isEmpty
        ? nil : " AND (" + (isOne + isNull).joined(separator: " OR ") + ")"
    }.joined()
  }
}
