import Forecasting
import Glibc

/// Walks through the days of a bill and says, with nothing later than each day itself, which leaves
/// and which whole services cost what their past does not explain.
///
/// A day of a leaf is anomalous when it is away from the expected by a share that nobody plans
/// (``Options/leastRise``, ``Options/leastDrop``) and by more than the leaf's own noise explains.
/// Days that follow each other are one run; what is expected stays what it was before the run. A run
/// is reported from the day on which its impact is worth it, measured by the whole bill. Where the
/// leaves of an account's service move together, the service is reported instead of them.
struct CostWatch {
  struct Options {
    /// Days from which is learned before anything is reported.
    var learningDays = 14
    /// The least change of a day that begins a run, as a share of the expected.
    var leastRise = 0.31
    var leastDrop = 0.36
    /// The same in standard deviations of the leaf's own noise.
    var deviations = 4.5
    /// What a run goes on with.
    var leastGoingOn = 0.13
    var deviationsGoingOn = 2.0
    /// The distances of three days together that begin a run.
    var deviationsOfThreeDays = 8.0
    /// The least impact of a run, and of its mean or last day, as shares of the bill's mean day.
    var leastShare = 0.009
    var leastDailyShare = 0.005
    /// The least impact of a run in the bill's currency.
    var leastImpact = 5.0
    /// Days after which a changed level is the normal one.
    var adoptionDays = 35
    /// The last day that a drop can begin on: of later days more may still come in.
    var dropsThrough = Int.max
  }

  /// Where an anomaly is: a leaf, or all of an account's service.
  struct Scope: Hashable {
    let account: String
    let service: String
    /// nil for the whole service.
    let region: String?
    let usageType: String?
  }

  enum Kind: String { case rise, drop, appeared }

  /// A run of anomalous days as it is known on a day.
  struct Detection {
    let day: Int
    let start: Int
    let scope: Scope
    let kind: Kind
    let actual: Double
    let expected: Double
    /// The largest distance from the expected, in standard deviations of the ordinary days.
    let score: Double
    /// The impact of each leaf it is made of.
    let causes: [DailyCosts.Leaf: Double]
    var impact: Double { actual - expected }
  }

  private struct Run {
    let start: Int
    let isRise: Bool
    let basis: LeafModel.Basis
    var actual = 0.0
    var expected = 0.0
    var score = 0.0
    var lastImpact = 0.0
    /// The impact so far by position of the leaf.
    var impacts: [Int: Double] = [:]
    var isReported = false
    var impact: Double { actual - expected }

    mutating func add(_ actual: Double, _ expected: Double, of leaf: Int) {
      impacts[leaf, default: 0] += actual - expected
    }

    mutating func add(_ actual: Double, _ expected: Double, noise: Double) {
      lastImpact = actual - expected
      self.actual += actual
      self.expected += expected
      score = max(score, abs(actual - expected) / noise)
    }
  }

  private struct Leaf {
    let name: DailyCosts.Leaf
    var model: LeafModel
    var run: Run?
    var expectation = LeafModel.Expectation(basis: .nothing, cost: 0, spread: 0.3)
    /// -1, 0, 1: whether the day stands out downwards, not at all, upwards.
    var direction = 0
    /// Whether people said that the day is as they expect it.
    var isExpected = false
    /// Whether the day is below what is expected and may not all be in.
    var isUnsettled = false
  }

  private let options: Options
  private let feedback: AnomalyFeedback
  private let firstDay: Int
  private let total: [Double]
  private var leaves: [Leaf]
  /// Positions of the leaves of an account's service, where there are enough to speak of it.
  private let services: [[Int]]
  private var serviceRuns: [Run?]
  private var detections: [Detection] = []

  /// What a bill's days show, in order of the days.
  ///
  /// - Parameter series: equally long series by leaf.
  /// - Complexity: O(leaves x days), two months looked at for each.
  static func detections(
    in series: [DailyCosts.Leaf: DailySeries], options: Options = Options(),
    feedback: AnomalyFeedback = .none
  ) -> [Detection] {
    guard let any = series.values.first else { return [] }
    var watch = CostWatch(series, any, options, feedback)
    for index in any.values.indices { watch.look(at: index) }
    return watch.detections
  }

