import Columns
import SQL
import Warehouse

/// The columns of a file that someone else made, looked up by the names that they go by.
struct TableColumns {
  private let warehouse: Warehouse
  private let table: String
  private let schema: Schema
  private let option: String

  private var names: [String] { schema.names }

  /// Names for the column that says which server a row is of.
  static let server = ["vm", "resource_id", "instance_id", "resource", "server", "host"]

  /// - Parameter option: the command line option that gave the file, for errors.
  /// - Throws: what opening the table throws.
  init(_ warehouse: Warehouse, _ table: String, option: String) throws {
    self.warehouse = warehouse
    self.table = table
    schema = try warehouse.query("SELECT * FROM \(table) LIMIT 0").schema
    self.option = option
  }

  /// The column that goes by one of these names, quoted.
  ///
  /// - Throws: `ConfigurationError` where there is none.
  func name(of candidates: [String]) throws(ConfigurationError) -> String {
    guard let name = optionalName(of: candidates) else {
      throw ConfigurationError(
        option, "columns",
        "expected a column '\(candidates[0])', found \(names.joined(separator: ", "))")
    }
    return name
  }

  func optionalName(of candidates: [String]) -> String? {
    for candidate in candidates {
      if let name = names.first(where: { $0.lowercased() == candidate }) { return "\"\(name)\"" }
    }
    return nil
  }

  // MARK: Values

  /// How tables say that there is no value.
  private static let missing = ["", "-", "?", "n/a", "na", "nan", "nil", "none", "null"]

  /// A column's values as SQL of a type, NULL where the table says that there is none.
  ///
  /// A column of text is looked through first, so that a cell which is no such value is named with its place.
  ///
  /// - Parameter column: as `name(of:)` gives it.
  /// - Throws: `ConfigurationError` for the first cell that is neither; what reading the table throws.
  func value(_ column: String, as type: ValueType) throws -> String {
    guard let field = schema.fields.first(where: { "\"\($0.name)\"" == column }),
      field.type == .varchar
    else { return "CAST(\(column) AS \(type.rawValue))" }
    let missing = TableColumns.missing.map(SQLLiteral.text).joined(separator: ", ")
    let isWrong =
      "TRY_CAST(\(column) AS \(type.rawValue)) IS NULL "
      + "AND lower(trim(\(column))) NOT IN (\(missing))"
    let count = try warehouse.query("SELECT count(*) FROM \(table) WHERE \(isWrong)").rows()
    if count.first?.first != .int64(0) { throw try firstWrong(column, field.name, isWrong, type) }
    return "TRY_CAST(\(column) AS \(type.rawValue))"
  }

  enum ValueType: String {
    case double
    case bigint
    case timestamp

    var words: String {
      switch self {
      case .double: "a number"
      case .bigint: "a whole number"
      case .timestamp: "a time"
      }
    }
  }

  /// Rows are counted as a spreadsheet does, the names of the columns in the first.
  private func firstWrong(
    _ column: String, _ name: String, _ isWrong: String, _ type: ValueType
  ) throws -> ConfigurationError {
    let rows = try warehouse.query("SELECT \(column), \(isWrong) FROM \(table)").rows()
    let position = rows.firstIndex { $0[1] == .boolean(true) } ?? 0
    return ConfigurationError(
      option, "row \(position + 2), column '\(name)'",
      "expected \(type.words), found '\(rows[position][0].string?.prefix(40) ?? "")'")
  }
}
