import Columns
import TextFormats

/// Rows of a bill in the shape of their table, and what they add up to.
struct BillBatch: Sendable {
  var batch: Batch
  var rejects: [BillReject]
  var cost = CompensatedSum()
  var currencies: Set<String> = []
  var payers: Set<String> = []
  /// The first moment for which something is charged, microseconds since the epoch.
  var earliest: Int64?
  /// Of columns with accounts, the first number with an exponent, and those that have another value.
  var spoiltAccounts: [Int: String] = [:]
  var plainAccounts: Set<Int> = []
  /// By what the rows are known.
  var keys = RowKeys()
  /// Months of the rows, `YYYY-MM`.
  var periods: Set<String> = []
  /// Rows whose columns of one name have two values, of which one is left out, by that name.
  var merged: [String: MergedValues] = [:]
  /// Values that became NULL because they are no numbers, by column.
  var dropped: [String: (count: Int, first: String)] = [:]
  /// The words among them with their places.
  var replaced: [ReplacedValue] = []
}

/// A row that is not stored.
struct BillReject: Sendable {
  /// The line in the file, nil where there are no lines.
  let line: Int?
  let column: String?
  let reason: String
  let text: [UInt8]

  var description: String {
    (line.map { "row \($0)" } ?? "a row") + (column.map { ", column '\($0)'" } ?? "") + ": "
      + reason
  }
}

extension BillReject {
  /// A record of a CSV file that could not be read.
  init(_ row: RejectedRow) {
    self.init(line: row.line, column: row.column, reason: row.reason, text: row.text)
  }
}

/// A sum of doubles that keeps what additions round away.
///
/// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974.
struct CompensatedSum: Sendable {
  private var sum = 0.0
  private var lost = 0.0

  var value: Double { sum + lost }

  mutating func add(_ value: Double) {
    let total = sum + value
    lost += sum.magnitude >= value.magnitude ? (sum - total) + value : (value - total) + sum
    sum = total
  }

  mutating func add(_ other: CompensatedSum) {
    add(other.sum)
    lost += other.lost
  }
}

/// Brings rows as a file has them into the shape of the table.
struct BillShaper: Sendable {
  let columns: BillColumns
  let file: Int
  /// The only month that rows may be of; nil for any.
  let period: String?
  /// The name of the period's column in messages.
  let periodName: String
  /// The last month that a bill can be of.
  let latest: String

  /// - Parameter lines: the number of each row in its file; nil where rows are told apart before.
  func shape(_ batch: Batch, rejects: [BillReject] = [], lines: [Int]? = nil) -> BillBatch {
    let plan = columns.files[file]
    let months = RowMonths(batch.columns[plan.period])
    var rejects = rejects
    var rows = batch
    var kept = months
    if let wrong = unwanted(months) {
      rejects += wrong.reasons.map { row, reason in
        BillReject(line: lines?[row], column: periodName, reason: reason, text: [])
      }
      rows = batch.selected(wrong.good)
      kept = months.selected(wrong.good)
    }
    var merged: [String: MergedValues] = [:]
    var result = BillBatch(
      batch: Batch(outputs(rows, plan, kept, &merged), count: rows.count), rejects: rejects)
    result.merged = merged
    result.periods = Set(kept.names)
    add(costs: rows.columns[plan.cost], to: &result.cost)
    result.keys = RowKeys(plan.identity.map { result.batch.columns[$0] })
    if let currency = plan.currency { result.currencies = texts(of: rows.columns[currency]) }
    if let payer = plan.payer { result.payers = texts(of: rows.columns[payer]) }
    for place in plan.accounts {
      let (first, isPlain) = AccountNumbers.spoilt(in: rows.columns[place])
      result.spoiltAccounts[place] = first
      if isPlain { result.plainAccounts.insert(place) }
    }
    result.earliest = plan.start.flatMap { least(of: rows.columns[$0]) }
    return result
  }

  /// Rows without a month or of another than the delivery's, and the others; nil if all are good.
  private func unwanted(
    _ months: RowMonths
  ) -> (good: Selection, reasons: [(row: Int, reason: String)])? {
    let isBad = months.names.map { name in
      (period != nil && name != period) || !BillingPeriod.isPlausible(name, latest: latest)
    }
    guard months.codes.contains(where: { $0 < 0 }) || isBad.contains(true) else { return nil }
    var good: [UInt32] = []
    var reasons: [(row: Int, reason: String)] = []
    for (row, code) in months.codes.enumerated() {
      if code < 0 {
        reasons.append((row, "the row does not say which month it is of"))
      } else if isBad[Int(code)] {
        let found = months.names[Int(code)]
        let expected =
          period.map { "\($0), as the manifest says" }
          ?? "a month from \(BillingPeriod.earliest) to \(latest)"
        reasons.append((row, "expected \(expected), found \(found)"))
      } else {
        good.append(UInt32(row))
      }
    }
    return (Selection(good), reasons)
  }

