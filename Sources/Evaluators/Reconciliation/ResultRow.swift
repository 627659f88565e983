import Columns
import Warehouse

/// A row of a small result, asked by the names of its columns.
struct ResultRow {
  private let values: [Value]
  private let schema: Schema

  static func all(_ result: QueryResult) -> [ResultRow] {
    result.rows().map { ResultRow(values: $0, schema: result.schema) }
  }

  private subscript(_ name: String) -> Value? {
    schema.position(of: name).map { values[$0] }
  }

  /// Empty for NULL.
  func text(_ name: String) -> String { self[name]?.string ?? "" }

  /// nil for NULL.
  func number(_ name: String) -> Double? {
    guard let value = self[name] else { return nil }
    return value.double ?? value.int64.map(Double.init)
  }

  /// Zero for NULL.
  func count(_ name: String) -> Int { self[name]?.int64.flatMap { Int(exactly: $0) } ?? 0 }
}

/// A sum of doubles that keeps what additions round away.
///
/// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974.
struct CarefulSum {
  private var sum = 0.0
  private var lost = 0.0

  var value: Double { sum + lost }

  mutating func add(_ value: Double) {
    let total = sum + value
    lost += sum.magnitude >= value.magnitude ? (sum - total) + value : (value - total) + sum
    sum = total
  }

  /// The sum of what is there; nil when nothing is.
  static func of(_ values: [Double?]) -> Double? {
    var sum = CarefulSum()
    var isEmpty = true
    for case let value? in values {
      sum.add(value)
      isEmpty = false
    }
    return isEmpty ? nil : sum.value
  }
}
