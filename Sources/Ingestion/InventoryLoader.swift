import Columns
import Compression
import Files
import Reports
import TextFormats
import Warehouse

/// Loads Systems Manager inventory of one type: JSON lines, one object per entry, in a file per node.
///
/// Every attribute becomes a column under its lower-case name, as AWS's crawler does it. Where an
/// attribute has the name of a folder (`ResourceType` of `AWS:InstanceInformation`), the folder keeps
/// the name and the attribute gets `instance_` in front.
struct InventoryLoader {
  let warehouse: Warehouse
  let delivery: Delivery
  /// The declared table; nil for custom types.
  let table: ReportTable?
  let day: Int

  /// Writes all rows in one commit and returns how many there are.
  ///
  /// - Throws: `FormatError` for lines that are not JSON objects.
  func load() throws -> Int {
    var names = (table?.schema.names ?? InventoryLoader.common).filter { $0 != "snapshot_date" }
    while true {
      switch try attempt(names) {
      case .loaded(let rows): return rows
      // An attribute that nobody declared: the table gets a column for it.
      case .needs(let more): names += more
      }
    }
  }

  private static let common = [
    "resourceid", "capturetime", "schemaversion", "accountid", "region", "resourcetype",
  ]

  private enum Attempt {
    case loaded(Int)
    case needs([String])
  }

  private func attempt(_ names: [String]) throws -> Attempt {
    let schema = Schema(names.map { Field($0, .varchar) } + [Field("snapshot_date", .date)])
    let writer = try warehouse.writer(
      WriteRequest(
        table: delivery.table, schema: schema,
        partitionColumns: ["snapshot_date", "accountid", "region"], mode: .replaceTouched,
        source: delivery.source, transaction: (delivery.application, delivery.version),
        operation: "INGEST", operationParameters: ["report": delivery.kind.name]))
    do {
      var buffer = RowBuffer(schema, to: writer)
      var unknown: [String] = []
      for file in delivery.files { try read(file, into: &buffer, &unknown) }
      guard unknown.isEmpty else {
        writer.cancel()
        return .needs(unknown)
      }
      try buffer.flush()
      try writer.commit()
      return .loaded(buffer.rowCount)
    } catch {
      writer.cancel()
      throw error
    }
  }

  private func read(
    _ file: SourceFile, into buffer: inout RowBuffer, _ unknown: inout [String]
  ) throws {
    let path = InventoryPath(file.path)
    let folders = path?.partitions ?? [:]
    let lines = JSONLines(try PackedFile.open(file.path))
    while let entry = try lines.next() {
      for object in entry.array ?? [entry] {
        guard let members = object.object?.members else {
          throw FormatError(
            file.path, at: "line \(lines.line)", "expected an object, found \(object.kind)")
        }
        var row = [Value](repeating: .null, count: buffer.schema.count)
        row[row.count - 1] = .int64(Int64(day))
        for member in members {
          let lowered = member.key.lowercased()
          let name = folders[lowered] == nil ? lowered : "instance_" + lowered
          if let position = buffer.schema.position(of: name) {
            row[position] = JSONConversion.value(of: member.value, as: .varchar)
          } else if !unknown.contains(name) {
            unknown.append(name)
          }
        }
        for (name, value) in folders {
          if let position = buffer.schema.position(of: name) { row[position] = .text(value) }
        }
        if let position = buffer.schema.position(of: "resourceid"), row[position].isNull {
          row[position] = .text(String(file.name.prefix { $0 != "." }))
        }
        try buffer.append(row)
      }
    }
  }
}
