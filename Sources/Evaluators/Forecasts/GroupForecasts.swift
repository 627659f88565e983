import Forecasting

/// Forecasts of groups made to add up to the forecast of their total.
///
/// What the groups' own forecasts differ from the total's by is given to those that are known least,
/// in proportion to the square of their intervals' widths: the least-squares reconciliation with
/// independent errors (Wickramasuriya, Athanasopoulos and Hyndman, DOI 10.1080/01621459.2018.1448825).
package enum GroupForecasts {
  /// What each group is moved by, in the groups' order.
  ///
  /// - Parameters:
  ///   - groups: the groups' own expectations and half the widths of their intervals.
  ///   - total: what they have to add up to.
  ///   - isNeverNegative: for each group, whether it must not fall below 0.
  package static func moves(
    _ groups: [(mean: Double, spread: Double)], to total: Double, isNeverNegative: [Bool]
  ) -> [Double] {
    var moves = [Double](repeating: 0, count: groups.count)
    var free = Array(groups.indices)
    // Each round either ends or takes at least one group out.
    while !free.isEmpty {
      let sum = groups.indices.reduce(0) { $0 + groups[$1].mean + moves[$1] }
      let missing = total - sum
      guard abs(missing) > 1e-9 * max(1, abs(total)) else { break }
      var weights = free.map { groups[$0].spread * groups[$0].spread }
      if weights.allSatisfy({ $0 <= 0 }) { weights = free.map { abs(groups[$0].mean) } }
      if weights.allSatisfy({ $0 <= 0 }) { weights = free.map { _ in 1 } }
      let all = weights.reduce(0, +)
      var stopped: Set<Int> = []
      for (group, weight) in zip(free, weights) {
        moves[group] += missing * weight / all
        guard isNeverNegative[group], groups[group].mean + moves[group] < 0 else { continue }
        moves[group] = -groups[group].mean
        stopped.insert(group)
      }
      if stopped.isEmpty { break }
      free.removeAll(where: stopped.contains)
    }
    return moves
  }
}
