import Columns

/// A Swift type that function bodies take: how a column's rows are read as it.
protocol CallElement: Sendable {
  associatedtype Stored: Sendable
  static func stored(_ column: Column) -> Stored
  static func element(_ stored: Stored, _ row: Int) -> Self
}

extension Int64: CallElement {
  static func stored(_ column: Column) -> [Int64] {
    if case .flat(.int64(let values), _) = column.form { values } else { [] }
  }

  @inline(__always)
  static func element(_ stored: [Int64], _ row: Int) -> Int64 { stored[row] }
}

extension Double: CallElement {
  static func stored(_ column: Column) -> [Double] {
    if case .flat(.double(let values), _) = column.form { values } else { [] }
  }

  @inline(__always)
  static func element(_ stored: [Double], _ row: Int) -> Double { stored[row] }
}

extension Bool: CallElement {
  static func stored(_ column: Column) -> [Bool] {
    if case .flat(.boolean(let values), _) = column.form { values } else { [] }
  }

  @inline(__always)
  static func element(_ stored: [Bool], _ row: Int) -> Bool { stored[row] }
}

extension Int128: CallElement {
  static func stored(_ column: Column) -> [Int128] {
    if case .flat(.decimal(let values), _) = column.form { values } else { [] }
  }

  @inline(__always)
  static func element(_ stored: [Int128], _ row: Int) -> Int128 { stored[row] }
}

extension ArraySlice<UInt8>: CallElement {
  static func stored(_ column: Column) -> TextVector {
    if case .flat(.text(let values), _) = column.form { values } else { TextVector() }
  }

  @inline(__always)
  static func element(_ stored: TextVector, _ row: Int) -> ArraySlice<UInt8> {
    stored.bytes[stored.range(row)]
  }
}

/// Any type at all; for bodies that are not worth a loop of their own.
extension Value: CallElement {
  static func stored(_ column: Column) -> Column { column }
  static func element(_ stored: Column, _ row: Int) -> Value { stored.value(row) }
}

/// An argument column as a function's loop reads it.
struct CallReader<Element: CallElement> {
  private let stored: Element.Stored
  /// 1, or 0 for a constant.
  private let stride: Int
  let presence: Presence

  init(_ argument: Argument) {
    let column = argument.columnOrEmpty
    if case .constant(let value) = column.form {
      stored = Element.stored(Column(column.type, values: [value]))
      stride = 0
      presence = value.isNull ? .never : .constant
    } else {
      let flat = column.flattened()
      stored = Element.stored(flat)
      stride = 1
      presence = flat.presence
    }
  }

  /// - Precondition: the row is present.
  @inline(__always)
  subscript(_ row: Int) -> Element { Element.element(stored, row * stride) }

  func isPresent(_ row: Int) -> Bool {
    switch presence {
    case .never: false
    case .constant: true
    case .rows(let validity): validity.isPresent(row)
    }
  }
}

/// Which rows of an argument hold a value.
enum Presence {
  /// A constant NULL.
  case never
  /// A constant value.
  case constant
  case rows(Validity)
}

extension Column {
  fileprivate var presence: Presence {
    guard case .flat(_, let validity) = form, type != .null else { return .never }
    return .rows(validity)
  }
}

extension Argument {
  /// The column, or an empty one for a lambda, which no such parameter accepts.
  var columnOrEmpty: Column {
    switch self {
    case .column(let column): column
    case .lambda: Column(.null, constant: .null, count: 0)
    }
  }
}
