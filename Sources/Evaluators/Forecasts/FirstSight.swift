import Forecasting

/// How late the newest days come in, guessed where no earlier delivery can tell: when the newest day
/// of many series falls short of what their past expects, by far more than their noise, then that is
/// how deliveries look, not a coincidence of drops.
enum FirstSight {
  static let leastSeries = 5
  private static let ages = 3
  /// A median share from here is not called late.
  private static let whole = 0.97
  private static let deviations = 4.0

  /// Shares by age; empty lists for ages that look complete.
  static func shares(_ series: [DailySeries]) -> [[Double]] {
    var shares = [[Double]](repeating: [], count: ages)
    for series in series {
      let settled = series.prefix(before: series.endDay - ages)
      guard let forecast = Forecast.expected(after: settled, days: ages) else { continue }
      for age in 0..<ages {
        let expected = forecast[ages - 1 - age]
        let value = series.values[series.count - 1 - age]
        if expected > 0 { shares[age].append(value / expected) }
      }
    }
    // From the newest on, as long as days are late: a gap in between is none.
    var isLate = true
    return shares.map { seen in
      isLate = isLate && falls(seen)
      return isLate ? seen : []
    }
  }

  private static func falls(_ shares: [Double]) -> Bool {
    guard shares.count >= leastSeries, let median = Robust.median(shares),
      let deviation = Robust.deviation(shares)
    else { return false }
    let error = 1.2533 * deviation / Double(shares.count).squareRoot()
    return median < whole && 1 - median > deviations * error
  }
}
