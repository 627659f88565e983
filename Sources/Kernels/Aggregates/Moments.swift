import Columns
import Glibc

/// The sums that variance, skewness and kurtosis are made of, exact, so that they do not depend on the
/// order of the rows or how they are shared out.
struct PowerSums<Powers: PowerCount>: GroupState {
  private(set) var count = 0.0
  /// Of the values and their squares; of their cubes and fourth powers where these are needed.
  private var first = ExpansionSum()
  private var second = ExpansionSum()
  private var third = ExpansionSum()
  private var fourth = ExpansionSum()

  init() {}

  @inline(__always)
  mutating func add(_ value: Double) {
    count += 1
    first.add(value)
    let (square, lost) = exactProduct(value, value)
    second.add(square)
    if lost != 0 { second.add(lost) }
    guard Powers.hasHigher else { return }
    third.add(square, times: value)
    third.add(lost, times: value)
    fourth.add(square, times: square)
    fourth.add(2 * square, times: lost)
    fourth.add(lost, times: lost)
  }

  mutating func merge(_ other: PowerSums) {
    count += other.count
    first.merge(other.first)
    second.merge(other.second)
    guard Powers.hasHigher else { return }
    third.merge(other.third)
    fourth.merge(other.fourth)
  }

  /// The moments about the mean: first about the double nearest to it, exactly, and then moved by the
  /// little that is missing, where nothing large cancels out any more.
  var moments: Moments {
    var moments = Moments(count: count)
    guard count > 0 else { return moments }
    let center = first.total / count
    let first = Expansion(first)
    let second = Expansion(second)
    let rest = ExpansionSum.total(first, Expansion(-center) * count) / count
    let about = productsAbout(second, (first, center), (first, center), count)
    moments.second = notNegative(about - count * rest * rest)
    guard Powers.hasHigher else { return moments }
    let third = Expansion(third)
    let cubes = ExpansionSum.total(
      third, second * -center * 3, first * center * center * 3,
      Expansion(-center) * center * center * count)
    let fourths = ExpansionSum.total(
      Expansion(fourth), third * -center * 4, second * center * center * 6,
      first * -center * center * center * 4,
      Expansion(center) * center * center * center * count)
    moments.third = cubes - 3 * rest * about + 2 * count * rest * rest * rest
    moments.fourth =
      fourths - 4 * rest * cubes + 6 * rest * rest * about
      - 3 * count * rest * rest * rest * rest
    return moments
  }

  static func accumulator(_ result: @escaping (Moments) -> Double?) -> any Accumulator {
    StateAccumulator<PowerSums>(loop: { GroupedLoop.doubles(&$0, $1, $2) }) { states in
      Column(.double, values: states.map { result($0.moments).map(Value.double) ?? .null })
    }
  }
}

/// Σ (x - a)(y - b), rounded once, from Σ xy, Σ x and Σ y.
private func productsAbout(
  _ products: Expansion, _ x: (sum: Expansion, center: Double),
  _ y: (sum: Expansion, center: Double), _ count: Double
) -> Double {
  ExpansionSum.total(
    products, x.sum * -y.center, y.sum * -x.center, Expansion(x.center) * y.center * count)
}

/// A sum of squares, without the rounding below zero; NaN stays NaN.
private func notNegative(_ squares: Double) -> Double { squares < 0 ? 0 : squares }

/// Which powers are added up.
protocol PowerCount: SendableMetatype {
  static var hasHigher: Bool { get }
}

enum TwoPowers: PowerCount {
  static let hasHigher = false
}

enum FourPowers: PowerCount {
  static let hasHigher = true
}

/// How many values there are, and the sums of the second, third and fourth powers of their distances
/// from the mean.
struct Moments {
  var count = 0.0
  var second = 0.0
  var third = 0.0
  var fourth = 0.0

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

/// The sums that covariance, correlation and regression are made of, exact.
struct PairSums {
  private(set) var count = 0.0
  private var x = ExpansionSum()
  private var y = ExpansionSum()
  private var squareX = ExpansionSum()
  private var squareY = ExpansionSum()
  private var product = ExpansionSum()

  mutating func add(_ x: Double, _ y: Double) {
    count += 1
    self.x.add(x)
    self.y.add(y)
    squareX.add(x, times: x)
    squareY.add(y, times: y)
    product.add(x, times: y)
  }

  mutating func merge(_ other: PairSums) {
    count += other.count
    x.merge(other.x)
    y.merge(other.y)
    squareX.merge(other.squareX)
    squareY.merge(other.squareY)
    product.merge(other.product)
  }

  /// As ``PowerSums/moments``.
  var moments: PairMoments {
    var moments = PairMoments(count: count)
    guard count > 0 else { return moments }
    moments.meanX = x.total / count
    moments.meanY = y.total / count
    let (centerX, centerY) = (moments.meanX, moments.meanY)
    let (x, y) = (Expansion(x), Expansion(y))
    let restX = ExpansionSum.total(x, Expansion(-centerX) * count) / count
    let restY = ExpansionSum.total(y, Expansion(-centerY) * count) / count
    moments.squareX = notNegative(
      productsAbout(Expansion(squareX), (x, centerX), (x, centerX), count)
        - count * restX * restX)
    moments.squareY = notNegative(
      productsAbout(Expansion(squareY), (y, centerY), (y, centerY), count)
        - count * restY * restY)
    moments.product =
      productsAbout(Expansion(product), (x, centerX), (y, centerY), count)
      - count * restX * restY
    return moments
  }
}

/// How many pairs there are, their means, and the sums of the squares and products of their distances
/// from these.
struct PairMoments {
  var count = 0.0
  var meanX = 0.0
  var meanY = 0.0
  var squareX = 0.0
  var squareY = 0.0
  var product = 0.0

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
  private var states: [PairSums] = []
  private let result: (PairMoments) -> Double?

  init(_ result: @escaping (PairMoments) -> Double?) {
    self.result = result
  }

  func resize(groups count: Int) { states.extend(to: count, with: PairSums()) }

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
    Column(.double, values: states.map { result($0.moments).map(Value.double) ?? .null })
  }
}
