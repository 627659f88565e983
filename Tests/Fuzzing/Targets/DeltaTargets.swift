import Columns
import Compression
import Delta
import TextFormats

/// Delta tables. Memory: a small multiple of the log's bytes.
enum DeltaTargets {
  private static let log = "table/_delta_log/"
  private static let table = TemporaryFile.folder + "/table"

  /// The bytes as the first entry of a log; a second one, by us, follows where the first makes a table.
  static func entry(_ bytes: [UInt8]) {
    TemporaryFile.remove(log + "_last_checkpoint")
    TemporaryFile.remove(log + LogDirectory.commitName(1))
    _ = TemporaryFile.write(bytes, log + LogDirectory.commitName(0))
    readTable()
    let second =
      "{\"add\":{\"path\":\"a\",\"partitionValues\":{},\"size\":1,\"modificationTime\":1,"
      + "\"dataChange\":true}}\n"
    _ = TemporaryFile.write(Array(second.utf8), log + LogDirectory.commitName(1))
    readTable()
  }

  static func checkpoint(_ bytes: [UInt8]) {
    TemporaryFile.remove(log + LogDirectory.commitName(0))
    TemporaryFile.remove(log + LogDirectory.commitName(1))
    _ = TemporaryFile.write(bytes, log + "_last_checkpoint")
    let name = log + LogDirectory.checkpointName(0)
    _ = TemporaryFile.write(bytes, name)
    readTable()
    TemporaryFile.remove(name)
  }

  private static func readTable() {
    let table = DeltaTable(self.table)
    _ = try? table.history()
    _ = try? table.snapshot(asOf: 1_700_000_000_000)
    _ = try? table.actions(ofVersion: 0)
    _ = TableCheck.run(table)
    guard let snapshot = try? table.snapshot() else { return }
    _ = try? TableFeatures.checkWritable(snapshot, removes: true)
    _ = snapshot.rowCount()
    _ = snapshot.byteCount
    for file in snapshot.files {
      if let text = file.stats { statistics(text, snapshot.schema) }
      for position in snapshot.partitionPositions {
        let field = snapshot.schema[position]
        guard let value = file.partitionValues[field.name] else { continue }
        _ = try? PartitionValue.value(
          of: value, as: field.type, column: field.name, file: file.path)
      }
    }
  }

  /// What statistics say can be said again, and then says the same.
  private static func statistics(_ text: String, _ schema: Schema) {
    guard let read = FileStatistics(parsing: text, schema: schema) else { return }
    let again = FileStatistics(parsing: read.text(schema), schema: schema)
    hold(again != nil, "written statistics can be read")
    hold(again?.rowCount == read.rowCount, "the number of rows stays")
  }

  /// The bytes as a vector in a file of its own, whose checksum is right.
  static func deletionVector(_ bytes: [UInt8]) {
    let sum = Int(unsafe Checksum.crc32(bytes.span.bytes))
    let numbers = [bytes.count, sum].map { number in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
    _ = TemporaryFile.write([1] + numbers[0] + bytes + numbers[1], "table/vector.bin")
    var vector = DeletionVector(
      storageType: "p", pathOrInline: "vector.bin", offset: 1, byteCount: Int64(bytes.count),
      cardinality: -1)
    do {
      _ = try vector.deletedRows(inTable: table)
      hold(false, "no vector takes out -1 rows")
    } catch {
      // The message ends with the rows that it does take out, unless the vector is damaged.
      guard let count = "\(error)".split(separator: " ").dropLast().last.flatMap({ Int64($0) })
      else {
        return
      }
      vector.cardinality = count
    }
    guard let rows = try? vector.deletedRows(inTable: table) else { return }
    var left = 0
    var start = 0
    let end = (rows.last ?? -1) + 1
    // As many batches as a file of a million rows has, and the last rows.
    while start < min(end, 1 << 20) {
      left += remaining(rows, start..<start + 4096)
      start += 4096
    }
    hold(left <= start, "no more rows remain than there are")
    if let last = rows.last { hold(remaining(rows, last..<last + 1) == 0, "the last row is out") }
  }

  private static func remaining(_ rows: DeletedRows, _ range: Range<Int>) -> Int {
    switch rows.remainder(of: range) {
    case .all: range.count
    case .none: 0
    case .some(let kept): kept.count
    }
  }

  /// A first line with a schema; then lines that are statistics, paths and partition values.
  static func texts(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    let schema =
      lines.first.flatMap { try? TableSchema(parsing: $0, entry: "log", place: nil).schema }
      ?? Schema([Field("a", .bigint), Field("b", .varchar), Field("c", .timestamp)])
    for line in lines.dropFirst().prefix(50) {
      statistics(line, schema)
      path(line)
      for field in schema.fields.prefix(20) {
        guard
          let value = try? PartitionValue.value(
            of: line, as: field.type, column: field.name, file: "log"),
          PartitionValue.isPossible(field.type)
        else { continue }
        let text = PartitionValue.text(value, field.type)
        let again = try? PartitionValue.value(
          of: text, as: field.type, column: field.name, file: "log")
        hold(again != nil, "a partition value that was written can be read: \(text ?? "NULL")")
      }
    }
  }

  private static func path(_ text: String) {
    _ = PartitionPath.values(inPath: text)
    hold(PartitionPath.unescaped(PartitionPath.escaped(text)) == text, "an escaped text comes back")
    if let file = try? PartitionPath.file(fromURI: text, entry: "log") {
      hold(!file.hasPrefix("/") && !file.split(separator: "/").contains(".."), "no path climbs")
    }
    let directory = PartitionPath.directory([(column: "c", value: text)])
    hold(!directory.contains("/"), "a value is one directory")
  }
}