  private init(
    _ series: [DailyCosts.Leaf: DailySeries], _ any: DailySeries, _ options: Options,
    _ feedback: AnomalyFeedback
  ) {
    self.options = options
    self.feedback = feedback
    firstDay = any.firstDay
    leaves = series.sorted { $0.key < $1.key }.map { name, series in
      Leaf(name: name, model: LeafModel(firstDay: series.firstDay, values: series.values))
    }
    var total = [Double](repeating: 0, count: any.count)
    for leaf in leaves {
      for index in total.indices { total[index] += leaf.model.values[index] }
    }
    self.total = total
    var positions: [[String]: [Int]] = [:]
    for (position, leaf) in leaves.enumerated() {
      positions[[leaf.name.account, leaf.name.service], default: []].append(position)
    }
    services = positions.values.filter { $0.count >= CostWatch.leastLeaves }
      .sorted { $0[0] < $1[0] }
    serviceRuns = services.map { _ in nil }
  }

  /// A service with fewer leaves does not move as a whole.
  private static let leastLeaves = 3

  // MARK: One day

  private mutating func look(at index: Int) {
    let before = total[max(0, index - 60)..<index]
    let scale = before.isEmpty ? 0 : before.reduce(0, +) / Double(before.count)
    for position in leaves.indices {
      let leaf = leaves[position]
      let expectation = leaf.model.expectation(at: index, total: total)
      leaves[position].expectation = expectation
      leaves[position].isExpected = feedback.isExpected(leaf.name, on: firstDay + index)
      leaves[position].direction =
        index >= options.learningDays && !leaves[position].isExpected
        ? direction(leaf, index, expectation) : 0
      // What began before goes on.
      leaves[position].isUnsettled =
        firstDay + index > options.dropsThrough && leaves[position].direction < 0
        && leaf.run?.isRise != false
      if leaves[position].isUnsettled { leaves[position].direction = 0 }
    }
    var together: Set<Int> = []
    if index >= options.learningDays {
      for service in services.indices { together.formUnion(follow(service, index, scale)) }
    }
    for position in leaves.indices {
      follow(position, index, scale, isTogether: together.contains(position))
    }
  }

  private func direction(
    _ leaf: Leaf, _ index: Int, _ expectation: LeafModel.Expectation
  ) -> Int {
    guard let ratio = expectation.ratio else {
      // Nothing was expected, and something came.
      return leaf.model.values[index] > 0 && expectation.cost == 0 ? 1 : 0
    }
    if expectation.basis == .occasional { return ratio > CostWatch.leastOccasional ? 1 : 0 }
    let goingOn = options.deviationsGoingOn * expectation.spread
    let beginning = options.deviations * expectation.spread
    let rise =
      leaf.run?.isRise == true
      ? max(log1p(options.leastGoingOn), goingOn) : max(log1p(options.leastRise), beginning)
    let drop =
      leaf.run?.isRise == false
      ? max(-log1p(-options.leastGoingOn), goingOn) : max(-log1p(-options.leastDrop), beginning)
    if ratio > rise || isCreeping(leaf, index, expectation, ratio) { return 1 }
    return ratio < -drop ? -1 : 0
  }

  /// A charge that comes now and then has to be twice its usual amount.
  private static let leastOccasional = 0.7

  /// Whether a third day in a row stands out, none of them enough by itself: a slow rise.
  private func isCreeping(
    _ leaf: Leaf, _ index: Int, _ expectation: LeafModel.Expectation, _ ratio: Double
  ) -> Bool {
    guard leaf.run == nil, expectation.basis == .profile, ratio > 0.2 else { return false }
    let (yesterday, before) = leaf.model.lastResiduals(before: index)
    return yesterday > 0.1 && before > 0.1
      && ratio + yesterday + before > options.deviationsOfThreeDays * expectation.spread
  }

  private func isWorthIt(_ run: Run, _ index: Int, _ scale: Double) -> Bool {
    let days = Double(index - run.start + 1)
    return abs(run.impact) > max(options.leastImpact, options.leastShare * scale)
      && max(abs(run.impact) / days, abs(run.lastImpact)) > options.leastDailyShare * scale
  }

  // MARK: A leaf alone

