import Columns
import Reports
import TextFormats

/// The columns of a delivery's table, and how each of its files fills them.
struct BillColumns: Sendable {
  /// The columns of the batches that are written, partition columns last.
  let schema: Schema
  /// For each column of the schema, where its values come from in each file.
  let files: [FilePlan]

  /// How the columns of one file become those of the table.
  struct FilePlan: Sendable {
    /// Positions in the file to read, each once.
    var positions: [Int] = []
    /// Types to read them as, parallel to `positions`.
    var types: [DataType] = []
    /// One entry per column of the schema.
    var outputs: [Output] = []
    /// Positions of the period, cost, currency, payer and the charge's start among those read.
    var period = 0
    var cost = 0
    var currency: Int?
    var payer: Int?
    var start: Int?
    /// Those with numbers of accounts.
    var accounts: [Int] = []
    /// Columns of the schema by which rows are known; none where the file lacks one.
    var identity: [Int] = []
  }

  enum Output: Sendable {
    /// A column read, by its place among those read.
    case read(Int)
    /// Columns that have the same name in the table: the first that holds something counts.
    case merged([Int])
    case missing
    /// Columns that follow from the period of a row.
    case period(PeriodPart)
  }

  enum PeriodPart: Sendable { case billingPeriod, year, month }

  /// - Throws: `IngestError.missingColumn` when a file lacks what its kind requires.
  init(kind: ReportKind, table: ReportTable, bill: ReportBill, files: [SourceFile]) throws {
    let declared = table.schema
    let derived = BillColumns.derived(declared)
    var fields: [Field] = []
    var places: [String: Int] = [:]
    for file in files {
      try BillHeader.check(file, kind)
      let names = Set(file.header.map { kind.columnName($0).lowercased() })
      for column in table.columns
      where column.isRequired && !names.contains(column.name.lowercased()) {
        throw IngestError.missingColumn(
          name: BillColumns.delivered(column, file, kind), title: kind.title, file: file.path)
      }
      for header in file.header {
        let name = kind.columnName(header)
        let key = name.lowercased()
        guard !name.isEmpty, places[key] == nil, derived[key] == nil else { continue }
        places[key] = fields.count
        fields.append(
          declared.field(named: name) ?? Field(name, kind.type(ofUnlisted: name)))
      }
    }
    for field in declared.fields where derived[field.name.lowercased()] != nil {
      places[field.name.lowercased()] = fields.count
      fields.append(field)
    }
    schema = Schema(fields)
    self.files = files.map { BillColumns.plan($0, kind, bill, Schema(fields), derived) }
  }

  /// Declared columns that follow from the period.
  private static func derived(_ declared: Schema) -> [String: PeriodPart] {
    let all: [String: PeriodPart] = [
      "billing_period": .billingPeriod, "year": .year, "month": .month,
    ]
    return all.filter { declared.position(of: $0.key) != nil }
  }

  /// A required column as the file's own style spells it: `lineItem/UnblendedCost`.
  private static func delivered(
    _ column: ReportColumn, _ file: SourceFile, _ kind: ReportKind
  ) -> String {
    guard file.header.contains(where: { $0.contains("/") }) else { return column.name }
    for category in ["line_item": "lineItem", "bill": "bill"]
    where column.name.hasPrefix(category.key + "_") {
      let words = column.name.dropFirst(category.key.count + 1).split(separator: "_")
      return category.value + "/"
        + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
    return column.name
  }

  private static func plan(
    _ file: SourceFile, _ kind: ReportKind, _ bill: ReportBill, _ schema: Schema,
    _ derived: [String: PeriodPart]
  ) -> FilePlan {
    var places: [String: [Int]] = [:]
    var plan = FilePlan()
    for (position, header) in file.header.enumerated() {
      let key = kind.columnName(header).lowercased()
      guard derived[key] == nil, let field = schema.field(named: key) else { continue }
      places[key, default: []].append(plan.positions.count)
      plan.positions.append(position)
      plan.types.append(field.type)
    }
    plan.outputs = schema.fields.map { field in
      let key = field.name.lowercased()
      if let part = derived[key] { return .period(part) }
      guard let read = places[key] else { return .missing }
      return read.count == 1 ? .read(read[0]) : .merged(read)
    }
    plan.period = places[bill.period.lowercased()]?.first ?? 0
    plan.cost = places[bill.cost.lowercased()]?.first ?? 0
    plan.currency = places[bill.currency.lowercased()]?.first
    plan.payer = places[bill.payer.lowercased()]?.first
    plan.start = kind.focus.first { $0.column == "ChargePeriodStart" }
      .flatMap { places[$0.expression.lowercased()]?.first }
    plan.accounts = bill.accounts.flatMap { places[$0.lowercased()] ?? [] }
    let identity = bill.identity.filter { places[$0.lowercased()] != nil }
    if identity.count == bill.identity.count {
      plan.identity = identity.compactMap { schema.position(of: $0) }
    }
    return plan
  }
}