  private func outputs(
    _ rows: Batch, _ plan: BillColumns.FilePlan, _ months: RowMonths,
    _ lost: inout [String: MergedValues]
  ) -> [Column] {
    plan.outputs.enumerated().map { position, output in
      let (name, type) = (columns.schema[position].name, columns.schema[position].type)
      switch output {
      case .read(let place): return rows.columns[place]
      case .merged(let places):
        var values = MergedValues()
        let column = merged(places.map { rows.columns[$0] }, type, &values)
        if values.count > 0 { lost[name] = values }
        return column
      case .missing: return Column(type, constant: .null, count: rows.count)
      case .period(let part): return months.column(part)
      }
    }
  }

  /// The first value of each row that is neither NULL nor empty text; what else rows have is counted.
  private func merged(
    _ candidates: [Column], _ type: DataType, _ lost: inout MergedValues
  ) -> Column {
    var builder = ColumnBuilder(type)
    for row in 0..<(candidates.first?.count ?? 0) {
      var kept: Value = .null
      for column in candidates {
        let value = column.value(row)
        if value.isNull || value == .bytes([]) || value == kept { continue }
        if kept.isNull {
          kept = value
        } else {
          lost.add(kept: kept, left: value)
        }
      }
      builder.append(kept)
    }
    return builder.finish()
  }

  private func add(costs column: Column, to sum: inout CompensatedSum) {
    guard case .flat(.double(let values), let validity) = column.flattened().form else { return }
    for row in values.indices where validity.isPresent(row) { sum.add(values[row]) }
  }

  /// The texts that rows have in a column, without the empty one.
  private func texts(of column: Column) -> Set<String> {
    var found: Set<String> = []
    switch column.form {
    case .constant(let value):
      if let text = value.string, column.count > 0 { found.insert(text) }
    case .dictionary(let codes, let dictionary):
      for code in used(codes, of: dictionary) {
        if let text = dictionary.values.value(code).string { found.insert(text) }
      }
    case .flat(.text(let texts), let validity):
      var last: [UInt8]?
      for row in 0..<column.count where validity.isPresent(row) {
        let text = texts.copy(row)
        if text == last { continue }
        found.insert(String(decoding: text, as: UTF8.self))
        last = text
      }
    case .flat: break
    }
    found.remove("")
    return found
  }

  /// The least value of a column of times; nil where there is none.
  private func least(of column: Column) -> Int64? {
    switch column.form {
    case .constant(let value): return column.count > 0 ? value.int64 : nil
    case .dictionary(let codes, let dictionary):
      return used(codes, of: dictionary).compactMap { dictionary.values.value($0).int64 }.min()
    case .flat(.int64(let values), let validity):
      var least: Int64?
      for row in values.indices where validity.isPresent(row) && values[row] < least ?? .max {
        least = values[row]
      }
      return least
    case .flat: return nil
    }
  }

  /// The codes of a dictionary that rows have.
  private func used(_ codes: [UInt32], of dictionary: ColumnDictionary) -> [Int] {
    var isUsed = [Bool](repeating: false, count: dictionary.values.count)
    for code in codes { isUsed[Int(code)] = true }
    return isUsed.indices.filter { isUsed[$0] }
  }
}

extension BillShaper {
  /// The column of the period such that every row has to say its month, and that of the delivery where
  /// its manifest names one.
  func requiring(month column: CSVColumn) -> CSVColumn {
    guard column.type == .timestamp else { return column }
    var column = column
    guard let period, let month = BillingPeriod.range(period) else {
      let first = BillingPeriod.range(BillingPeriod.earliest)?.lowerBound ?? .min
      let end = BillingPeriod.range(latest)?.upperBound ?? .max
      column.options.requirement = CSVRequirement(
        first..<end,
        expected: "a month from \(BillingPeriod.earliest) to \(latest)")
      return column
    }
    column.options.requirement = CSVRequirement(
      month, expected: "\(period), as the manifest says")
    return column
  }
}
