import Columns
import TextFormats

/// Collects rows that come one by one as JSON, each whole or rejected.
struct FlatRows {
  private let columns: FlatColumns
  private let sources: [FlatColumns.Source]
  private let values: FlatValue
  private let day: Int
  private var builders: [ColumnBuilder]
  private var count = 0
  private var rejects: [BillReject] = []

  init(_ columns: FlatColumns, _ sources: [FlatColumns.Source], _ values: FlatValue, day: Int) {
    self.columns = columns
    self.sources = sources
    self.values = values
    self.day = day
    builders = columns.schema.fields.map { ColumnBuilder($0.type) }
  }

  /// Adds a row, given with what holds it.
  mutating func append(_ chain: [JSONValue], line: Int) {
    var row: [Value] = []
    row.reserveCapacity(builders.count)
    for (rule, source) in zip(columns.rules, sources) {
      do {
        row.append(try value(chain, rule, source))
      } catch {
        reject(chain, line, rule.title, error.reason)
        return
      }
    }
    for position in builders.indices { builders[position].append(row[position]) }
    count += 1
  }

  private func value(
    _ chain: [JSONValue], _ rule: FlatColumns.Rule, _ source: FlatColumns.Source
  ) throws(FlatFault) -> Value {
    switch source {
    case .day: return .int64(Int64(day))
    case .column, .missing: return .null
    case .json(let path):
      guard chain.last?.object != nil else {
        throw FlatFault(reason: "expected an object, found \(chain.last?.kind ?? "nothing")")
      }
      let json: JSONValue?
      do {
        json = try path.value(chain)
      } catch {
        throw FlatFault(reason: error.sentence)
      }
      let value = try values.value(json, rule)
      if value.isNull && rule.isRequired { throw FlatFault(reason: "is missing") }
      return value
    }
  }

  private mutating func reject(
    _ chain: [JSONValue], _ line: Int, _ column: String, _ reason: String
  ) {
    rejects.append(
      BillReject(
        line: line, column: column, reason: reason,
        text: Array((chain.last?.serialized() ?? []).prefix(FlatRows.keptBytes))))
  }

  private static let keptBytes = 1 << 16

  /// What was collected, if it is that many rows.
  mutating func taken(atLeast rows: Int) -> (batch: Batch, rejects: [BillReject])? {
    count + rejects.count < rows ? nil : take()
  }

  mutating func take() -> (batch: Batch, rejects: [BillReject]) {
    let taken = (Batch(builders.map { $0.finish() }, count: count), rejects)
    builders = columns.schema.fields.map { ColumnBuilder($0.type) }
    count = 0
    rejects = []
    return taken
  }
}
