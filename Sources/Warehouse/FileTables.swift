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
  let footers: FooterCache
  let threads: Int

  /// The table at a path.
  ///
  /// - Throws: `FileError` when nothing is there; `FormatError` when it is not what its name says.
  func table(_ path: String, named name: String) throws -> any TableSource {
    if Path.isPattern(path) && Directory.kind(path) == nil {
      let files = try Directory.glob(path).filter { Directory.kind($0) == .file }
      guard !files.isEmpty else {
        throw FormatError(path, "no file matches the pattern")
      }
      return try table(of: files, below: fixedPrefix(path), named: name)
    }
    guard Directory.kind(path) == .directory else {
      return try table(of: [path], below: Path.split(path).directory, named: name)
    }
    if DeltaTable(path).exists {
      return try DeltaSource(name: name, snapshot: DeltaTable(path).snapshot(), footers: footers)
    }
    let files = try Directory.files(below: path) { $0.hasPrefix("_") || $0.hasPrefix(".") }
      .filter { Kind(of: $0) != nil }
    guard !files.isEmpty else {
      throw FormatError(path, "the folder has no files of a kind that can be read (\(Kind.list))")
    }
    return try table(of: files, below: path, named: name)
  }

  private enum Kind: Hashable {
    case parquet, csv, tsv, json

    static let list = "parquet, csv, tsv, json, jsonl, also gzipped"

    init?(of path: String) {
      var name = Path.name(path).lowercased()
      for packed in [".gz", ".gzip", ".zip"] where name.hasSuffix(packed) {
        name = String(name.dropLast(packed.count))
      }
      switch name.split(separator: ".").last {
      case "parquet", "pq": self = .parquet
      case "csv", "txt": self = .csv
      case "tsv", "tab": self = .tsv
      case "json", "jsonl", "ndjson": self = .json
      default: return nil
      }
    }
  }

  private func table(
    of files: [String], below folder: String, named name: String
  ) throws -> any TableSource {
    var kinds: Set<Kind> = []
    for file in files {
      guard let kind = Kind(of: file) else {
        throw FormatError(file, "expected a file of a known kind (\(Kind.list)) by its name")
      }
      kinds.insert(kind)
    }
    guard kinds.count == 1, let kind = kinds.first else {
      throw FormatError(folder, "expected files of one kind, found several")
    }
    switch kind {
    case .parquet: return try ParquetSource(files, below: folder, named: name, footers: footers)
    case .csv, .tsv, .json:
      let tables = try files.map { file in try text(file, kind) }
      return try joined(zip(files, tables).map { ($0, $1.schema, $1.batches) }, named: name)
    }
  }

  private func text(_ file: String, _ kind: Kind) throws -> TextTable {
    let table: TextTable
    switch kind {
    case .csv, .parquet:
      table = try TextTable.csv(threads: threads) { try PackedFile.open(file) }
    case .tsv:
      table = try TextTable.csv(dialect: .tsv, threads: threads) { try PackedFile.open(file) }
    case .json: table = try TextTable.json { try PackedFile.open(file) }
    }
    if let first = table.rejects.first {
      throw FormatError(
        file, at: "row \(first.line)" + (first.column.map { ", column '\($0)'" } ?? ""),
        first.reason
          + (table.rejects.count > 1 ? " (and \(table.rejects.count - 1) more rows)" : ""))
    }
    return table
  }

  /// Tables one after the other, columns matched by name.
  private func joined(
    _ parts: [(file: String, schema: Schema, batches: [Batch])], named name: String
  ) throws -> MemoryTable {
    let schema = try SchemaUnion.of(parts.map { ($0.file, $0.schema) })
    var batches: [Batch] = []
    for part in parts {
      for batch in part.batches {
        batches.append(
          Batch(
            try schema.fields.map { field in
              guard let position = part.schema.position(of: field.name) else {
                return Column(field.type, constant: .null, count: batch.count)
              }
              return try SchemaWidening.widened(batch.columns[position], to: field.type)
            }, count: batch.count))
      }
    }
    return MemoryTable(name: name, schema: schema, parts: batches)
  }

  /// The directory before the first part with a wildcard.
  private func fixedPrefix(_ pattern: String) -> String {
    let parts = pattern.split(separator: "/", omittingEmptySubsequences: false)
    return parts.prefix { !Path.isPattern(String($0)) }.joined(separator: "/")
  }
}

/// The columns of several files as one table's, matched by name.
enum SchemaUnion {
  /// - Throws: `FormatError` naming file and column where types do not go together.
  static func of(_ parts: [(file: String, schema: Schema)]) throws(FormatError) -> Schema {
    var fields: [Field] = []
    var positions: [String: Int] = [:]
    for part in parts {
      for field in part.schema.fields {
        let name = field.name.lowercased()
        guard let position = positions[name] else {
          positions[name] = fields.count
          fields.append(field)
          continue
        }
        guard let type = SchemaWidening.common(fields[position].type, field.type) else {
          throw FormatError(
            part.file, at: "column '\(field.name)'",
            "has \(field.type), but other files of the table have \(fields[position].type)")
        }
        fields[position] = Field(fields[position].name, type)
      }
    }
    return Schema(fields)
  }
}
