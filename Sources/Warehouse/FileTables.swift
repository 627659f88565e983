import Columns
import Compression
import Delta
import Execution
import Files
import Parquet
import Planning
import TextFormats

/// Files, globs and folders as tables: `FROM 'x.parquet'`, `--table NAME=PATH`.
struct FileTables: Sendable {
  let cache: ParquetFileCache
  let threads: Int
  private let input = StandardInput()

  init(cache: ParquetFileCache, threads: Int) {
    self.cache = cache
    self.threads = threads
  }

  /// The table at a path; at `-`, what comes over standard input, whatever its kind.
  ///
  /// Names that begin with `_` or `.` are hidden in folders and from wildcards, as in Hive and Spark.
  ///
  /// - Throws: `FileError` when nothing is there; `FormatError` when it is not what its name says, or
  ///   has no such version.
  func table(
    _ path: String, named name: String, version: ResolvedVersion? = nil
  ) throws -> any TableSource {
    if path == "-", version == nil {
      let file = try input.path()
      return try table(
        of: [file], kind: FileKind(contentOf: file), below: Path.split(file).directory, named: name)
    }
    let kind = Directory.kind(path)
    if kind == .directory, DeltaTable(path).exists {
      return try DeltaSource(name: name, snapshot: snapshot(path, version), cache: cache)
    }
    if version != nil {
      throw FormatError(path, "'\(name)' has no versions; a folder with a Delta log has")
    }
    switch kind {
    case .directory:
      return try table(of: files(inFolder: path), below: path, named: name)
    case nil where Path.isPattern(path):
      return try table(of: files(matching: path), below: fixedPrefix(path), named: name)
    case nil: throw FileError.missing("read", path)
    case .file, .other: return try table(of: [path], below: Path.split(path).directory, named: name)
    }
  }

  private func snapshot(_ path: String, _ version: ResolvedVersion?) throws -> Snapshot {
    let table = DeltaTable(path)
    switch version {
    case nil: return try table.snapshot()
    case .version(let number): return try table.snapshot(version: number)
    case .timestamp(let microseconds):
      return try table.snapshot(asOf: microseconds.floorDivided(by: 1000))
    }
  }

  private func files(matching pattern: String) throws -> [String] {
    let prefix = fixedPrefix(pattern)
    let asked = pattern.dropFirst(prefix.count).split(separator: "/").compactMap(\.first)
    let matches = try Directory.glob(pattern).filter { match in
      match.dropFirst(prefix.count).split(separator: "/").allSatisfy { part in
        !isHidden(String(part)) || part.first.map(asked.contains) ?? false
      }
    }
    let files = matches.filter { Directory.kind($0) == .file }
    if files.isEmpty {
      throw FormatError(
        pattern,
        matches.isEmpty
          ? "no file matches the pattern"
          : "no file matches the pattern, only folders such as '\(matches[0])'")
    }
    return files
  }

  /// Everything that can be read below a folder that is no Delta table.
  private func files(inFolder path: String) throws -> [String] {
    if let table = try deltaTable(around: path) {
      throw FormatError(
        path,
        "the folder belongs to the Delta table '\(table)', whose log says which files count; "
          + "read that table instead, with a condition on its partition columns")
    }
    let log = Path.name(LogDirectory.path(of: path))
    var hasTables = false
    let all = try Directory.files(below: path) { name in
      if name == log { hasTables = true }
      return isHidden(name)
    }
    if hasTables {
      throw FormatError(
        path, "the folder has Delta tables below; read each of them by its own folder")
    }
    let files = all.filter { FileKind(of: $0) != nil }
    if files.isEmpty {
      throw FormatError(
        path, "the folder has no files of a kind that can be read (\(FileKind.list))")
    }
    return files
  }

  /// The Delta table that a folder lies in.
  private func deltaTable(around folder: String) throws -> String? {
    var path = try Directory.resolved(folder)
    while path != "/" {
      path = Path.split(path).directory
      if DeltaTable(path).exists { return path }
    }
    return nil
  }

