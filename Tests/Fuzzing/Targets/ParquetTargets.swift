import Columns
import Parquet

/// Parquet files. Memory: what `Limits` of the Parquet module states, at most 256 MiB for pages.
enum ParquetTargets {
  /// More rows than this are not read: runs may honestly stand for billions.
  private static let rowLimit = 200_000

  static func file(_ bytes: [UInt8]) {
    let path = TemporaryFile.write(bytes, "file.parquet")
    guard let file = try? ParquetFile(path) else { return }
    var left = rowLimit
    for (position, group) in file.rowGroups.enumerated() where left > 0 {
      hold(group.statistics.count == file.schema.count, "each column has statistics")
      readColumns(file, position, &left)
    }
  }

  /// Reads all columns together, then each by itself: one may be damaged and others not.
  private static func readColumns(_ file: ParquetFile, _ group: Int, _ left: inout Int) {
    let all = Array(0..<file.schema.count)
    if read(file, group, all, &left) { return }
    for column in all.prefix(20) { _ = read(file, group, [column], &left) }
  }

  /// Whether all rows were read.
  private static func read(
    _ file: ParquetFile, _ group: Int, _ columns: [Int], _ left: inout Int
  ) -> Bool {
    do {
      let reader = try file.reader(rowGroup: group, columns: columns, batchSize: 4096)
      var rows = 0
      while left > 0, let batch = try reader.next() {
        hold(batch.count > 0 && batch.columns.count == columns.count, "no batch is empty")
        for column in batch.columns {
          hold(column.count == batch.count, "columns are as long as their batch")
        }
        for row in 0..<min(batch.count, 64) { _ = batch.row(row) }
        _ = batch.row(batch.count - 1)
        rows += batch.count
        left -= batch.count
      }
      if left > 0 { hold(rows == file.rowGroups[group].rowCount, "all rows come, or an error") }
      return true
    } catch {
      return false
    }
  }

  static func footer(_ bytes: [UInt8]) {
    let magic = Array("PAR1".utf8)
    let size = (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
    file(magic + bytes + size + magic)
  }

  /// One column whose pages are the bytes after the first six.
  static func page(_ bytes: [UInt8]) { file(pageFile(bytes)) }

  /// The whole file around the pages.
  private static func pageFile(_ bytes: [UInt8]) -> [UInt8] {
    var input = CaseReader(bytes)
    let type = input.byte() % 8
    let flags = input.byte()
    let converted = input.byte()
    let length = input.byte()
    let rows = input.number(2)
    let pages = Array(input.rest)
    var footer = ThriftText()
    footer.integer(1, 1)
    footer.list(2, count: 2)
    footer.text(4, "r")
    footer.integer(5, 1)
    footer.stop()
    footer.integer(1, type)
    footer.integer(2, length)
    footer.integer(3, flags & 3)
    footer.text(4, "c")
    // Half of all cases have no converted type.
    if converted < 32 {
      footer.integer(6, converted)
      footer.integer(7, flags >> 5)
      footer.integer(8, length)
    }
    footer.stop()
    footer.long(3, rows)
    footer.list(4, count: 1)
    footer.list(1, count: 1)
    footer.long(2, 4)
    footer.structure(3)
    footer.integer(1, type)
    footer.texts(3, ["c"])
    footer.integer(4, (flags >> 2) & 7)
    footer.long(5, rows)
    footer.long(6, pages.count)
    footer.long(7, pages.count)
    footer.long(9, 4)
    footer.stop()
    footer.stop()
    footer.long(2, pages.count)
    footer.long(3, rows)
    footer.stop()
    footer.stop()
    let magic = Array("PAR1".utf8)
    let size = (0..<4).map { UInt8(truncatingIfNeeded: footer.bytes.count >> (8 * $0)) }
    return magic + pages + footer.bytes + size + magic
  }
}

/// As much of Thrift's compact protocol as a footer takes.
private struct ThriftText {
  private(set) var bytes: [UInt8] = []
  private var fields = [0]

  mutating func integer(_ field: Int, _ value: Int) {
    header(field, 5)
    varint(value << 1)
  }

  mutating func long(_ field: Int, _ value: Int) {
    header(field, 6)
    varint(value << 1)
  }

  mutating func text(_ field: Int, _ text: String) {
    header(field, 8)
    varint(text.utf8.count)
    bytes += text.utf8
  }

  mutating func texts(_ field: Int, _ texts: [String]) {
    header(field, 9)
    bytes.append(UInt8(texts.count << 4 | 8))
    for text in texts {
      varint(text.utf8.count)
      bytes += text.utf8
    }
  }

  /// Begins a list of structures; each is ended with `stop`.
  mutating func list(_ field: Int, count: Int) {
    header(field, 9)
    bytes.append(UInt8(count << 4 | 12))
    for _ in 0..<count { fields.append(0) }
  }

  mutating func structure(_ field: Int) {
    header(field, 12)
    fields.append(0)
  }

  mutating func stop() {
    bytes.append(0)
    fields.removeLast()
  }

  private mutating func header(_ field: Int, _ kind: UInt8) {
    bytes.append(UInt8(field - (fields.last ?? 0)) << 4 | kind)
    if !fields.isEmpty { fields[fields.count - 1] = field }
  }

  private mutating func varint(_ value: Int) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(value & 0x7F) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }
}
