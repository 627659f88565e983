import Columns
import Files
import Reports
import Warehouse

/// Loads points so that each is in the table once, whatever files bring it and in whatever order.
///
/// New points are appended. Where a file changes points that are there (a statistic more, or more samples
/// of the same period), the days that it touches are rewritten, in the same commit.
struct PointLoader {
  let warehouse: Warehouse
  let delivery: Delivery
  let table: ReportTable
  let identity: PointIdentity
  /// The column with a point's time, and that with its day, by which the table is partitioned.
  let time: String
  let day: String
  /// Whether two values for one statistic of one point in one source are an error, not news.
  var isStrict = false
  /// Columns that say whose a point is, and others that identify it, which sources may leave open.
  var owners: [String] = []
  var others: [String] = []
  /// Columns of text that identify a point and are never left open to be told by another source: what
  /// is there under other names than those of the source needs not be read.
  var names: [String] = []
  /// How rows are read as points of series; nil where the table's rows are no such points.
  var layout: PointLayout?

  /// A row with what other rows tell of the columns that it leaves open.
  private typealias Filled = ([Value]) -> [Value]

  struct Outcome {
    /// Points that are new or changed.
    var rows = 0
    /// Points that were there as they are.
    var known = 0

    /// What is worth saying of points that were there.
    func note(_ noun: String) -> String? {
      known == 0 ? nil : "\(known) \(noun)\(known == 1 ? " was" : "s were") there already"
    }
  }

  /// What is known of the columns that sources may leave open, before any row.
  var filling: PointFilling {
    PointFilling(table.schema, identity, owners: owners, others: others)
  }

  /// - Parameter source: is called again where it hands on more than is kept in memory.
  /// - Throws: what reading the source and writing the table throw; nothing is stored then.
  func load(_ source: @escaping PointSource) throws -> Outcome {
    let schema = table.schema
    guard let time = schema.position(of: time), let day = schema.position(of: day) else {
      return Outcome()
    }
    let filling = self.filling
    func survey(_ source: PointSource) throws -> KnownPoints {
      var points = KnownPoints(
        filling, identity, samples: schema.position(of: "sample_count"),
        names: PointNames(names, of: schema))
      try source { part in
        switch part {
        case .row(let row): points.add(row, time: row[time].int64, day: row[day].int64)
        case .block(let block): points.add(block)
        }
      }
      return points
    }
    let kept = KeptPoints(source)
    var (source, filled) = (kept.forEach, Filled?.none)
    var points = try survey(source)
    if let span = points.span {
      let isThere = try warehouse.hasTable(delivery.table)
      let condition =
        try self.condition(span)
        + (isThere ? points.names.condition(in: Set(columnTypes().keys)) : "")
      if try isMixed(points.patterns, filling, isThere ? condition : nil) {
        var filling = filling
        try source { part in part.forEachRow { filling.learn($0) } }
        if isThere { try existing(condition) { part in part.forEachRow { filling.learn($0) } } }
        let (plain, learned, file) = (source, filling, delivery.files[0].path)
        // What is there stays as it is where it may be of another.
        filled = { (try? learned.filled($0, file)) ?? $0 }
        source = { body in
          try plain { part in
            try part.forEachRow { try body(.row(learned.filled($0, file))) }
          }
        }
        points = try survey(source)
      }
      if isThere {
        try existing(condition) { part in
          switch (part, filled) {
          case (.block(let block), nil): points.meet(block)
          case (_, let filled):
            part.forEachRow { row in
              let whole = filled?(row) ?? row
              points.meet(whole, isFilled: whole != row)
            }
          }
        }
      }
    }
    if points.needsMerging {
      var merging = points.merging()
      try source { merging.add($0) }
      if isStrict, let conflict = merging.conflict {
        throw FormatError(delivery.files[0].path, sentence(conflict, schema))
      }
      points.settle(merging)
    }
    return try write(points, source, filled, day: day)
  }

  private func condition(_ span: KnownPoints.Span) -> String {
    "WHERE \(day) >= DATE '\(text(span.days.lowerBound))' AND \(day) <= DATE "
      + "'\(text(span.days.upperBound))' AND \"\(time)\" >= \(literal(span.times.lowerBound)) "
      + "AND \"\(time)\" <= \(literal(span.times.upperBound))"
  }

  /// Whether some points leave open what others, of the source or there already, tell.
  private func isMixed(
    _ patterns: Set<UInt8>, _ filling: PointFilling, _ condition: String?
  ) throws -> Bool {
    guard !filling.open.isEmpty, patterns.count < 2, let condition else {
      return patterns.count > 1
    }
    let known = try columnTypes()
    let open = filling.open.map { table.schema[$0].name }.map { name in
      known[name.lowercased()] != nil ? "\"\(name)\" IS NOT NULL" : "false"
    }
    let result = try warehouse.query(
      "SELECT DISTINCT \(open.joined(separator: ", ")) FROM \"\(delivery.table)\" \(condition)")
    let there = result.rows().map { row in
      row.enumerated().reduce(UInt8(0)) {
        $1.element == .boolean(true) ? $0 | 1 << UInt8($1.offset) : $0
      }
    }
    return patterns.union(there).count > 1
  }

