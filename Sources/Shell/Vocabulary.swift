/// The names that a completion can offer; asked for when they are needed, since finding them may read files.
package protocol Vocabulary {
  /// Tables and views.
  var tables: [String] { get }
  /// Columns of a table or view; none for an unknown one.
  func columns(of table: String) -> [String]
  /// Those whose columns are meant where a statement has not named a table yet.
  var usualTables: [String] { get }
  /// Keys of tags that bills have.
  var tagKeys: [String] { get }
  var functions: [String] { get }
  /// Words that may follow a command of the shell: `.mode` and the like.
  func arguments(of command: String) -> [String]
  /// Files and folders (with `/` at their end) whose path begins so.
  func files(beginning path: String) -> [String]
}

extension Vocabulary {
  package var usualTables: [String] { [] }
  package func arguments(of command: String) -> [String] { [] }
  package func files(beginning path: String) -> [String] { [] }
}
