/// What is fed with bytes of any kind: each target takes them, returns, and never traps, whatever they
/// are. What it promises beyond that is checked with `hold`, which ends the program.
///
/// `./dev fuzz TARGET` runs one under libFuzzer; `Tests/FuzzingTests` replays what was found.
package enum FuzzTarget: String, CaseIterable, Sendable {
  /// A whole Parquet file: footer, then all columns decoded.
  case parquet
  /// A footer in Thrift's compact protocol, without pages.
  case thrift
  /// The pages of one column, of a type and codec that the first bytes choose.
  case page
  case snappy, lz4, zstd, gzip, zip
  /// An entry of a Delta log, and what hangs on it: schema, statistics, partitions.
  case deltaEntry = "delta-entry"
  /// A checkpoint of a Delta log, and `_last_checkpoint` as well.
  case deltaCheckpoint = "delta-checkpoint"
  /// A deletion vector of a Delta table.
  case deletionVector = "deletion-vector"
  /// Texts of a Delta log by themselves: schema, statistics, paths, partition values.
  case deltaTexts = "delta-texts"
  case json, csv, sql
  /// The manifest beside a delivery: what it names and what it says of that.
  case manifest

  /// Runs the target once.
  package func run(_ bytes: [UInt8]) {
    switch self {
    case .parquet: ParquetTargets.file(bytes)
    case .thrift: ParquetTargets.footer(bytes)
    case .page: ParquetTargets.page(bytes)
    case .snappy: CodecTargets.snappy(bytes)
    case .lz4: CodecTargets.lz4(bytes)
    case .zstd: CodecTargets.zstd(bytes)
    case .gzip: CodecTargets.gzip(bytes)
    case .zip: CodecTargets.zip(bytes)
    case .deltaEntry: DeltaTargets.entry(bytes)
    case .deltaCheckpoint: DeltaTargets.checkpoint(bytes)
    case .deletionVector: DeltaTargets.deletionVector(bytes)
    case .deltaTexts: DeltaTargets.texts(bytes)
    case .json: TextTargets.json(bytes)
    case .csv: TextTargets.csv(bytes)
    case .sql: TextTargets.sql(bytes)
    case .manifest: ManifestTarget.manifest(bytes)
    }
  }
}

/// Ends the program, so that the fuzzer keeps the bytes, where a promise is broken.
func hold(_ condition: Bool, _ promise: @autoclosure () -> String) {
  guard condition else { preconditionFailure(promise()) }
}

/// Bytes taken from the front of a case to choose what is done with the rest.
struct CaseReader {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// The next byte, zero behind the end.
  mutating func byte() -> Int { Int(rest.popFirst() ?? 0) }

  /// The next bytes, fewer at the end.
  mutating func bytes(_ count: Int) -> [UInt8] {
    let part = Array(rest.prefix(count))
    rest = rest.dropFirst(count)
    return part
  }

  /// The next two or three bytes as a number.
  mutating func number(_ bytes: Int) -> Int {
    (0..<bytes).reduce(0) { number, _ in number << 8 | byte() }
  }
}
