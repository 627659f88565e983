import Foundation

/// A text file of statements and what they answer, in the dialect of sqllogictest.
///
///     # comment
///     table usage from sample-data/usage.csv     a file as a table; the path is from the package's root
///
///     statement ok                               runs, the answer does not matter
///     CREATE TABLE t AS SELECT 1 AS a
///
///     query IT rowsort                           a letter per column (see `typeLetter`); `rowsort` where
///     SELECT a, b FROM t                         the order of rows does not matter
///     ----
///     1  x                                       cells are separated by tabs or by two spaces or more
///     2  NULL                                    `(empty)` is an empty text
///
///     query error                                or `statement error`
///     SELECT c FROM t
///     ----
///     no column named 'c'                        the message, and its lines and carets if it has a place
///
///     explain
///     SELECT a FROM t
///     ----
///     Project a
///
/// Records are separated by empty lines.
struct GoldenFile {
  let path: String
  var blocks: [Block] = []

  enum Block {
    /// Comments and empty lines, kept as they are.
    case text([String])
    case table(name: String, path: String, line: String)
    case record(Record)
  }

  struct Record {
    var kind: Kind
    /// The first line as written.
    var header: String
    /// Counted from 1.
    var line: Int
    var sql: String
    var expected: [String]
  }

  enum Kind {
    case statement
    case query(types: String, isSorted: Bool)
    case error
    case explain
  }

  struct Malformed: Error, CustomStringConvertible {
    let description: String
  }

  init(path: String, text: String) throws {
    self.path = path
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
    let count = lines.count
    while let line = lines.first {
      let number = count - lines.count + 1
      if line.isEmpty || line.hasPrefix("#") {
        let loose = lines.prefix { $0.isEmpty || $0.hasPrefix("#") }
        blocks.append(.text(Array(loose)))
        lines = lines.dropFirst(loose.count)
      } else if line.hasPrefix("table ") {
        let words = line.split(separator: " ", maxSplits: 3).map(String.init)
        guard words.count == 4, words[2] == "from" else {
          throw Malformed(description: "\(path):\(number): expected 'table NAME from PATH'")
        }
        blocks.append(.table(name: words[1], path: words[3], line: line))
        lines = lines.dropFirst()
      } else {
        let body = lines.prefix { !$0.isEmpty }
        blocks.append(.record(try Self.record(Array(body), at: number, of: path)))
        lines = lines.dropFirst(body.count)
      }
    }
  }

  private static func record(_ lines: [String], at number: Int, of path: String) throws -> Record {
    let words = lines[0].split(separator: " ").map(String.init)
    let separator = lines.firstIndex(of: "----")
    let kind: Kind
    switch (words[0], words.dropFirst().first) {
    case ("statement", "ok") where separator == nil: kind = .statement
    case ("statement", "error"), ("query", "error"): kind = .error
    case ("explain", nil): kind = .explain
    case ("query", let types?) where separator != nil:
      let order = words.dropFirst(2).first
      guard order == nil || order == "rowsort" || order == "nosort" else {
        throw Malformed(description: "\(path):\(number): expected rowsort or nosort")
      }
      kind = .query(types: types, isSorted: order == "rowsort")
    default:
      throw Malformed(description: "\(path):\(number): expected a record, found '\(lines[0])'")
    }
    let sql = lines[1..<(separator ?? lines.count)].joined(separator: "\n")
    let expected = separator.map { Array(lines[($0 + 1)...]) } ?? []
    return Record(kind: kind, header: lines[0], line: number, sql: sql, expected: expected)
  }

  /// The file's text again.
  var text: String {
    blocks.flatMap { block in
      switch block {
      case .text(let lines): lines
      case .table(_, _, let line): [line]
      case .record(let record):
        switch record.kind {
        case .statement: [record.header, record.sql]
        case .query, .error, .explain: [record.header, record.sql, "----"] + record.expected
        }
      }
    }.joined(separator: "\n")
  }
}
