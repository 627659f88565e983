import Columns
import Glibc

/// Count, mean and central moments of doubles up to the fourth.
///
/// Source: P. Pébay, "Formulas for Robust, One-Pass Parallel Computation of Covariances and
/// Arbitrary-Order Statistical Moments", Sandia report SAND2008-6212, 2008.
struct Moments: GroupState {
  private(set) var count = 0.0
  private(set) var mean = 0.0
  /// Sums of the second, third and fourth powers of the distances from the mean.
  private(set) var second = 0.0
  private(set) var third = 0.0
  private(set) var fourth = 0.0

  mutating func add(_ value: Double) {
    let before = count
    count += 1
    let delta = value - mean
    let step = delta / count
    let square = step * step
    let term = delta * step * before
    mean += step
    fourth +=
      term * square * (count * count - 3 * count + 3) + 6 * square * second - 4 * step * third
    third += term * step * (count - 2) - 3 * step * second
    second += term
  }

  mutating func merge(_ other: Moments) {
    if other.count == 0 { return }
    if count == 0 {
      self = other
      return
    }
    let total = count + other.count
    let delta = other.mean - mean
    let share = delta / total
    let both = count * other.count
    let newFourth =
      fourth + other.fourth
      + delta * share * share * share * both
      * (count * count - both + other.count * other.count)
      + 6 * share * share * (count * count * other.second + other.count * other.count * second)
      + 4 * share * (count * other.third - other.count * third)
    third +=
      other.third + delta * share * share * both * (count - other.count)
      + 3 * share * (count * other.second - other.count * second)
    second += other.second + delta * share * both
    fourth = newFourth
    mean += share * other.count
    count = total
  }

  var sampleVariance: Double? { count > 1 ? second / (count - 1) : nil }
  var populationVariance: Double? { count > 0 ? second / count : nil }

  var skewness: Double? {
    count > 2 ? count.squareRoot() * third / pow(second, 1.5) : nil
  }

  /// The excess kurtosis of a sample, as Trino defines it.
  var kurtosis: Double? {
    guard count > 3 else { return nil }
    let n = count
    return n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * fourth
      / ((second / (n - 1)) * (second / (n - 1))) - 3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3))
  }

  static func accumulator(_ result: @escaping (Moments) -> Double?) -> any Accumulator {
    StateAccumulator<Moments>(loop: { GroupedLoop.doubles(&$0, $1, $2) }) { states in
      Column(.double, values: states.map { result($0).map(Value.double) ?? .null })
    }
  }
}

/// The geometric mean, from the mean of logarithms.
struct LogarithmSum: GroupState {
  private(set) var sum = CompensatedSum()

  mutating func add(_ value: Double) { sum.add(log(value)) }
  mutating func merge(_ other: LogarithmSum) { sum.merge(other.sum) }

  static func accumulator() -> any Accumulator {
    StateAccumulator<LogarithmSum>(loop: { GroupedLoop.doubles(&$0, $1, $2) }) { states in
      Column(
        .double,
        values: states.map {
          $0.sum.count == 0 ? .null : .double(exp($0.sum.total / Double($0.sum.count)))
        })
    }
  }
}

/// Means, variances and covariance of pairs of doubles; source as for ``Moments``.
struct PairMoments {
  var count = 0.0
  var meanX = 0.0
  var meanY = 0.0
  var squareX = 0.0
  var squareY = 0.0
  var product = 0.0

  mutating func add(_ x: Double, _ y: Double) {
    count += 1
    let deltaX = x - meanX
    let deltaY = y - meanY
    meanX += deltaX / count
    meanY += deltaY / count
    squareX += deltaX * (x - meanX)
    squareY += deltaY * (y - meanY)
    product += deltaX * (y - meanY)
  }

  mutating func merge(_ other: PairMoments) {
    if other.count == 0 { return }
    let total = count + other.count
    let deltaX = other.meanX - meanX
    let deltaY = other.meanY - meanY
    let weight = count * other.count / total
    squareX += other.squareX + deltaX * deltaX * weight
    squareY += other.squareY + deltaY * deltaY * weight
    product += other.product + deltaX * deltaY * weight
    meanX += deltaX * other.count / total
    meanY += deltaY * other.count / total
    count = total
  }

  var correlation: Double? {
    let scale = (squareX * squareY).squareRoot()
    return count > 1 && scale > 0 ? product / scale : nil
  }
  var sampleCovariance: Double? { count > 1 ? product / (count - 1) : nil }
  var populationCovariance: Double? { count > 0 ? product / count : nil }
  var slope: Double? { count > 1 && squareX > 0 ? product / squareX : nil }
  var intercept: Double? { slope.map { meanY - $0 * meanX } }
}

/// An aggregate of (y, x) pairs of doubles; pairs with a NULL are left out.
final class PairAccumulator: Accumulator {
  private var states: [PairMoments] = []
  private let result: (PairMoments) -> Double?

  init(_ result: @escaping (PairMoments) -> Double?) {
    self.result = result
  }

  func resize(groups count: Int) { states.extend(to: count, with: PairMoments()) }

  func update(groups: [UInt32]?, arguments: [Column], rowCount: Int) {
    let first = arguments[0].flattened()
    let second = arguments[1].flattened()
    guard let y = first.storedValues.doubles, let x = second.storedValues.doubles else { return }
    for row in 0..<rowCount where !first.isNull(row) && !second.isNull(row) {
      states[Int(groups?[row] ?? 0)].add(x[row], y[row])
    }
  }

  func merge(_ other: any Accumulator, mapping: [UInt32]) {
    guard let other = other as? PairAccumulator else { return }
    for (group, state) in other.states.enumerated() { states[Int(mapping[group])].merge(state) }
  }

  func finish() -> Column {
    Column(.double, values: states.map { result($0).map(Value.double) ?? .null })
  }
}
