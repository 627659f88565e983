/// When a threshold tells and when it keeps quiet: what AWS documents of budget notifications.
///
/// A threshold on what was spent tells once in a period, when it is first crossed. One on the forecast
/// (and on the burn rate) tells again after the figure has been back within the limit. A new period
/// begins anew. What cannot be judged neither tells nor counts as being back.
package struct BudgetNotifier: Sendable {
  private var period: Range<Int>?
  private var isCrossed: [Bool]
  private var hasTold: [Bool]

  package init(_ budget: Budget) {
    isCrossed = budget.thresholds.map { _ in false }
    hasTold = isCrossed
  }

  /// Takes in an evaluation.
  ///
  /// - Returns: the positions of the thresholds that tell now.
  package mutating func tells(_ status: BudgetStatus) -> [Int] {
    if status.period != period {
      period = status.period
      isCrossed = isCrossed.map { _ in false }
      hasTold = isCrossed
    }
    var telling: [Int] = []
    for (position, judgement) in status.thresholds.enumerated() where position < hasTold.count {
      switch judgement.state {
      case .alarm:
        let tellsAgain = judgement.threshold.basis != .actual
        if !hasTold[position] || (tellsAgain && !isCrossed[position]) { telling.append(position) }
        isCrossed[position] = true
        hasTold[position] = true
      case .ok: isCrossed[position] = false
      case .unknown, .inactive: break
      }
    }
    return telling
  }
}