  private mutating func follow(_ position: Int, _ index: Int, _ scale: Double, isTogether: Bool) {
    let actual = leaves[position].model.values[index]
    let expectation = leaves[position].expectation
    guard !isTogether, leaves[position].direction != 0 else {
      leaves[position].run = nil
      leaves[position].model.learn(
        index, expectation, isAnomalous: isTogether || leaves[position].isUnsettled)
      return
    }
    let isRise = leaves[position].direction > 0
    var run =
      leaves[position].run.flatMap { $0.isRise == isRise ? $0 : nil }
      ?? Run(start: index, isRise: isRise, basis: expectation.basis)
    run.add(actual, expectation.cost, of: position)
    run.add(
      actual, expectation.cost,
      noise: max(
        expectation.cost * expectation.spread, scale * options.leastShare / 4, 0.01))
    // A first charge on the first of a month may be a monthly fee: the next day tells.
    let isUnclear =
      run.basis == .nothing && run.start == index && MonthPlaces.isFeeDay(firstDay + index)
    if !isUnclear, isWorthIt(run, index, scale) {
      run.isReported = true
      let name = leaves[position].name
      report(
        run, index,
        Scope(
          account: name.account, service: name.service, region: name.region,
          usageType: name.usageType))
    }
    // Small beginnings are a leaf's own level.
    let isSmallBeginning = run.basis == .nothing && !run.isReported && !isUnclear
    leaves[position].model.learn(index, expectation, isAnomalous: !isSmallBeginning)
    leaves[position].run = isSmallBeginning ? nil : run
    if index - run.start >= options.adoptionDays {
      leaves[position].model.adopt(run.start...index)
      leaves[position].run = nil
    }
  }

  private mutating func report(_ run: Run, _ index: Int, _ scope: Scope) {
    detections.append(
      Detection(
        day: firstDay + index, start: firstDay + run.start, scope: scope,
        kind: run.basis == .nothing ? .appeared : run.isRise ? .rise : .drop,
        actual: run.actual, expected: run.expected, score: run.score,
        causes: Dictionary(
          uniqueKeysWithValues: run.impacts.map { (leaves[$0.key].name, $0.value) })))
  }

  // MARK: A service as a whole

  /// Follows a service; the positions of its leaves when they move together.
  private mutating func follow(_ service: Int, _ index: Int, _ scale: Double) -> [Int] {
    let members = services[service].filter {
      leaves[$0].expectation.basis == .profile && leaves[$0].expectation.ratio != nil
        && !leaves[$0].isExpected
    }
    guard let isRise = movesTogether(members, index, serviceRuns[service]) else {
      serviceRuns[service] = nil
      return []
    }
    var run = serviceRuns[service] ?? Run(start: index, isRise: isRise, basis: .profile)
    let actual = members.reduce(0) { $0 + leaves[$1].model.values[index] }
    let expected = members.reduce(0) { $0 + leaves[$1].expectation.cost }
    for position in members {
      let leaf = leaves[position]
      run.add(leaf.model.values[index], leaf.expectation.cost, of: position)
    }
    run.add(actual, expected, noise: max(noise(members), 0.01))
    if isWorthIt(run, index, scale) {
      let name = leaves[members[0]].name
      report(
        run, index,
        Scope(account: name.account, service: name.service, region: nil, usageType: nil))
    }
    let isOver = index - run.start >= options.adoptionDays
    if isOver { for position in members { leaves[position].model.adopt(run.start...index) } }
    serviceRuns[service] = isOver ? nil : run
    return members
  }

  /// Whether most leaves move the same way by a like share, and the sum by more than its noise.
  ///
  /// - Returns: the direction; nil when they do not.
  private func movesTogether(_ members: [Int], _ index: Int, _ run: Run?) -> Bool? {
    guard members.count >= CostWatch.leastLeaves else { return nil }
    let actual = members.reduce(0) { $0 + leaves[$1].model.values[index] }
    let expected = members.reduce(0) { $0 + leaves[$1].expectation.cost }
    let isRise = actual > expected
    if let run, run.isRise != isRise { return nil }
    if run == nil, !isRise, firstDay + index > options.dropsThrough { return nil }
    let sign = isRise ? 1.0 : -1.0
    let ratios = members.compactMap { leaves[$0].expectation.ratio }.map { $0 * sign }
    let least = run != nil ? 0.1 : isRise ? 0.18 : 0.4
    let alike = ratios.count(where: { $0 > 0.08 })
    guard let middle = Robust.median(ratios), middle > least,
      Double(alike) >= 0.7 * Double(ratios.count), sign * log(actual / expected) > least,
      abs(actual - expected) > (run != nil ? 2 : 3.5) * noise(members)
    else { return nil }
    return isRise
  }

  /// The standard deviation of a service's ordinary days, its leaves' noises independent.
  private func noise(_ members: [Int]) -> Double {
    members.reduce(0) {
      let one = leaves[$1].expectation.cost * leaves[$1].expectation.spread
      return $0 + one * one
    }.squareRoot()
  }
}