  private func isHidden(_ name: String) -> Bool {
    // `_month=9` is a folder of a column whose name happens to begin so.
    name.hasPrefix(".") || name.hasPrefix("_") && !name.contains("=")
  }

  private func table(
    of files: [String], below folder: String, named name: String
  ) throws -> any TableSource {
    var example: (file: String, kind: FileKind)?
    for file in files {
      guard let kind = FileKind(of: file) else {
        throw FormatError(file, "expected a file of a known kind (\(FileKind.list)) by its name")
      }
      if let example, example.kind != kind {
        throw FormatError(
          folder,
          "expected files of one kind, but '\(example.file)' is \(example.kind.rawValue) and "
            + "'\(file)' is \(kind.rawValue)")
      }
      example = (file, kind)
    }
    guard let kind = example?.kind else { throw FormatError(folder, "there are no files") }
    return try table(of: files, kind: kind, below: folder, named: name)
  }

  private func table(
    of files: [String], kind: FileKind, below folder: String, named name: String
  ) throws -> any TableSource {
    let partitions = try HivePartitions(of: files, below: folder)
    switch kind {
    case .parquet:
      return try ParquetSource(files, partitions, named: name, cache: cache)
    case .csv, .tsv, .json:
      let tables = try text(files, kind)
      return try joined(
        zip(files, tables).map { ($0, $1.schema, $1.batches) }, partitions, named: name)
    }
  }

  private func text(_ files: [String], _ kind: FileKind) throws -> [TextTable] {
    let openings = files.map { file in { try PackedFile.open(file) } }
    let tables =
      switch kind {
      case .csv, .parquet: try TextTable.csv(openings, threads: threads)
      case .tsv: try TextTable.csv(openings, dialect: .tsv, threads: threads)
      case .json: try TextTable.json(openings)
      }
    for (file, table) in zip(files, tables) {
      guard let first = table.rejects.first else { continue }
      throw FormatError(
        file, at: "row \(first.line)" + (first.column.map { ", column '\($0)'" } ?? ""),
        first.reason
          + (table.rejects.count > 1 ? " (and \(table.rejects.count - 1) more rows)" : ""))
    }
    return tables
  }

  /// Tables one after the other, columns matched by name.
  private func joined(
    _ parts: [(file: String, schema: Schema, batches: [Batch])], _ partitions: HivePartitions,
    named name: String
  ) throws -> MemoryTable {
    let stated = Set(partitions.fields.map { $0.name.lowercased() })
    let stored = try SchemaUnion.of(parts.map { ($0.file, $0.schema) })
      .fields.filter { !stated.contains($0.name.lowercased()) }
    var batches: [Batch] = []
    for (part, values) in zip(parts, partitions.values) {
      let (size, modified) = try Directory.attributes(part.file)
      let facts = FileFacts.values(path: part.file, size: size, modified: modified)
      for batch in part.batches {
        let columns = try stored.map { field in
          guard let position = part.schema.position(of: field.name) else {
            return Column(field.type, constant: .null, count: batch.count)
          }
          return try SchemaWidening.widened(batch.columns[position], to: field.type)
        }
        let fields = partitions.fields + FileFacts.columns.fields
        let constants = zip(fields, values + facts).map { field, value in
          Column(field.type, constant: value, count: batch.count)
        }
        batches.append(Batch(columns + constants, count: batch.count))
      }
    }
    return MemoryTable(
      name: name, schema: Schema(stored + partitions.fields), fileColumns: FileFacts.columns,
      parts: batches,
      partitionColumns: Set(stored.count..<(stored.count + partitions.fields.count)),
      identity: parts.map(\.file).joined(separator: "\n"))
  }

  /// The directory before the first part with a wildcard.
  private func fixedPrefix(_ pattern: String) -> String {
    let parts = pattern.split(separator: "/", omittingEmptySubsequences: false)
    return parts.prefix { !Path.isPattern(String($0)) }.joined(separator: "/")
  }
}
