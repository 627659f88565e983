import Columns
import Compression
import Files
import Reports
import TextFormats
import Warehouse

/// Loads flat rows, whose columns a schema names, from CSV, Parquet and JSON.
struct FlatLoader {
  let warehouse: Warehouse
  let delivery: Delivery
  let table: ReportTable
  /// The day that the rows are of where they do not say it, days since the epoch.
  let day: Int
  let maxBadRows: Int
  /// Called with the rows so far and the bytes of files that are done.
  let progress: (Int, Int) -> Void

  /// What was loaded, once it is in the lake.
  struct Outcome {
    var rows = 0
    var rejects = KeptRejects()
    /// Whether an answer's last page says that more follow.
    var hasMore = false
  }

  private var kind: ReportKind { delivery.kind }

  /// Writes all rows in one commit, or none.
  ///
  /// - Throws: `IngestError` for more bad rows than allowed, `FormatError` for damaged files and for
  ///   those that lack a required column; what writing throws. `rejects` has the rows that could not be
  ///   read, also when it throws.
  func load(_ outcome: inout Outcome) throws {
    let columns = try FlatColumns(
      kind: kind, table: table, files: delivery.files, names: try delivery.files.map(names))
    let request = WriteRequest(
      table: delivery.table, schema: columns.schema, partitionColumns: table.partitionColumns,
      mode: .replace(partition: scope(columns)), source: delivery.source,
      transaction: (delivery.application, delivery.version), operation: "INGEST",
      operationParameters: [
        "report": kind.name, "source": delivery.source, "delivery": delivery.id,
      ])
    try warehouse.writing(request) { writer in
      var doneBytes = 0
      for (position, file) in delivery.files.enumerated() {
        try read(file, columns, columns.sources[position]) { part in
          if part.batch.count > 0 { try writer.append(part.batch) }
          outcome.rows += part.batch.count
          outcome.rejects.add(part.rejects, of: file.path)
          outcome.hasMore = part.hasMore
          progress(outcome.rows, doneBytes)
        }
        doneBytes += file.size
      }
      try outcome.rejects.check(allowed: maxBadRows)
    }
  }

  /// The rows that a delivery takes the place of: the source's, of the same day where there are days.
  private func scope(_ columns: FlatColumns) -> [String: String] {
    table.partitionColumns.contains(FlatColumns.day) && !columns.hasOwnDay
      ? [FlatColumns.day: BillingPeriod.day(day)] : [:]
  }

  // MARK: Files

  /// Rows in the table's shape, and those that could not be read.
  private struct Part: Sendable {
    var batch: Batch
    var rejects: [BillReject] = []
    var hasMore = false
  }

  private func read(
    _ file: SourceFile, _ columns: FlatColumns, _ sources: [FlatColumns.Source],
    body: (Part) throws -> Void
  ) throws {
    switch file.format {
    case .csv where kind.unpivot != nil: try readUnpivoted(file, columns, sources, body: body)
    case .csv: try readCSV(file, columns, sources, body: body)
    case .parquet: try readParquet(file, columns, sources, body: body)
    case .json: try readJSON(file, columns, sources, body: body)
    case .text: throw FormatError(file.path, "is text where CSV, Parquet or JSON was expected")
    }
  }

  private func reader(_ file: SourceFile) throws -> CSVReader {
    let dialect = kind.text.delimiter.map { CSVDialect(delimiter: $0) }
    return try CSVReader(PackedFile.open(file.path), dialect: dialect)
  }

  /// One thread inflates and finds records, the others parse; parts come in order.
  private func readCSV(
    _ file: SourceFile, _ columns: FlatColumns, _ sources: [FlatColumns.Source],
    body: (Part) throws -> Void
  ) throws {
    let reader = try reader(file)
    var wanted: [CSVColumn] = []
    for (rule, source) in zip(columns.rules, sources) {
      guard case .column(let position) = source else { continue }
      let keepsEmpty = kind.keepsEmptyText && rule.type == .varchar
      var column = CSVColumn(
        position, reader.header[position], rule.type,
        .init(
          emptyIsNull: !keepsEmpty, quotedEmptyIsNull: !keepsEmpty, nullTokens: kind.nullTokens,
          reading: rule.reading))
      if rule.isRequired {
        column.options.requirement = CSVRequirement(nil, expected: FlatColumns.something)
      }
      wanted.append(column)
    }
    let shape = FlatShape(columns.schema, sources, day: day)
    try reader.readParts(
      wanted, threads: warehouse.configuration.threads,
      map: { part in
        Part(
          batch: shape.batch(part.batch),
          rejects: part.rejects.map(BillReject.init))
      }, body: body)
  }

