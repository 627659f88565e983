import Columns
import Files
import Reports
import TextFormats
import Warehouse

/// Loads Systems Manager inventory of one type.
///
/// Every attribute becomes a column of text under its lower-case name, as AWS's crawler does it. The keys
/// that the folders are called by (`accountid`, `region`, `resourcetype`) are columns of their own: an
/// attribute of that name (`ResourceType` of `AWS:InstanceInformation`) gets `instance_` in front.
///
/// What a file brings of a node takes the place of what the day has of that node; other nodes stay.
struct InventoryLoader {
  let warehouse: Warehouse
  let delivery: Delivery
  /// The table's name by AWS's rule, which tells the type.
  let typeTable: String
  /// The declared table; nil for custom types.
  let table: ReportTable?
  let day: Int

  struct Outcome {
    var rows = 0
    var notes: [String] = []
  }

  /// Writes all rows in one commit.
  ///
  /// - Throws: `FormatError` for lines that are not JSON objects.
  func load() throws -> Outcome {
    var names = (table?.schema.names ?? InventoryLoader.common).filter { $0 != "snapshot_date" }
    let before = try warehouse.tables().first {
      $0.name.lowercased() == delivery.table.lowercased()
    }
    names += (before?.schema.names ?? []).map { $0.lowercased() }
      .filter { $0 != "snapshot_date" && !names.contains($0) }
    while true {
      switch try attempt(names, isThere: before != nil) {
      case .loaded(let outcome): return outcome
      // An attribute that nobody declared: the table gets a column for it.
      case .needs(let more): names += more
      }
    }
  }

  private static let common = [
    "resourceid", "capturetime", "schemaversion", "accountid", "region", "resourcetype",
  ]
  /// Columns that are not the attributes'.
  private static let keys: Set<String> = ["accountid", "region", "resourcetype", "snapshot_date"]

  private enum Attempt {
    case loaded(Outcome)
    case needs([String])
  }

  private func attempt(_ names: [String], isThere: Bool) throws -> Attempt {
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
      var nodes: Set<InventoryReader.Node> = []
      var misnamed: [String: String] = [:]
      for file in delivery.files {
        try InventoryReader(file.path).forEach { entry in
          guard InventoryPath.table(ofType: entry.type) == typeTable else { return }
          nodes.insert(entry.node)
          if let other = entry.fileNode { misnamed[other] = entry.node.id }
          if entry.attributes == nil { return }
          try buffer.append(row(entry, file, schema, &unknown))
        }
      }
      guard unknown.isEmpty else {
        writer.cancel()
        return .needs(unknown)
      }
      let outcome = Outcome(
        rows: buffer.rowCount, notes: [InventoryLoader.note(misnamed)].compactMap { $0 })
      if isThere { try keepOthers(nodes, schema, &buffer) }
      try buffer.flush()
      try writer.commit()
      return .loaded(outcome)
    } catch {
      writer.cancel()
      throw error
    }
  }

  /// What is to be said of files that are named after other nodes than their entries are about.
  private static func note(_ misnamed: [String: String]) -> String? {
    guard let first = misnamed.min(by: { $0.key < $1.key }) else { return nil }
    let others = misnamed.count - 1
    return
      "the file of '\(first.key)' says that it is about '\(first.value)', as which it is loaded"
      + (others == 0 ? "" : "; so do \(others) more files of other nodes")
  }

  private func row(
    _ entry: InventoryReader.Entry, _ file: SourceFile, _ schema: Schema,
    _ unknown: inout [String]
  ) throws -> [Value] {
    var row = [Value](repeating: .null, count: schema.count)
    row[row.count - 1] = .int64(Int64(day))
    var set: [Int: String] = [:]
    for (members, isCommon) in [(entry.common, true), (entry.attributes ?? [], false)] {
      for member in members {
        let lowered = member.key.lowercased()
        let name = InventoryLoader.keys.contains(lowered) ? "instance_" + lowered : lowered
        guard let position = schema.position(of: name) else {
          if !unknown.contains(name) { unknown.append(name) }
          continue
        }
        let value =
          member.value.isNull ? Value.null : .bytes(JSONConversion.text(member.value))
        if let other = set[position], row[position] != value {
          throw FormatError(
            file.path, at: "line \(entry.line)",
            "has '\(other)' and '\(member.key)', which are one column, with two values")
        }
        row[position] = value
        if !isCommon { set[position] = member.key }
      }
    }
    func put(_ name: String, _ text: String?) {
      if let position = schema.position(of: name) {
        row[position] = text.map { .text($0) } ?? .null
      }
    }
    put("accountid", entry.node.account)
    put("region", entry.node.region)
    let place = InventoryPath(file.path)
    put("resourcetype", place.map { $0.partitions["resourcetype"] } ?? "ManagedInstanceInventory")
    put("resourceid", entry.node.id)
    return row
  }

  /// The rows of nodes that the delivery does not bring, of the accounts and regions that it touches,
  /// whose partitions are written anew.
  private func keepOthers(
    _ nodes: Set<InventoryReader.Node>, _ schema: Schema, _ buffer: inout RowBuffer
  ) throws {
    let places = Set(nodes.map { [$0.account, $0.region] })
    let known = Set(
      try warehouse.tables().first { $0.name.lowercased() == delivery.table.lowercased() }?
        .schema.names.map { $0.lowercased() } ?? [])
    let columns = schema.names.map { name in
      known.contains(name) ? "\"\(name)\"" : "CAST(NULL AS varchar) AS \"\(name)\""
    }
    let result = try warehouse.query(
      "SELECT \(columns.joined(separator: ", ")) FROM \"\(delivery.table)\" "
        + "WHERE snapshot_date = DATE '\(BillingPeriod.day(day))'")
    guard let account = schema.position(of: "accountid"),
      let region = schema.position(of: "region"), let id = schema.position(of: "resourceid")
    else { return }
    for batch in result.batches {
      for position in 0..<batch.count {
        let row = batch.row(position)
        let place = [row[account].string, row[region].string]
        let node = InventoryReader.Node(
          account: place[0], region: place[1], id: row[id].string ?? "")
        if places.contains(place) && !nodes.contains(node) { try buffer.append(row) }
      }
    }
  }
}
