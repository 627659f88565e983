import Columns

/// A Swift type that function bodies give back.
protocol CallResult: Sendable {
  static var filler: Self { get }
  static func wrap(_ values: [Self]) -> Values
}

extension Int64: CallResult {
  static var filler: Int64 { 0 }
  static func wrap(_ values: [Int64]) -> Values { .int64(values) }
}

extension Double: CallResult {
  static var filler: Double { 0 }
  static func wrap(_ values: [Double]) -> Values { .double(values) }
}

extension Bool: CallResult {
  static var filler: Bool { false }
  static func wrap(_ values: [Bool]) -> Values { .boolean(values) }
}

extension Int128: CallResult {
  static var filler: Int128 { 0 }
  static func wrap(_ values: [Int128]) -> Values { .decimal(values) }
}

/// The rows that a call computes: those where every argument has a value, just one where all
/// arguments are constant.
struct CallRows {
  private let count: Int
  private let isConstant: Bool
  private let isNull: Bool
  private let validity: Validity

  init(_ arguments: [Presence], _ context: EvaluationContext) {
    count = context.rowCount
    var isConstant = true
    var isNull = false
    var validity = Validity.allPresent
    for argument in arguments {
      switch argument {
      case .never: isNull = true
      case .constant: break
      case .rows(let rows):
        isConstant = false
        validity = validity.intersection(rows)
      }
    }
    self.isConstant = isConstant
    self.isNull = isNull || context.rowCount == 0
    self.validity = validity
  }

  /// One result per row; nil is NULL.
  @inline(__always)
  func map<Result: CallResult>(_ type: DataType, _ body: (Int) throws -> Result?) throws -> Column {
    if isNull { return Column(type, constant: .null, count: count) }
    let rows = isConstant ? 1 : count
    var results = [Result](repeating: Result.filler, count: rows)
    var mask = validity.mask
    for row in 0..<rows {
      if let mask, !mask[row] { continue }
      if let result = try body(row) {
        results[row] = result
      } else {
        if mask == nil { mask = [Bool](repeating: true, count: rows) }
        mask?[row] = false
      }
    }
    return spread(Column(type, Result.wrap(results), Validity(mask: mask)))
  }

  /// One text per row, written behind those before it; `false` from `body` is NULL.
  @inline(__always)
  func text(_ type: DataType, _ body: (Int, inout [UInt8]) throws -> Bool) throws -> Column {
    if isNull { return Column(type, constant: .null, count: count) }
    let rows = isConstant ? 1 : count
    var bytes: [UInt8] = []
    var offsets = [Int32](repeating: 0, count: rows + 1)
    var mask = validity.mask
    for row in 0..<rows {
      if mask?[row] != false {
        let start = bytes.count
        if try !body(row, &bytes) {
          bytes.removeLast(bytes.count - start)
          if mask == nil { mask = [Bool](repeating: true, count: rows) }
          mask?[row] = false
        }
      }
      guard bytes.count < CallLimits.batchBytes else { throw CallLimits.tooLarge }
      offsets[row + 1] = Int32(bytes.count)
    }
    return spread(
      Column(type, .text(TextVector(bytes: bytes, offsets: offsets)), Validity(mask: mask)))
  }

  /// One value of any type per row.
  func values(_ type: DataType, _ body: (Int) throws -> Value) throws -> Column {
    if isNull { return Column(type, constant: .null, count: count) }
    var builder = ColumnBuilder(type)
    for row in 0..<(isConstant ? 1 : count) {
      builder.append(validity.isPresent(row) ? try body(row) : .null)
    }
    return spread(builder.finish())
  }

  private func spread(_ column: Column) -> Column {
    isConstant ? Column(column.type, constant: column.value(0), count: count) : column
  }
}

/// How much a call may produce, so that no statement exhausts memory by a few bytes of SQL.
enum CallLimits {
  /// Bytes of text of one batch.
  static let batchBytes = 1 << 30
  /// Characters of one text that a function makes up: padding, repetition.
  static let textLength: Int64 = 1_000_000
  /// Entries of one array that a function makes up, as in Trino.
  static let arrayEntries: Int64 = 10_000

  static let tooLarge = EvaluationError("the texts of one batch exceed 1 GiB")
}
