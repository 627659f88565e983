import Columns
import Delta
import Execution

/// A file of a table as a scan sees it: where it is, what is the same in all its rows, and between
/// which bounds its values lie.
struct DataFile: Sendable {
  let path: String
  /// The folder that the file must lie in, whatever links say; nil for files that a person named.
  var folder: String? = nil
  /// Rows of the file that do not count.
  var deletionVector: DeletionVector? = nil
  /// Values of columns that are constant in the file, by position in the table's schema.
  let constants: [Int: Value]
  /// Rows that count, where that is known without opening the file.
  let rowCount: Int?
  let byteCount: Int
  /// What the log says of the file's values; nil when it says nothing.
  let logged: LoggedBounds?

  /// The value that a column has in every row; nil where there may be several.
  func value(of position: Int) -> Value? {
    if let constant = constants[position] { return constant }
    guard let bounds = logged?.bounds[position] else { return nil }
    if bounds.isAllNull { return .null }
    guard !bounds.mayBeNull, let value = bounds.min, value == bounds.max else { return nil }
    // Writers may cut long texts of the log short.
    if case .bytes(let bytes) = value, bytes.count >= 32 { return nil }
    if case .double = value { return nil }
    return value
  }

  /// Whether some row may meet all conditions.
  func mayMatch(_ conditions: [ScanCondition], _ schema: Schema) -> Bool {
    for condition in conditions {
      if let constant = constants[condition.column] {
        if !ColumnBounds(constant: constant).mayMatch(condition.test) { return false }
      } else if let bounds = logged?.bounds[condition.column], !bounds.mayMatch(condition.test) {
        return false
      }
    }
    return true
  }
}

/// Inclusive bounds of a column's values in some rows, NULL and NaN aside.
struct ColumnBounds: Sendable {
  var min: Value?
  var max: Value?
  /// Whether there may be NULLs, and whether there is nothing else.
  var mayBeNull = true
  var isAllNull = false

  init(min: Value?, max: Value?, nullCount: Int?, rowCount: Int?) {
    self.min = min
    self.max = max
    mayBeNull = nullCount != 0
    isAllNull = nullCount != nil && nullCount == rowCount
  }

  init(constant: Value) {
    if constant.isNull {
      isAllNull = true
    } else {
      min = constant
      max = constant
      mayBeNull = false
    }
  }

  func mayMatch(_ test: ScanCondition.Test) -> Bool {
    switch test {
    case .isNull: return mayBeNull
    case .isNotNull: return !isAllNull
    case .range(let lower, let upper):
      if isAllNull { return false }
      if let lower, let max, max.isSurelyLess(than: lower) { return false }
      if let upper, let min, upper.isSurelyLess(than: min) { return false }
      return true
    case .oneOf(let values):
      if isAllNull { return false }
      return values.contains { value in
        !(min.map { value.isSurelyLess(than: $0) } ?? false)
          && !(max.map { $0.isSurelyLess(than: value) } ?? false)
      }
    }
  }
}