  private func readParquet(
    _ file: SourceFile, _ columns: FlatColumns, _ sources: [FlatColumns.Source],
    body: (Part) throws -> Void
  ) throws {
    var positions: [Int] = []
    var rules: [FlatColumns.Rule] = []
    for (rule, source) in zip(columns.rules, sources) {
      guard case .column(let position) = source else { continue }
      positions.append(position)
      rules.append(rule)
    }
    let shape = FlatShape(columns.schema, sources, day: day)
    let values = FlatValue(kind)
    try ParquetParts(path: file.path, columns: positions).forEach { batch, firstRow in
      let converted = StrictParquet(batch, rules, values, firstRow: firstRow)
      try body(Part(batch: shape.batch(converted.batch), rejects: converted.rejects))
    }
  }

  // MARK: Rows one by one

  /// What a file has columns for: its header, or the members of its rows as far as they matter.
  private func names(_ file: SourceFile) throws -> [String] {
    if kind.unpivot != nil { return [] }
    guard file.format == .json else { return file.header }
    var names: [String] = []
    var seen: Set<String> = []
    try eachJSONRow(file) { chain, _ in
      for key in chain.last?.object?.keys ?? [] where seen.insert(key).inserted {
        names.append(key)
      }
    }
    let listed = table.columns.flatMap { column in
      JSONPath(column.from ?? column.name, isName: column.from == nil).heads(names)
    }
    return names.filter { !Set(listed).contains($0) }
  }

  private func readJSON(
    _ file: SourceFile, _ columns: FlatColumns, _ sources: [FlatColumns.Source],
    body: (Part) throws -> Void
  ) throws {
    var rows = FlatRows(columns, sources, FlatValue(kind), day: day)
    var hasMore = false
    try eachJSONRow(file) { chain, line in
      hasMore = chain.count > 1 && ListingReader.hasMore(chain[0])
      rows.append(chain, line: line)
      if let part = rows.taken(atLeast: 1 << 16) {
        try body(Part(batch: part.batch, rejects: part.rejects))
      }
    }
    let rest = rows.take()
    try body(Part(batch: rest.batch, rejects: rest.rejects, hasMore: hasMore))
  }

  /// Calls `body` with each row and what holds it, and its line, or its number in a longer document.
  private func eachJSONRow(
    _ file: SourceFile, body: ([JSONValue], Int) throws -> Void
  ) throws {
    let path = JSONRows(kind.rows ?? "")
    let documents = JSONLines(try PackedFile.open(file.path))
    while let document = try documents.next() {
      for page in document.array ?? [document] {
        let rows: [[JSONValue]]
        do {
          rows = try path.rows(of: page)
        } catch {
          throw FormatError(file.path, at: "line \(documents.line)", error.sentence)
        }
        let isAlone = rows.count == 1 && document.array == nil
        for (number, row) in rows.enumerated() {
          try body(row, isAlone ? documents.line : number + 1)
        }
      }
    }
  }

  private func readUnpivoted(
    _ file: SourceFile, _ columns: FlatColumns, _ sources: [FlatColumns.Source],
    body: (Part) throws -> Void
  ) throws {
    guard let rule = kind.unpivot else { return }
    let reader = try reader(file)
    let unpivoted = UnpivotedRows(rule, header: reader.header)
    let texts = reader.header.enumerated().map { position, name in
      CSVColumn(position, name, .varchar, .init(quotedEmptyIsNull: true))
    }
    var line = 1
    try reader.readParts(texts, threads: 1) { part in
      var rows = FlatRows(columns, sources, FlatValue(kind), day: day)
      for row in 0..<part.batch.count {
        line += 1
        for value in unpivoted.rows(part.batch.row(row)) { rows.append([value], line: line) }
      }
      let done = rows.take()
      try body(
        Part(
          batch: done.batch,
          rejects: done.rejects
            + part.rejects.map(BillReject.init)))
    }
  }
}

/// Brings the columns read from a file into the order of the table.
private struct FlatShape: Sendable {
  private let schema: Schema
  private let sources: [FlatColumns.Source]
  private let day: Int

  init(_ schema: Schema, _ sources: [FlatColumns.Source], day: Int) {
    self.schema = schema
    self.sources = sources
    self.day = day
  }

  func batch(_ read: Batch) -> Batch {
    var next = 0
    let columns = zip(schema.fields, sources).map { field, source -> Column in
      switch source {
      case .column:
        next += 1
        return read.columns[next - 1]
      case .day: return Column(field.type, constant: .int64(Int64(day)), count: read.count)
      case .json, .missing: return Column(field.type, constant: .null, count: read.count)
      }
    }
    return Batch(columns, count: read.count)
  }
}
