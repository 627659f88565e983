import Columns
package import Reports
package import Warehouse

import TextFormats

/// A dashboard series: the result of a query of `queries/series`, with what a chart needs to know.
///
/// The first column is `time`. Further columns are either one value each (`billed`, `amortized`), or
/// `series` and `value`, a row for each. A column `currency` keeps amounts of several currencies apart; where
/// all rows are in one, the result is without it.
package struct Series: Sendable {
  package let name: String
  package let title: String
  package let answers: String
  /// `line`, `stacked` or `bar`.
  package let chart: String
  /// `currency`, `percent`, or a usage unit.
  package let unit: String
  package let result: QueryResult
  /// The currency of the rows, nil where there are several or the query does not say.
  let currency: String?

  /// Runs a series' query.
  ///
  /// - Throws: what the query throws.
  package init(_ query: NamedQuery, _ warehouse: Warehouse) throws {
    name = query.name
    title = query.title
    answers = query.answers
    chart = query.notes["chart"] ?? "line"
    unit = query.notes["unit"] ?? ""
    let found = try warehouse.ask(try query.statement())
    let currencies = Series.currencies(found)
    currency = currencies.count == 1 ? currencies[0] : nil
    result =
      currencies.count > 1 ? found : Series.withoutCurrency(found, rows: found.rows())
  }

  /// One series for each currency, whose amounts add up.
  var byCurrency: [Series] {
    let currencies = Series.currencies(result)
    guard let column = Series.currencyColumn(result), currencies.count > 1 else { return [self] }
    let rows = result.rows()
    return currencies.map { currency in
      Series(self, currency, rows.filter { ($0[column].string ?? "") == currency })
    }
  }

  private init(_ whole: Series, _ currency: String, _ rows: [[Value]]) {
    name = whole.name
    title = whole.title
    answers = whole.answers
    chart = whole.chart
    unit = whole.unit
    self.currency = currency
    result = Series.withoutCurrency(whole.result, rows: rows)
  }

  private static func currencyColumn(_ result: QueryResult) -> Int? {
    result.schema.position(of: "currency")
  }

  /// The currencies of the rows, by name; empty where the query does not say.
  private static func currencies(_ result: QueryResult) -> [String] {
    guard let column = currencyColumn(result) else { return [] }
    return Set(result.rows().map { $0[column].string ?? "" }).sorted()
  }

  private static func withoutCurrency(_ result: QueryResult, rows: [[Value]]) -> QueryResult {
    guard let currency = currencyColumn(result) else { return result }
    let kept = result.schema.fields.indices.filter { $0 != currency }
    let columns = kept.map { position in
      Column(result.schema[position].type, values: rows.map { $0[position] })
    }
    return QueryResult(
      schema: Schema(kept.map { result.schema[$0] }),
      batches: [Batch(columns, count: rows.count)])
  }

  /// One JSON document: what it is, its columns, and a row per point.
  package func json() -> String {
    let columns = result.schema.fields.map {
      JSONValue.object(["name": .string($0.name), "type": .string("\($0.type)")])
    }
    var text = "{\n"
    text += "\"name\": \(JSONValue.string(name)),\n\"title\": \(JSONValue.string(title)),\n"
    text += "\"answers\": \(JSONValue.string(answers)),\n"
    text += "\"chart\": \(JSONValue.string(chart)),\n\"unit\": \(JSONValue.string(unit)),\n"
    text += "\"columns\": \(JSONValue.array(columns)),\n\"rows\": [\n"
    let rows = result.rows().map { row in
      var bytes: [UInt8] = [UInt8(ascii: "[")]
      for (position, value) in row.enumerated() {
        if position > 0 { bytes += Array(", ".utf8) }
        // A chart has a gap where there is no number.
        let isNumber = value.double?.isFinite ?? true
        ValueText.appendJSON(
          isNumber ? value : .null, result.schema[position].type, to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
      return String(decoding: bytes, as: UTF8.self)
    }
    return text + rows.joined(separator: ",\n") + "\n]\n}\n"
  }

  /// The same as lines by name, for charts: times in order, and a value for each time or nil.
  package func lines() -> (times: [String], lines: [(name: String, values: [Double?])]) {
    let rows = result.rows()
    guard let timeType = result.schema.fields.first?.type else { return ([], []) }
    var times: [String] = []
    var positions: [String: Int] = [:]
    for row in rows {
      let time = ValueText.string(row[0], timeType)
      if positions[time] == nil {
        positions[time] = times.count
        times.append(time)
      }
    }
    if result.schema.position(of: "series") == 1, result.schema.count == 3 {
      var values: [String: [Double?]] = [:]
      for row in rows {
        let name = row[1].string ?? "(none)"
        let position = positions[ValueText.string(row[0], timeType)] ?? 0
        values[name, default: Array(repeating: nil, count: times.count)][position] = row[2].asDouble
      }
      // The largest first, what is left over last.
      let ordered = values.sorted { a, b in
        let sums = (a.value, b.value)
        if (a.key == "Other") != (b.key == "Other") { return b.key == "Other" }
        let (left, right) = (total(sums.0), total(sums.1))
        return left != right ? left > right : a.key < b.key
      }
      return (times, ordered.map { ($0.key, $0.value) })
    }
    return (
      times,
      (1..<max(1, result.schema.count)).map { column in
        (result.schema[column].name, rows.map { $0[column].asDouble })
      }
    )
  }

  private func total(_ values: [Double?]) -> Double { values.reduce(0) { $0 + ($1 ?? 0) } }
}

extension Value {
  /// A number of any type as a double, nil for NULL and what is no number.
  var asDouble: Double? {
    switch self {
    case .double(let value): value
    case .int64(let value): Double(value)
    default: nil
    }
  }
}
