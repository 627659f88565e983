import Compression
import Files

extension FuzzTarget {
  /// Cases to begin with: its own, those of other tests, and what our own writers make.
  ///
  /// - Parameter tests: the folder `Tests`.
  package func seeds(tests: String) throws -> [[UInt8]] {
    let own =
      try Self.files(tests, "Fuzzing/Seeds/\(rawValue)/*", "Fuzzing/Corpora/\(rawValue)/*")
      + Self.files(tests, "Fuzzing/Corpora/\(rawValue).cases").flatMap(Self.cases)
    switch self {
    case .parquet: return try own + Self.files(tests, "ParquetFiles/*.parquet")
    case .thrift: return try own + Self.files(tests, "ParquetFiles/*.parquet").map(Self.footer)
    case .snappy: return own + Self.texts.map { Self.sized($0.count, Snappy.compress($0)) }
    case .lz4: return try own + Self.compressed(tests, "lz4", "lz4raw")
    case .zstd: return try own + Self.compressed(tests, "zst")
    case .gzip:
      return own + Self.texts.map { Gzip.compress($0) + Gzip.compress($0, level: 0) }
        + Self.texts.map { Zlib.deflate($0, format: .raw) }
    case .deltaEntry: return try own + Self.files(tests, "DeltaTables/*/_delta_log/*[0-9].json")
    case .deltaCheckpoint:
      return try own + Self.files(tests, "DeltaTables/*/_delta_log/*.checkpoint*.parquet")
    case .deletionVector:
      // Behind the version and the size of the first vector, without a checksum.
      return try own
        + Self.files(tests, "DeltaTables/*/*.bin", "DeltaTables/*/*/*.bin")
        .map { Array($0.dropFirst(5).dropLast(4)) }
    case .page, .zip, .deltaTexts, .json, .csv, .sql, .manifest: return own
    }
  }

  private static func files(_ tests: String, _ patterns: String...) throws -> [[UInt8]] {
    try patterns.flatMap { pattern in
      try Directory.glob(Path.join(tests, pattern)).sorted().map { try FileSource($0).readAll() }
    }
  }

  /// Many small cases in one file, each behind its size in two bytes.
  private static func cases(_ file: [UInt8]) -> [[UInt8]] {
    var cases: [[UInt8]] = []
    var input = CaseReader(file)
    while !input.rest.isEmpty {
      let size = input.number(2)
      cases.append(input.bytes(size))
    }
    return cases
  }

  private static func footer(_ file: [UInt8]) -> [UInt8] {
    let size = file.dropLast(4).suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    return Array(file.dropLast(8).suffix(size))
  }

  /// A case of a codec: the size, then the bytes.
  private static func sized(_ size: Int, _ bytes: [UInt8]) -> [UInt8] {
    [16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } + bytes
  }

  /// The smaller files of `CompressionFiles`, whose names state their size: `3-300.lz4`.
  private static func compressed(_ tests: String, _ endings: String...) throws -> [[UInt8]] {
    try Directory.glob(Path.join(tests, "CompressionFiles/*")).sorted().compactMap { path in
      let name = Path.name(path)
      guard endings.contains(where: { name.hasSuffix("." + $0) }),
        let size = name.split(separator: "-").last?.split(separator: ".").first.flatMap({ Int($0) }
        ),
        size <= 20_000
      else { return nil }
      return sized(size, try FileSource(path).readAll())
    }
  }

  private static let texts: [[UInt8]] = [
    [], Array("a".utf8), [UInt8](repeating: 7, count: 300),
    Array((0..<60).map { "i-\($0 * 7919 % 1000),us-east-1,BoxUsage:m5.large\n" }.joined().utf8),
    (0..<500).map { UInt8(truncatingIfNeeded: $0 * $0 * 31) },
  ]
}
