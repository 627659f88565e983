import Compression
import Files

/// The kinds of files that can be read as tables.
enum FileKind: String {
  case parquet, csv, tsv, json

  static let list = "parquet, csv, tsv, json, jsonl, also gzipped"

  /// By the file's name; where that tells nothing, by its first bytes: Athena and Hive leave Parquet
  /// files without an extension. nil for what is neither.
  init?(of path: String) {
    if let known = FileKind(byName: Path.name(path).lowercased()) {
      self = known
    } else if let file = try? MappedFile(path), file.count >= 4,
      file.copy(0..<4) == Array("PAR1".utf8)
    {
      self = .parquet
    } else {
      return nil
    }
  }

  /// By the first bytes alone: of what comes without a name.
  init(contentOf path: String) throws {
    var start: [UInt8] = []
    let source = try PackedFile.open(path)
    while start.count < 4096, try source.read(into: &start, limit: 4096) > 0 {}
    let first = start.first { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }
    if start.starts(with: Array("PAR1".utf8)) {
      self = .parquet
    } else if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
      self = .json
    } else {
      self = .csv
    }
  }

  private init?(byName name: String) {
    var name = name
    for packed in [".gz", ".gzip", ".zip"] where name.hasSuffix(packed) {
      name = String(name.dropLast(packed.count))
    }
    guard let dot = name.lastIndex(of: ".") else { return nil }
    switch name[name.index(after: dot)...] {
    case "parquet", "pq", "parq": self = .parquet
    case "csv", "txt": self = .csv
    case "tsv", "tab": self = .tsv
    case "json", "jsonl", "ndjson": self = .json
    default: return nil
    }
  }
}
