import Columns
import Compression
import Files
import Reports
import TextFormats
import Warehouse

/// A delivery that was planned as one month's has rows of another, which belong to a delivery beside it.
struct OtherMonth: Error {
  let period: String
}

/// Loads the files of one bill into its table.
struct BillLoader {
  let warehouse: Warehouse
  let delivery: Delivery
  let table: ReportTable
  let bill: ReportBill
  let options: Ingest.Options
  /// What the table holds of the delivery's source and month, if anything.
  let held: DeliveryLog.Entry?
  /// Throws where another report has a month of one of several payers.
  let refuseRepeated: (_ payers: Set<String>, _ periods: Set<String>) throws -> Void
  /// What the table has of the delivery's source in some months.
  let heldRows: (_ periods: Set<String>) throws -> HeldRows?
  /// Called with the rows so far and the bytes of files that are done.
  let progress: (Int, Int) -> Void

  /// What was loaded, once it is in the lake.
  struct Outcome {
    var rows = 0
    var cost = CompensatedSum()
    var currencies: Set<String> = []
    var payers: Set<String> = []
    /// The first moment for which something is charged, microseconds since the epoch.
    var earliest: Int64?
    var periods: Set<String> = []
    var rejects = KeptRejects()
    /// Values that are no numbers where numbers belong, by column.
    var dropped: [String: (count: Int, first: String)] = [:]
    /// The words among them with their places.
    var replaced = ReplacedValues()
    /// What the table had of the delivery's months; nil where that is what the held version tells.
    var heldRows: HeldRows?
    /// Values left out where columns of a file have one name, by that name.
    var merged: [String: MergedValues] = [:]
    /// What else is worth knowing, a sentence each.
    var notes: [String] = []
  }

  /// Writes all rows in one commit, or none.
  ///
  /// - Throws: `IngestError` for what makes the bill unusable, `FormatError` for damaged files; what
  ///   writing throws. `rejects` has the rows that could not be read, also when it throws.
  func load(_ outcome: inout Outcome) throws {
    let columns = try BillColumns(
      kind: delivery.kind, table: table, bill: bill, files: delivery.files)
    let request = WriteRequest(
      table: delivery.table, schema: columns.schema, partitionColumns: table.partitionColumns,
      mode: mode, source: delivery.source,
      transaction: (delivery.application, delivery.version), operation: "INGEST",
      operationParameters: [
        "report": delivery.kind.name, "source": delivery.source, "delivery": delivery.id,
      ])
    try warehouse.writing(request) { writer in
      var identity = RowKeySet(directory: warehouse.configuration.spillDirectory)
      var doneBytes = 0
      var starts: [String: Int64] = [:]
      for (position, file) in delivery.files.enumerated() {
        let shaper = BillShaper(
          columns: columns, file: position, period: delivery.isComplete ? delivery.period : nil,
          periodName: bill.period, latest: BillingPeriod.latest(options.now))
        var spoilt: [Int: String] = [:]
        var plain: Set<Int> = []
        try read(file, shaper) { part in
          try add(part, from: file, to: &outcome)
          spoilt.merge(part.spoiltAccounts) { first, _ in first }
          plain.formUnion(part.plainAccounts)
          if !delivery.mayHaveOtherMonths, let other = outcome.periods.first(where: isOther) {
            throw OtherMonth(period: other)
          }
          try identity.add(part.keys)
          if let earliest = part.earliest {
            starts[file.path] = min(starts[file.path] ?? earliest, earliest)
          }
          if part.batch.count > 0 { try writer.append(part.batch) }
          progress(outcome.rows, doneBytes)
        }
        if let (place, found) = spoilt.filter({ !plain.contains($0.key) }).min(by: {
          $0.key < $1.key
        }) {
          throw IngestError.spoiltAccounts(
            file: file.path, column: file.header[columns.files[position].positions[place]],
            found: found)
        }
        doneBytes += file.size
      }
      try refuseGrown(starts)
      try outcome.rejects.check(allowed: options.maxBadRows)
      if outcome.rows == 0 && !delivery.isComplete {
        try outcome.rejects.refuseAll()
        throw IngestError.noPeriod(file: delivery.files[0].path)
      }
      try check(&identity, columns, &outcome)
      try refusePart(outcome)
      try refuseRepeated(outcome.payers, outcome.periods)
      if let held, held.period != outcome.periods.sorted().joined(separator: ", ") {
        outcome.heldRows = try heldRows(outcome.periods)
      }
      for (name, text) in details(of: outcome) { writer.note(name, text) }
    }
  }

