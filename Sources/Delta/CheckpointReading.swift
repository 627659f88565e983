import Columns
import Files
import Parquet

extension Checkpoint {
  /// Reads a checkpoint: one file, several parts, or a file that refers to others for the data files.
  ///
  /// - Parameter log: the log's directory.
  /// - Throws: `FormatError` when one of the files is no checkpoint; `FileError` when one is missing.
  static func read(
    _ checkpoint: LogDirectory.CheckpointFiles, _ log: String, _ body: (Action) -> Void
  ) throws {
    var sidecars: [String] = []
    for name in checkpoint.names {
      let path = Path.join(log, name)
      if name.hasSuffix(".json") {
        try LogEntry.forEachAction(in: path, sidecar: { sidecars.append($0) }, body)
      } else {
        try read(path, sidecar: { sidecars.append($0) }, body)
      }
    }
    for sidecar in sidecars {
      // All lie in one directory: what stands before the name says nothing.
      let name = Path.name(PartitionPath.unescaped(sidecar))
      guard !name.isEmpty, name != ".", name != ".." else {
        throw FormatError(log, "expected the name of a checkpoint's sidecar, found '\(sidecar)'")
      }
      try read(Path.join(log, "_sidecars/" + name), sidecar: { _ in }, body)
    }
  }

  /// Reads one Parquet file of a checkpoint.
  private static func read(
    _ path: String, sidecar: (String) -> Void, _ body: (Action) -> Void
  ) throws {
    let file = try ParquetFile(path)
    let layout = try CheckpointColumns(file)
    for group in file.rowGroups.indices {
      let reader = try file.reader(
        rowGroup: group, columns: layout.positions, batchSize: batchSize)
      var firstRow = 1
      while let batch = try reader.next() {
        let columns = CheckpointBatch(batch, layout)
        for row in 0..<batch.count {
          guard let record = columns.record(row, at: "row \(firstRow + row)") else { continue }
          if record.kind == .sidecar {
            sidecar(try record.text("path"))
          } else {
            body(try record.action())
          }
        }
        firstRow += batch.count
      }
    }
  }
}

/// The columns of a checkpoint that are read, one a kind of action.
enum CheckpointKind: String, CaseIterable {
  // The most frequent first.
  case add, remove, transaction = "txn", metadata = "metaData", protocolVersions = "protocol"
  case sidecar
}

/// Where the actions stand in a checkpoint file, which any program may have written.
private struct CheckpointColumns {
  let file: String
  /// Positions in the file of the columns read, `kinds[i]` standing at `positions[i]`.
  private(set) var positions: [Int] = []
  private(set) var kinds: [CheckpointKind] = []
  private(set) var fields: [[String: Int]] = []

  init(_ parquet: ParquetFile) throws(FormatError) {
    file = parquet.path
    for kind in CheckpointKind.allCases {
      guard let position = parquet.schema.position(of: kind.rawValue) else { continue }
      guard case .row(let members) = parquet.schema[position].type else {
        throw FormatError(file, "expected column '\(kind.rawValue)' of a checkpoint to have fields")
      }
      positions.append(position)
      kinds.append(kind)
      fields.append(CheckpointColumns.index(members))
    }
    guard kinds.contains(.add) || kinds.contains(.metadata) else {
      throw FormatError(file, "expected the columns 'add' or 'metaData' of a checkpoint")
    }
  }

  static func index(_ members: [RowField]) -> [String: Int] {
    Dictionary(
      members.enumerated().map { ($0.element.name ?? "", $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }
}

/// Some rows of a checkpoint.
private struct CheckpointBatch {
  private let layout: CheckpointColumns
  /// By kind, nil where no row has an action of it.
  private let members: [[Column]?]
  private let presence: [Validity]

  init(_ batch: Batch, _ layout: CheckpointColumns) {
    self.layout = layout
    var members: [[Column]?] = []
    var presence: [Validity] = []
    for column in batch.columns {
      if case .flat(.row(let fields, _), let validity) = column.flattened().form {
        members.append(fields)
        presence.append(validity)
      } else {
        members.append(nil)
        presence.append(.allPresent)
      }
    }
    self.members = members
    self.presence = presence
  }

  /// The action in a row, nil where it has none of a kind that is read.
  func record(_ row: Int, at place: String) -> CheckpointRecord? {
    for (position, kind) in layout.kinds.enumerated() {
      guard let fields = members[position], presence[position].isPresent(row) else { continue }
      return CheckpointRecord(
        kind: kind, file: layout.file, place: "\(place), column '\(kind.rawValue)'", row: row,
        positions: layout.fields[position], columns: fields)
    }
    return nil
  }
}
