import Columns
import Planning

/// The place of a row in the output of an operator: its piece and how many rows of that come before it.
///
/// Numbers ascend in the order of rows, so that what was worked on out of order can be put back into it.
enum RowNumber {
  private static let rowBits: Int64 = 36

  static let type = DataType.bigint

  static func column(piece: Int, rows: Range<Int>) -> Column {
    let first = Int64(piece) << rowBits
    return Column(type, .int64(rows.map { first + Int64($0) }))
  }

  static func piece(_ number: Int64) -> Int { Int(number >> rowBits) }

  /// A column for the numbers of rows, told apart from those of the plan by its id.
  static func reference(_ number: Int) -> ColumnReference {
    ColumnReference(id: -1 - number, name: "row number", type: type)
  }
}

/// Adds the number of each row as a last column.
final class NumberedOperator: PhysicalOperator, @unchecked Sendable {
  init(_ input: PhysicalOperator, _ number: ColumnReference) {
    super.init(input.outputs + [number], children: [input])
  }

  override func stream(piece: Int) throws -> any BatchStream {
    var row = 0
    return MappedStream(try children[0].open(piece: piece)) { batch in
      defer { row += batch.count }
      let numbers = RowNumber.column(piece: piece, rows: row..<row + batch.count)
      return Batch(batch.columns + [numbers], count: batch.count)
    }
  }
}
