import Columns
import Files
import Parquet
import Reports

/// Rows of a delivery that are there more than once, found by a second look at its files.
struct RepeatedRows {
  /// A row that repeats another.
  struct Pair: Sendable, Equatable {
    let identity: [String]
    let first: Place
    let second: Place
  }

  /// Where a row is.
  struct Place: Sendable, Equatable, CustomStringConvertible {
    let file: String
    /// The line it begins on, or the number of the row in a Parquet file, from 1.
    let line: Int

    var description: String { "\(Path.name(file)) row \(line)" }
  }

  /// The first pair in the order of the files; nil where all that seemed to repeat was different.
  private(set) var pair: Pair?
  /// For each pair of files, how many rows of the second repeat such of the first.
  private var shared: [[Int]: Int] = [:]
  private var rows: [Int]
  private var seen: [[[UInt8]]: (file: Int, line: Int)] = [:]
  private let keys: Set<RowKey>
  private let files: [SourceFile]

  /// - Throws: what reading the files throws.
  init(_ keys: Set<RowKey>, in files: [SourceFile], columns: [String]) throws {
    self.keys = keys
    self.files = files
    rows = files.map { _ in 0 }
    for (number, file) in files.enumerated() {
      let names = file.header.map { file.kind.columnName($0).lowercased() }
      let positions = columns.compactMap { names.firstIndex(of: $0.lowercased()) }
      guard positions.count == columns.count else { continue }
      switch file.format {
      case .csv:
        try RecordWalk.over(file.path, fields: positions) { line, texts in
          look(at: texts, number, line)
        }
      case .parquet: try lookIntoParquet(file.path, positions, number)
      case .json: continue
      }
    }
  }

  /// What has most likely happened, in words.
  var cause: String {
    let pairs = shared.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    guard let most = pairs.max(by: { $0.value < $1.value })?.key else {
      return "two versions may have been joined"
    }
    let names = most.map { Path.name(files[$0].path) }
    if most[0] == most[1] {
      return
        "'\(names[0])' has rows twice, as when two versions of a report are joined: fetch it again"
    }
    let isWhole = shared[most] == rows[most[1]]
    let what = isWhole ? "all of '\(names[1])' is in '\(names[0])'" : "two versions are mixed"
    return "\(what): a part may have been delivered twice, or two versions joined; "
      + "keep the files that the manifest names"
  }

  private mutating func look(at texts: [[UInt8]], _ file: Int, _ line: Int) {
    rows[file] += 1
    guard let key = RowKeys.key(of: texts), keys.contains(key) else { return }
    guard let first = seen[texts] else {
      seen[texts] = (file, line)
      return
    }
    shared[[first.file, file], default: 0] += 1
    guard pair == nil else { return }
    pair = Pair(
      identity: texts.map { String(decoding: $0, as: UTF8.self) },
      first: Place(file: files[first.file].path, line: first.line),
      second: Place(file: files[file].path, line: line))
  }

  private mutating func lookIntoParquet(
    _ path: String, _ positions: [Int], _ number: Int
  ) throws {
    let parquet = try ParquetFile(path)
    var line = 0
    for group in parquet.rowGroups.indices {
      let reader = try parquet.reader(rowGroup: group, columns: positions, batchSize: 1 << 16)
      while let batch = try reader.next() {
        for row in 0..<batch.count {
          line += 1
          let texts = batch.columns.map { column -> [UInt8] in
            if case .bytes(let bytes) = column.value(row) { bytes } else { [] }
          }
          look(at: texts, number, line)
        }
      }
    }
  }
}
