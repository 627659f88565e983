import Columns
import Kernels

/// A column of the batch as it is.
final class ColumnEvaluation: Evaluation {
  let position: Int

  init(_ type: DataType, position: Int) {
    self.position = position
    super.init(type)
  }

  override func evaluate(_ batch: Batch) -> Column { batch.columns[position] }
}

final class LiteralEvaluation: Evaluation {
  let value: Value

  init(_ value: Value, _ type: DataType) {
    self.value = value
    super.init(type)
  }

  override func evaluate(_ batch: Batch) -> Column {
    Column(type, constant: value, count: batch.count)
  }
}

/// An expression without columns, computed the first time a row asks for it.
final class FoldedEvaluation: Evaluation {
  private let inner: Evaluation
  private var value: Value?

  init(_ inner: Evaluation) {
    self.inner = inner
    super.init(inner.type)
  }

  override func evaluate(_ batch: Batch) throws -> Column {
    let value = try value ?? inner.evaluate(Batch([], count: 1)).value(0)
    self.value = value
    return Column(type, constant: value, count: batch.count)
  }
}

final class UnaryEvaluation: Evaluation {
  private let operand: Evaluation
  private let kernel: (Column) throws -> Column

  init(_ operand: Evaluation, _ type: DataType, kernel: @escaping (Column) throws -> Column) {
    self.operand = operand
    self.kernel = kernel
    super.init(type)
  }

  override func evaluate(_ batch: Batch) throws -> Column { try kernel(operand.evaluate(batch)) }
}

final class BinaryEvaluation: Evaluation {
  private let left: Evaluation
  private let right: Evaluation
  private let kernel: (Column, Column) throws -> Column

  init(
    _ left: Evaluation, _ right: Evaluation, type: DataType,
    kernel: @escaping (Column, Column) throws -> Column
  ) {
    self.left = left
    self.right = right
    self.kernel = kernel
    super.init(type)
  }

  override func evaluate(_ batch: Batch) throws -> Column {
    try kernel(left.evaluate(batch), right.evaluate(batch))
  }
}

/// ROW and ARRAY from their entries.
final class ConstructorEvaluation: Evaluation {
  private let operands: [Evaluation]
  private let kernel: ([Column], Int) -> Column

  init(_ operands: [Evaluation], _ type: DataType, kernel: @escaping ([Column], Int) -> Column) {
    self.operands = operands
    self.kernel = kernel
    super.init(type)
  }

  override func evaluate(_ batch: Batch) throws -> Column {
    kernel(try operands.map { try $0.evaluate(batch) }, batch.count)
  }
}

/// TRY: when the batch as a whole fails, each row is asked alone.
final class AttemptEvaluation: Evaluation {
  private let operand: Evaluation

  init(_ operand: Evaluation) {
    self.operand = operand
    super.init(operand.type)
  }

  override func evaluate(_ batch: Batch) throws -> Column {
    do {
      return try operand.evaluate(batch)
    } catch is EvaluationError {
      var builder = ColumnBuilder(type)
      for row in 0..<batch.count {
        do {
          builder.append(try operand.evaluate(batch.sliced(row..<row + 1)).value(0))
        } catch is EvaluationError {
          builder.appendNull()
        }
      }
      return builder.finish()
    }
  }
}

extension Column {
  /// A field of a ROW column, NULL where the row is.
  func field(_ position: Int, type: DataType) -> Column {
    switch form {
    case .constant(let value):
      guard case .row(let fields) = value else {
        return Column(type, constant: .null, count: count)
      }
      return Column(type, constant: fields[position], count: count)
    case .dictionary(let codes, let dictionary):
      return Column(
        codes: codes, ColumnDictionary(dictionary.values.field(position, type: type)))
    case .flat(let values, let validity):
      guard case .row(let fields, _) = values else {
        return Column(type, constant: .null, count: count)
      }
      if validity.mask == nil { return fields[position] }
      guard case .flat(let inner, let present) = fields[position].flattened().form else {
        return fields[position]
      }
      return Column(type, inner, present.intersection(validity))
    }
  }

  /// An ARRAY column whose row `i` has row `i` of each column.
  static func arrays(of columns: [Column], type: DataType, count: Int) -> Column {
    guard case .array(let element) = type else {
      return Column(type, constant: .null, count: count)
    }
    let all = Column.concatenated(columns.map { $0.flattened() }, type: element)
    var order: [UInt32] = []
    order.reserveCapacity(all.count)
    for row in 0..<count {
      for position in columns.indices { order.append(UInt32(position * count + row)) }
    }
    return Column(
      type,
      .array(
        ListVector(
          offsets: (0...count).map { Int32($0 * columns.count) },
          elements: all.selected(Selection(order)).flattened())))
  }
}
