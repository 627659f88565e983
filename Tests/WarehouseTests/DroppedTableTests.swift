import Columns
import Delta
import Files
import SQL
import TestSupport
import Testing
import Warehouse

/// Writers, drops and sweeps that meet.
@Suite struct DroppedTableTests {
  private func writer(
    _ lake: Lake, _ change: (inout WriteRequest) -> Void = { _ in }
  ) throws -> TableWriter {
    var request = WriteRequest(
      table: "t", schema: Lake.schema, partitionColumns: ["month"], mode: .append,
      operation: "TEST")
    change(&request)
    return try lake.warehouse.writer(request)
  }

  @Test func `a dropped table leaves nothing, and its name is free`() throws {
    let lake = try Lake()
    try lake.deliver([("2026-09", 1)], mode: .append)
    try lake.run("DROP TABLE t")
    #expect(try Directory.names(lake.path) == [])
    try lake.deliver([("2026-09", 2)], mode: .append)
    #expect(try lake.column("SELECT n FROM t") == [.int64(2)])
  }

  @Test func `what a killed drop left is no table and goes with the next`() throws {
    let lake = try Lake()
    try lake.deliver([("2026-09", 1)], mode: .append)
    for verb in ["drop", "vacuum", "sweep"] {
      try lake.deliver([("2026-09", 1)], mode: .append, table: "half")
      try Directory.rename(
        Path.join(lake.path, "half"), to: Path.join(lake.path, ".dropped-half-1"))
      #expect(try lake.rows("SHOW TABLES") == [[.text("t")]])
      switch verb {
      case "drop":
        try lake.run("DROP TABLE t")
        try lake.deliver([("2026-09", 1)], mode: .append)
      case "vacuum": _ = try lake.warehouse.vacuum(nil, dryRun: false)
      default: lake.warehouse.sweep()
      }
      #expect(try Directory.names(lake.path) == ["t"])
    }
  }

  @Test func `a writer whose table was dropped meanwhile commits nowhere`() throws {
    let lake = try Lake()
    try lake.deliver([("2026-09", 1)], mode: .append)
    let early = try writer(lake)
    try early.append(Lake.batch([("2026-09", 2)]))
    let idle = try writer(lake)
    try lake.run("DROP TABLE t")
    try lake.deliver([("2026-10", 7)], mode: .append)
    #expect(throws: CommitConflict.self) { try early.commit() }
    let conflict = #expect(throws: CommitConflict.self) {
      try idle.append(Lake.batch([("2026-09", 3)]))
      try idle.commit()
    }
    #expect(conflict?.reason == .tableDropped)
    #expect(try lake.column("SELECT n FROM t") == [.int64(7)])
    #expect(try Directory.names(Path.join(lake.path, "t")) == ["_delta_log", "month=2026-10"])
  }

  @Test func `one of two that make a table is told that it is there`() throws {
    let lake = try Lake()
    let first = try writer(lake) { $0.expected = .absent }
    let second = try writer(lake) { $0.expected = .absent }
    try first.append(Lake.batch([("2026-09", 1)]))
    try second.append(Lake.batch([("2026-09", 2)]))
    try first.commit()
    let conflict = #expect(throws: CommitConflict.self) { try second.commit() }
    #expect(conflict?.reason == .tableMade)
    #expect(throws: CommitConflict.self) { try writer(lake) { $0.expected = .absent } }
    #expect(try lake.column("SELECT n FROM t") == [.int64(1)])
    try lake.run("DROP TABLE t")
    let gone = #expect(throws: CommitConflict.self) {
      try writer(lake) { $0.expected = .present }
    }
    #expect(gone?.reason == .tableDropped)
    #expect(try Directory.names(lake.path) == [])
  }

  @Test func `a writer that gives up takes no directory from another`() throws {
    let lake = try Lake()
    let first = try writer(lake)
    let second = try writer(lake)
    try first.append(Lake.batch([("2026-09", 1)]))
    try second.append(Lake.batch([("2026-09", 2), ("2026-10", 3)]))
    first.cancel()
    try second.append(Lake.batch([("2026-11", 4)]))
    try second.commit()
    #expect(try lake.column("SELECT n FROM t ORDER BY n") == [.int64(2), .int64(3), .int64(4)])
    #expect(try lake.warehouse.check("t").rowCount == 0)
  }

  @Test func `the same delivery by two that make the table comes once`() throws {
    let lake = try Lake()
    let writers = try (0..<2).map { _ in
      try writer(lake) { $0.transaction = ("report", 7) }
    }
    for writer in writers { try writer.append(Lake.batch([("2026-09", 1)])) }
    try writers[0].commit()
    let conflict = #expect(throws: CommitConflict.self) { try writers[1].commit() }
    #expect(conflict?.reason == .transaction(application: "report"))
    #expect(try lake.rows("SELECT n FROM t").count == 1)
  }

  @Test func `rows that came while the schema changed are not replaced unseen`() throws {
    let lake = try Lake()
    try lake.deliver([("2026-09", 1)], mode: .append)
    let late = try writer(lake) { $0.mode = .replaceAll }
    try late.append(Lake.batch([("2026-09", 9)]))
    let wide = Schema(Lake.schema.fields + [Field("extra", .varchar)])
    let wider = try lake.warehouse.writer(
      WriteRequest(table: "t", schema: wide, mode: .append, operation: "TEST"))
    try wider.commit()
    try lake.deliver([("2026-09", 2)], mode: .append)
    let conflict = #expect(throws: CommitConflict.self) { try late.commit() }
    #expect(conflict?.winner != nil || conflict?.reason != .metadataChanged)
    #expect(try lake.column("SELECT n FROM t ORDER BY n") == [.int64(1), .int64(2)])
  }

  @Test func `vacuum keeps a week unless it is forced`() throws {
    let lake = try Lake()
    try lake.deliver([("2026-09", 1)], mode: .append)
    try lake.deliver([("2026-09", 2)], mode: .replaceAll)
    let hour: Int64 = 3_600_000_000
    let error = #expect(throws: FormatError.self) {
      try lake.warehouse.vacuum("t", retention: 24 * hour, dryRun: false)
    }
    #expect(error?.message.contains("168 hours") == true)
    #expect(try lake.warehouse.vacuum("t", dryRun: false).rowCount == 0)
    #expect(try lake.warehouse.vacuum("t", retention: 168 * hour, dryRun: false).rowCount == 0)
    #expect(try lake.warehouse.vacuum("t", retention: 0, dryRun: true).rowCount == 1)
    #expect(try lake.warehouse.vacuum("t", retention: 0, force: true, dryRun: false).rowCount == 1)
  }
}
