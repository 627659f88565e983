import Columns
import Delta
import Execution
import Planning

/// A table or view's place: the database it is in and its name, both in lower case.
struct TableName: Hashable, Sendable, CustomStringConvertible {
  static let defaultDatabase = "default"

  let database: String
  let name: String

  init(database: String = TableName.defaultDatabase, name: String) {
    self.database = database.lowercased()
    self.name = name.lowercased()
  }

  /// `table`, or `database.table`.
  init(_ text: String) {
    if let dot = text.firstIndex(of: ".") {
      self.init(database: String(text[..<dot]), name: String(text[text.index(after: dot)...]))
    } else {
      self.init(name: text)
    }
  }

  /// As a person would write it: the default database goes without saying.
  var description: String {
    database == TableName.defaultDatabase ? name : "\(database).\(name)"
  }
}

/// Where tables and views are kept: a lake's directory, or memory.
protocol TableStore: Sendable {
  /// Databases beside the default one, sorted.
  func databases() throws -> [String]
  /// Names of the tables of a database, sorted.
  func tableNames(in database: String) throws -> [String]
  /// The table as of a version, the newest if nil; nil when there is no such table.
  func source(_ name: TableName, version: ResolvedVersion?) throws -> (any TableSource)?
  func summary(_ name: TableName) throws -> TableSummary?
  func transactionVersion(_ name: TableName, application: String) throws -> Int64?
  /// The applications that the table's log remembers a version of, sorted.
  func transactionApplications(_ name: TableName) throws -> [String]
  /// What each file of the table is of, by its path as `"$path"` has it.
  func deliveredParts(_ name: TableName) throws -> [String: DeliveredPart]
  func writer(_ name: TableName, _ request: WriteRequest) throws -> any WriterBackend
  func dropTable(_ name: TableName) throws
  /// Values of the partition columns with the rows, files and bytes that have them.
  func partitions(_ name: TableName) throws -> [PartitionSummary]

  /// Names of the views of a database, sorted.
  func viewNames(in database: String) throws -> [String]
  /// The query of a view, nil when there is none.
  func viewText(_ name: TableName) throws -> String?
  /// Makes or replaces a view; nil removes it.
  func setView(_ name: TableName, _ text: String?) throws
}

struct PartitionSummary: Sendable {
  /// In the order of the table's partition columns; nil is NULL.
  let values: [String?]
  var rowCount: Int?
  var fileCount: Int
  var byteCount: Int
}

/// What stands behind a ``TableWriter``.
protocol WriterBackend: AnyObject {
  /// What the commit says of itself beside the request's parameters, for `lake history`.
  var details: [String: String] { get set }
  func append(_ batch: Batch) throws
  func commit() throws -> Int64
  func cancel()
}
