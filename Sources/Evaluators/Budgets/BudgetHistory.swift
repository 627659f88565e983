import Columns
package import Warehouse

/// What earlier nights found each budget at, so that no period is left unjudged: one that ended between
/// two nights, because a delivery brought several days at once or a night was missed, and one whose
/// charges were restated after its last night.
package struct BudgetHistory {
  /// By budget and first day of a period: what it was at in the last night that judged it; nil where that
  /// night could not tell.
  private let figures: [String: [Int: Double?]]

  /// Days after a period's end in which it is looked at again.
  ///
  /// Source: AWS Cost and Usage Reports user guide: a month's bill may change until it is finalised in the
  /// first weeks of the next one; refunds and credits come later still.
  static let settlingDays = 45

  /// Reads what the nights before a day found.
  ///
  /// - Throws: what querying the lake throws.
  package init(_ warehouse: Warehouse, before day: EvaluationDay) throws {
    let parts = try [BudgetStatus.table, BudgetStatus.closings]
      .filter { try warehouse.hasTable($0.name) }
      .map {
        "SELECT budget, period_start, actual, evaluated_on FROM \($0.name) "
          + "WHERE evaluated_on < '\(day.partition)'"
      }
    var figures: [String: [Int: Double?]] = [:]
    if !parts.isEmpty {
      let result = try warehouse.query(
        """
        SELECT budget, period_start, max_by(actual, evaluated_on)
        FROM (\(parts.joined(separator: " UNION ALL "))) GROUP BY 1, 2
        """)
      for row in result.rows() {
        guard let budget = row[0].string, let start = row[1].int64 else { continue }
        figures[budget, default: [:]][Int(start)] = row[2].double
      }
    }
    self.figures = figures
  }

  /// The periods that ended before the bills' last complete day and that no night judged with what they
  /// came to, the oldest first; none before the first that a night judged.
  func unjudged(_ budget: Budget, _ series: BudgetSeries, through: Int) -> [Range<Int>] {
    guard let known = figures[budget.name], let first = known.keys.min() else { return [] }
    let current = budget.period(containing: through)
    var ended: [Range<Int>] = []
    if budget.timeUnit == .custom {
      if current.upperBound <= through { ended = [current] }
    } else {
      var next = budget.period(containing: current.lowerBound - 1)
      while next.lowerBound >= first, next.upperBound > through - BudgetHistory.settlingDays {
        ended.append(next)
        next = budget.period(containing: next.lowerBound - 1)
      }
    }
    return ended.reversed().filter { period in
      if let start = budget.start, period.upperBound <= start { return false }
      if let end = budget.end, period.lowerBound >= end { return false }
      guard let figure = series.figure(period) else { return false }
      guard case .some(.some(let before)) = known[period.lowerBound] else { return true }
      return abs(figure - before) > 1e-6 * max(abs(figure), abs(before))
    }
  }
}
