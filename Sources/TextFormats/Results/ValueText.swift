package import Columns

/// The one place where values become text.
package enum ValueText {
  /// Appends a value as results show it: `5.0`, `2026-09-01`, `1.50`; ARRAY, MAP and ROW as JSON; nothing
  /// for NULL.
  package static func append(_ value: Value, _ type: DataType, to out: inout [UInt8]) {
    preconditionFailure("not yet")
  }

  /// A value as results show it; `NULL` for NULL.
  package static func string(_ value: Value, _ type: DataType) -> String {
    preconditionFailure("not yet")
  }

  /// Appends a value as JSON: numbers and booleans bare, dates as strings, MAP as an object.
  package static func appendJSON(_ value: Value, _ type: DataType, to out: inout [UInt8]) {
    preconditionFailure("not yet")
  }
}
