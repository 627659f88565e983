import Columns
import Warehouse

/// The columns of a file that someone else made, looked up by the names that they go by.
struct TableColumns {
  private let names: [String]
  private let option: String

  /// Names for the column that says which server a row is of.
  static let server = ["vm", "resource_id", "instance_id", "resource", "server", "host"]

  /// - Parameter option: the command line option that gave the file, for errors.
  /// - Throws: what opening the table throws.
  init(_ warehouse: Warehouse, _ table: String, option: String) throws {
    names = try warehouse.query("SELECT * FROM \(table) LIMIT 0").schema.names
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
}
