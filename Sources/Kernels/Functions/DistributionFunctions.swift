import Columns
import Glibc

/// Distributions and confidence intervals.
enum DistributionFunctions {
  static let all: [ScalarFunction] = [
    three("normal_cdf", "How likely a normal number is at most a value: mean, deviation, value.") {
      mean, deviation, value in
      guard deviation > 0 else { throw expected("a deviation above 0", deviation) }
      return 0.5 * erfc(-(value - mean) / (deviation * 2.0.squareRoot()))
    },
    three(
      "inverse_normal_cdf", "The value that a normal number is at most with a probability."
    ) { mean, deviation, probability in
      guard probability > 0, probability < 1 else {
        throw expected("a probability between 0 and 1", probability)
      }
      guard deviation > 0 else { throw expected("a deviation above 0", deviation) }
      return mean + deviation * 2.0.squareRoot() * Distribution.inverseErf(2 * probability - 1)
    },
    three("beta_cdf", "How likely a beta number is at most a value: a, b, value.") {
      a, b, value in
      guard value >= 0, value <= 1 else { throw expected("a value from 0 to 1", value) }
      guard a > 0, b > 0 else { throw expected("parameters above 0", min(a, b)) }
      return Distribution.incompleteBeta(a, b, value)
    },
    three("inverse_beta_cdf", "The value that a beta number is at most with a probability.") {
      a, b, probability in
      guard probability >= 0, probability <= 1 else {
        throw expected("a probability from 0 to 1", probability)
      }
      guard a > 0, b > 0 else { throw expected("parameters above 0", min(a, b)) }
      return Distribution.inverseBeta(a, b, probability)
    },
    ScalarFunction(
      "t_cdf", summary: "How likely a number of Student's distribution is at most a value.",
      overloads: [
        .map([.exactly(.double), .exactly(.double)], to: .double) {
          (value: Double, freedom: Double) -> Double? in
          guard freedom > 0 else { throw expected("degrees of freedom above 0", freedom) }
          if value == 0 { return 0.5 }
          let tail = Distribution.incompleteBeta(
            freedom / 2, 0.5, freedom / (freedom + value * value))
          return value < 0 ? tail / 2 : 1 - tail / 2
        }
      ]),
    ScalarFunction(
      "t_pdf", summary: "The density of Student's distribution at a value.",
      overloads: [
        .map([.exactly(.double), .exactly(.double)], to: .double) {
          (value: Double, freedom: Double) -> Double? in
          guard freedom > 0 else { throw expected("degrees of freedom above 0", freedom) }
          let half = (freedom + 1) / 2
          let scale: Double = lgamma(half) - lgamma(freedom / 2)
          let width: Double = 0.5 * (log(Double.pi) + log(freedom))
          return exp(scale - width - half * log(1 + value * value / freedom))
        }
      ]),
    wilson("wilson_interval_lower", "The lower bound of the Wilson score interval.", sign: -1),
    wilson("wilson_interval_upper", "The upper bound of the Wilson score interval.", sign: 1),
  ]

  private static func expected(_ what: String, _ found: Double) -> EvaluationError {
    EvaluationError("expected \(what), found \(found)")
  }

  private static func three(
    _ name: String, _ summary: String,
    _ body: @escaping @Sendable (Double, Double, Double) throws -> Double
  ) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        .map([.exactly(.double), .exactly(.double), .exactly(.double)], to: .double) {
          (a: Double, b: Double, c: Double) -> Double? in try body(a, b, c)
        }
      ])
  }

  private static func wilson(_ name: String, _ summary: String, sign: Double) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        .map([.exactly(.bigint), .exactly(.bigint), .exactly(.double)], to: .double) {
          (successes: Int64, trials: Int64, z: Double) -> Double? in
          guard successes >= 0, trials > 0, successes <= trials, z >= 0 else {
            throw EvaluationError(
              "expected 0 or more successes of at least as many trials and a score of 0 or more, "
                + "found \(successes), \(trials) and \(z)")
          }
          let n = Double(trials)
          let share = Double(successes) / n
          let middle: Double = share + z * z / (2 * n)
          let spread: Double = share * (1 - share) / n + z * z / (4 * n * n)
          return (middle + sign * z * spread.squareRoot()) / (1 + z * z / n)
        }
      ])
  }
}

/// Special functions.
enum Distribution {
  /// Newton's method on `erf` from Winitzki's approximation.
  static func inverseErf(_ y: Double) -> Double {
    guard y.magnitude < 1 else { return y < 0 ? -.infinity : .infinity }
    if y == 0 { return 0 }
    let logarithm = log((1 - y) * (1 + y))
    let half = 2 / (Double.pi * 0.147) + logarithm / 2
    var x = ((half * half - logarithm / 0.147).squareRoot() - half).squareRoot()
    if y < 0 { x = -x }
    for _ in 0..<4 {
      // Near one, the complement keeps the digits.
      let error =
        y > 0.5 ? (1 - y) - erfc(x) : y < -0.5 ? erfc(-x) - (1 + y) : erf(x) - y
      let slope = 2 / Double.pi.squareRoot() * exp(-x * x)
      guard slope > 0 else { break }
      x -= error / slope
    }
    return x
  }

  /// The regularised incomplete beta function by its continued fraction.
  ///
  /// Source: Press et al., Numerical Recipes, 6.4.
  static func incompleteBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    return x < (a + 1) / (a + b + 2)
      ? front * fraction(a, b, x) / a : 1 - front * fraction(b, a, 1 - x) / b
  }

  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    func nonzero(_ value: Double) -> Double { value.magnitude < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...10_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / nonzero(1 + even * d)
      c = nonzero(1 + even / c)
      result *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / nonzero(1 + odd * d)
      c = nonzero(1 + odd / c)
      let change = d * c
      result *= change
      if (change - 1).magnitude < 1e-16 { break }
    }
    return result
  }

  /// By halving, until the bounds are neighbours.
  static func inverseBeta(_ a: Double, _ b: Double, _ probability: Double) -> Double {
    if probability <= 0 { return 0 }
    if probability >= 1 { return 1 }
    var low = 0.0
    var high = 1.0
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if middle == low || middle == high { break }
      if incompleteBeta(a, b, middle) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