  /// Nothing says whether the files of a bill without a manifest are all of it. They are not where they
  /// would take the place of more files and rows, one day's folder of a month's, say; nor where they lack
  /// the first part or the first days of what is there.
  private func refusePart(_ outcome: Outcome) throws {
    guard !delivery.isComplete, !options.mayShrink, let held,
      outcome.periods.sorted().joined(separator: ", ") == held.period
    else { return }
    if let heldFiles = held.files, let heldRows = held.rows,
      delivery.files.count < heldFiles, outcome.rows < heldRows
    {
      throw IngestError.partOfBill(
        period: held.period, files: delivery.files.count, rows: outcome.rows, heldFiles: heldFiles,
        heldRows: heldRows)
    }
    if let first = delivery.firstPart, let heldFirst = held.firstPart, first > heldFirst {
      throw IngestError.laterPart(
        file: delivery.files[0].path, period: held.period, part: first, heldPart: heldFirst)
    }
    if let day = outcome.earliest.map(BillLoader.day),
      let heldDay = held.earliest.map(BillLoader.day),
      day > heldDay
    {
      throw IngestError.laterDays(
        file: delivery.files[0].path, period: held.period, from: BillingPeriod.day(day),
        heldFrom: BillingPeriod.day(heldDay))
    }
  }

  /// Files named after days are either a day each or the month so far as of that day. In the latter case
  /// all begin alike, and together they would count what they share as often.
  ///
  /// - Parameter starts: the first moment that something is charged for in each file.
  private func refuseGrown(_ starts: [String: Int64]) throws {
    guard !delivery.isComplete, bill.identity.isEmpty else { return }
    let dated = delivery.files.filter { file in
      ReportFileName.isDated(file.name) && starts[file.path] != nil
    }
    let days = Dictionary(grouping: dated) { BillLoader.day(starts[$0.path] ?? 0) }
    guard let (day, files) = days.filter({ $0.value.count > 1 }).min(by: { $0.key < $1.key }) else {
      return
    }
    throw IngestError.sameDays(
      file: files[1].path, other: files[0].path, day: BillingPeriod.day(day))
  }

  private static func day(_ moment: Int64) -> Int { Int(moment.floorDivided(by: Microseconds.day)) }

  private func isOther(_ period: String) -> Bool { period != delivery.period }

  /// What the commit says of the bill, from which `deliveries` is filled in after a crash.
  private func details(of outcome: Outcome) -> [String: String] {
    var details = [
      "files": String(delivery.files.count), "rows": String(outcome.rows),
      "total": "\(outcome.cost.value)",
      "period": outcome.periods.isEmpty
        ? delivery.period ?? "" : outcome.periods.sorted().joined(separator: ", "),
    ]
    if outcome.currencies.count == 1 { details["currency"] = outcome.currencies.first }
    if let issued = delivery.issued { details["issued"] = String(issued) }
    if let part = delivery.firstPart { details["part"] = String(part) }
    if let earliest = outcome.earliest { details["earliest"] = String(earliest) }
    if outcome.payers.count > 1 {
      details["payers"] = outcome.payers.sorted().joined(separator: ",")
    }
    return details
  }

  /// Refuses rows that are there twice; says so where that cannot be known.
  private func check(
    _ identity: inout RowKeySet, _ columns: BillColumns, _ outcome: inout Outcome
  ) throws {
    guard !bill.identity.isEmpty else { return }
    if let repetition = try identity.repetition() {
      let found = try RepeatedRows(
        repetition.keys, in: delivery.files, columns: bill.identity)
      if let pair = found.pair {
        throw IngestError.repeatedRows(
          count: repetition.surplus, identity: pair.identity, first: pair.first.description,
          second: pair.second.description, cause: found.cause)
      }
    }
    let unnamed = zip(columns.files, delivery.files).filter { $0.0.identity.isEmpty }.map(\.1)
    if let file = unnamed.first {
      let names = Set(file.header.map { delivery.kind.columnName($0).lowercased() })
      let lacking = bill.identity.filter { !names.contains($0.lowercased()) }
      outcome.notes.append(
        "whether rows are there twice could not be checked: '\(Path.name(file.path))' has no column "
          + lacking.map { "'\($0)'" }.joined(separator: " and "))
    }
    if identity.missing > 0 {
      outcome.notes.append(
        "\(identity.missing) rows have no \(bill.identity[0]): whether they are there twice could "
          + "not be checked")
    }
  }

