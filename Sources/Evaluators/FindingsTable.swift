package import Columns
package import Warehouse

/// A table of findings in the lake: one partition a day of evaluation, kept with history.
package struct FindingsTable: Sendable {
  package let name: String
  /// Columns beside the partition column `evaluated_on`, which comes first.
  package let fields: [Field]

  package init(_ name: String, _ fields: [Field]) {
    self.name = name
    self.fields = fields
  }

  /// Replaces a day's findings by these rows; the same rows again change nothing.
  ///
  /// - Returns: whether the table changed.
  /// - Throws: what writing throws; then the table is as it was.
  @discardableResult
  package func replace(
    _ rows: [[Value]], on day: EvaluationDay, in warehouse: Warehouse
  ) throws -> Bool {
    let application = "evaluate/\(name)/\(day.partition)"
    let version = FindingsTable.fingerprint(rows)
    let known = try warehouse.transactionVersion(table: name, application: application)
    if known == version || (known == nil && rows.isEmpty) { return false }

    let schema = Schema([Field("evaluated_on", .varchar)] + fields)
    let writer = try warehouse.writer(
      WriteRequest(
        table: name, schema: schema, partitionColumns: ["evaluated_on"],
        mode: .replace(partition: ["evaluated_on": day.partition]),
        transaction: (application, version), operation: "EVALUATE",
        operationParameters: ["evaluatedOn": day.partition]))
    if !rows.isEmpty {
      let columns = fields.indices.map { position in
        Column(fields[position].type, values: rows.map { $0[position] })
      }
      let partition = Column(.varchar, constant: .text(day.partition), count: rows.count)
      try writer.append(Batch([partition] + columns, count: rows.count))
    }
    try writer.commit()
    return true
  }

  /// The rows of the latest evaluation before a day, for telling what is new.
  package func latest(before day: EvaluationDay, in warehouse: Warehouse) throws -> QueryResult? {
    guard try warehouse.hasTable(name) else { return nil }
    return try warehouse.query(
      """
      SELECT * FROM \(name) WHERE evaluated_on =
        (SELECT max(evaluated_on) FROM \(name) WHERE evaluated_on < '\(day.partition)')
      """)
  }

  /// A number that differs when the rows do (FNV-1a over their printed values, 63 bits).
  private static func fingerprint(_ rows: [[Value]]) -> Int64 {
    var hash = FNV1a()
    for row in rows {
      for value in row { hash.add("\(value)|") }
      hash.add("\n")
    }
    return Int64(hash.value >> 1)
  }
}

extension Value {
  /// A VARCHAR value, NULL for nil.
  package static func text(_ string: String?) -> Value { string.map { .text($0) } ?? .null }
  /// A DOUBLE value, NULL for nil and for what is no number.
  package static func number(_ value: Double?) -> Value {
    guard let value, value.isFinite else { return .null }
    return .double(value)
  }
  /// A DATE value, NULL for nil.
  package static func day(_ day: Int?) -> Value { day.map { .int64(Int64($0)) } ?? .null }
}
