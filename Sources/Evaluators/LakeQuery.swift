import Reports
import SQL
import Warehouse

/// A query of the library that is asked of the lake when its tables are there.
struct LakeQuery {
  private let query: NamedQuery
  /// Where the file is, for errors.
  private let folder: String

  init(_ query: NamedQuery, folder: String) {
    self.query = query
    self.folder = folder
  }

  /// The first table that the query names in `-- needs: a, b` and the lake lacks.
  func missingTable(in warehouse: Warehouse) throws -> String? {
    let needed = (query.notes["needs"] ?? "").split(separator: ",").map {
      $0.filter { $0 != " " }
    }
    return try needed.first { name in
      name == "costs" ? try !warehouse.hasCosts() : try !warehouse.hasTable(name)
    }
  }

  /// - Throws: `ConfigurationError` for a statement that cannot be run as it is written.
  func result(
    in warehouse: Warehouse, _ values: [String: String] = [:]
  ) throws -> QueryResult {
    let statement = try query.statement(values)
    do {
      return try warehouse.ask(statement)
    } catch let error as SQLError {
      throw ConfigurationError(
        "\(folder)/\(query.name).sql", "query",
        error.message + (error.drawing(in: statement).map { "\n\($0)" } ?? ""))
    }
  }
}