  /// A manifest names all of a period, which is then replaced even where nothing is left of it.
  private var mode: WriteRequest.Mode {
    if delivery.isComplete, let period = delivery.period {
      return .replace(partition: ["billing_period": period])
    }
    return .replaceTouched
  }

  private func add(_ part: BillBatch, from file: SourceFile, to outcome: inout Outcome) throws {
    outcome.rows += part.batch.count
    outcome.cost.add(part.cost)
    outcome.currencies.formUnion(part.currencies)
    outcome.payers.formUnion(part.payers)
    outcome.earliest = [outcome.earliest, part.earliest].compactMap { $0 }.min()
    outcome.periods.formUnion(part.periods)
    outcome.rejects.add(part.rejects, of: file.path)
    for (column, values) in part.dropped {
      outcome.dropped[column, default: (0, values.first)].count += values.count
    }
    outcome.replaced.add(part.replaced, file: file.path)
    for (column, values) in part.merged {
      outcome.merged[column, default: MergedValues()].add(values)
    }
  }

  private func read(
    _ file: SourceFile, _ shaper: BillShaper, body: (BillBatch) throws -> Void
  ) throws {
    switch file.format {
    case .csv: try readCSV(file, shaper, body: body)
    case .parquet: try readParquet(file, shaper, body: body)
    case .json: try readJSON(file, shaper, body: body)
    case .text:
      throw FormatError(
        file.path, "is text, expected CSV, Parquet or JSON with \(delivery.kind.title)")
    }
  }

  /// One thread inflates and finds records, the others parse and shape; parts come in order.
  private func readCSV(
    _ file: SourceFile, _ shaper: BillShaper, body: (BillBatch) throws -> Void
  ) throws {
    let reader = try CSVReader(PackedFile.open(file.path))
    let plan = shaper.columns.files[shaper.file]
    let kind = delivery.kind
    let columns = zip(plan.positions, plan.types).map { position, type in
      CSVColumn(
        position, reader.header[position], type,
        .init(
          emptyIsNull: !(kind.keepsEmptyText && type == .varchar), nullTokens: kind.nullTokens))
    }.enumerated().map { place, column in
      place == plan.period ? shaper.requiring(month: column) : column
    }
    let isLenient = columns.indices.map { columns[$0].type == .double && $0 != plan.cost }
    let dialect = reader.dialect
    try reader.readParts(
      columns, threads: warehouse.configuration.threads,
      map: { part in
        if part.rejects.isEmpty { return shaper.shape(part.batch) }
        let salvaged = try SalvagedRows(
          part.rejects, columns, isLenient: isLenient, dialect: dialect, name: file.path)
        let rows = Batch.concatenated(
          [part.batch, salvaged.batch].filter { $0.count > 0 }, types: columns.map(\.type))
        var shaped = shaper.shape(rows, rejects: salvaged.rejects.map(BillReject.init))
        shaped.dropped = salvaged.dropped
        shaped.replaced = salvaged.replaced
        return shaped
      }, body: body)
  }

  private func readParquet(
    _ file: SourceFile, _ shaper: BillShaper, body: (BillBatch) throws -> Void
  ) throws {
    let plan = shaper.columns.files[shaper.file]
    try ParquetParts(path: file.path, columns: plan.positions).forEach { batch, firstRow in
      try body(shaper.shape(parquet: batch, from: firstRow, file.header))
    }
  }

  private func readJSON(
    _ file: SourceFile, _ shaper: BillShaper, body: (BillBatch) throws -> Void
  ) throws {
    let plan = shaper.columns.files[shaper.file]
    var rows = JSONBillRows(names: plan.positions.map { file.header[$0] }, types: plan.types)
    try JSONBill.rows(of: file.path) { row, line in
      rows.append(row, line: line)
      guard rows.isFull else { return }
      let part = rows.take()
      try body(shaper.shape(part.batch, rejects: part.rejects))
    }
    let part = rows.take()
    try body(shaper.shape(part.batch, rejects: part.rejects))
  }
}