  private func write(
    _ points: KnownPoints, _ source: PointSource, _ filled: Filled?, day: Int
  ) throws -> Outcome {
    let rewrites = !points.changed.isEmpty
    let request = WriteRequest(
      table: delivery.table, schema: table.schema, partitionColumns: table.partitionColumns,
      mode: rewrites ? .replaceTouched : .append, source: nil,
      transaction: (delivery.application, delivery.version), operation: "INGEST",
      operationParameters: ["report": delivery.kind.name, "source": delivery.source])
    return try warehouse.writing(request) { writer in
      var buffer = PointBuffer(table.schema, to: writer)
      var outcome = Outcome()
      var touched: Set<Int64> = []
      var identity = self.identity
      try source { part in
        switch part {
        case .row(let row):
          guard points.isNew(identity.key(of: row)) else { return }
          if rewrites { if let day = row[day].int64 { touched.insert(day) } }
          try buffer.append(row)
        case .block(let block):
          let new = points.newPoints(of: block, &identity)
          if rewrites { touched.formUnion(new.map(block.day)) }
          try buffer.append(new, of: block)
        }
      }
      for key in points.order {
        guard let row = points.merged[key] else { continue }
        if rewrites { if let day = row[day].int64 { touched.insert(day) } }
        try buffer.append(row)
      }
      outcome.rows = buffer.rowCount
      outcome.known = points.count - outcome.rows - points.repeated
      for day in touched.sorted() {
        var identity = self.identity
        try existing("WHERE \(self.day) = DATE '\(text(day))'") { part in
          switch (part, filled) {
          case (.block(let block), nil):
            let kept = block.keys(&identity).enumerated().filter {
              !points.changed.contains($0.element)
            }
            try buffer.append(kept.map(\.offset), of: block)
          case (_, let filled):
            try part.forEachRow { row in
              let key = identity.key(of: filled?(row) ?? row)
              if !points.changed.contains(key) { try buffer.append(row) }
            }
          }
        }
      }
      try buffer.flush()
      return outcome
    }
  }

  /// What is in doubt between two rows of one point.
  private func sentence(_ conflict: KnownPoints.Conflict, _ schema: Schema) -> String {
    func text(_ value: Value, _ column: String) -> String {
      let position = schema.position(of: column)
      if let position, schema[position].type == .timestamp, let time = value.int64 {
        return CivilTimeText.text(timestamp: time, separator: " ")
      }
      return value.string ?? value.double.map { "\($0)" } ?? "others"
    }
    let about = identity.identifying.compactMap { position -> String? in
      let name = schema[position].name
      let value = conflict.row[position]
      return value.isNull || schema[position].type.isNested
        ? nil
        : "\(name) \(value.int64.map { name == time ? text(value, name) : "\($0)" } ?? text(value, name))"
    }
    let column = schema[conflict.position].name
    return
      "expected one '\(column)' of each point, found \(text(conflict.row[conflict.position], column)) "
      + "and \(text(conflict.other, column)) (\(about.joined(separator: ", "))): is this one answer?"
  }

  /// What is in the table.
  private func existing(_ condition: String, _ body: (PointPart) throws -> Void) throws {
    let known = try columnTypes()
    let columns = table.columns.map { column in
      let name = "\"\(column.name)\""
      let type = known[column.name.lowercased()]
      // Who made the table may have taken other types, which it keeps until rows of this one come.
      return type == column.type
        ? name : "CAST(\(type == nil ? "NULL" : name) AS \(column.type)) AS \(name)"
    }
    try warehouse.forEachBatch(
      of: "SELECT \(columns.joined(separator: ", ")) FROM \"\(delivery.table)\" \(condition)"
    ) { batch in
      if let layout, let block = PointBlock(batch, layout) { return try body(.block(block)) }
      for row in 0..<batch.count { try body(.row(batch.row(row))) }
    }
  }

  /// The columns that the table has, by their names in lower case.
  private func columnTypes() throws -> [String: DataType] {
    let there = try warehouse.tables().first {
      $0.name.lowercased() == delivery.table.lowercased()
    }
    return Dictionary(
      (there?.schema.fields ?? []).map { ($0.name.lowercased(), $0.type) },
      uniquingKeysWith: { first, _ in first })
  }

  private func text(_ day: Int64) -> String { CivilTimeText.text(date: day) }

  private func literal(_ moment: Int64) -> String {
    "TIMESTAMP '\(CivilTimeText.text(timestamp: moment, separator: " "))'"
  }
}
