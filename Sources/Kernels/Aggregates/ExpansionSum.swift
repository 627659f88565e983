/// An exact sum of doubles and of products of two, which are twice as long.
///
/// Kept as three doubles, each of which takes the rounding errors of the one before. When these do not
/// hold the sum any more, they go to a wide sum and begin anew.
///
/// Source: J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric
/// Predicates", 1997, sections 2.3 (sums) and 2.5 (products).
struct ExpansionSum {
  private var high = 0.0
  private var middle = 0.0
  private var low = 0.0
  private var rest: ExactSum?

  @inline(__always)
  mutating func add(_ value: Double) {
    let (newHigh, lost) = exactSum(high, value)
    let (newMiddle, lostAgain) = exactSum(middle, lost)
    let (newLow, lostAtLast) = exactSum(low, lostAgain)
    // NaN, of infinities and overflow, is not zero either.
    guard lostAtLast == 0 else { return putAside(before: value) }
    high = newHigh
    middle = newMiddle
    low = newLow
  }

  /// Adds the product, of which nothing is lost unless it is outside the range of doubles.
  @inline(__always)
  mutating func add(_ left: Double, times right: Double) {
    let (product, lost) = exactProduct(left, right)
    add(product)
    if lost != 0 { add(lost) }
  }

  mutating func merge(_ other: ExpansionSum) {
    add(other.high)
    add(other.middle)
    add(other.low)
    guard let more = other.rest else { return }
    let rest = rest ?? ExactSum()
    rest.add(more)
    self.rest = rest
  }

  @inline(never)
  private mutating func putAside(before value: Double) {
    let rest = rest ?? ExactSum()
    for part in [high, middle, low, value] { rest.add(part) }
    self.rest = rest
    high = 0
    middle = 0
    low = 0
  }

  /// The double nearest to the sum.
  var total: Double { nearest ?? whole.total }

  /// The double nearest to the sum, where the three hold all of it and no tie takes a closer look.
  private var nearest: Double? {
    guard rest == nil else { return nil }
    let (sum, lost) = exactSum(high, middle)
    let (second, last) = exactSum(lost, low)
    let (first, next) = exactSum(sum, second)
    guard first.isFinite && (first + 2 * next).isFinite else { return nil }
    // What is lost at last is at most half of the unit in which `next` counts, so that only in a tie, where
    // the double beyond is at twice `next`, it matters; or where nothing was lost before.
    return last == 0 || exactSum(first, 2 * next).lost != 0 ? first : nil
  }

  /// Doubles of which the sum is the whole one; one alone where it is not finite.
  var terms: [Double] {
    if rest == nil && high.isFinite && middle.isFinite && low.isFinite {
      return [high, middle, low]
    }
    let whole = whole
    var terms: [Double] = []
    repeat {
      let next = whole.total
      terms.append(next)
      if !next.isFinite { return [next] }
      whole.add(-next)
    } while terms.last != 0
    return terms
  }

  private var whole: ExactSum {
    let whole = rest.map { ExactSum($0) } ?? ExactSum()
    for part in [high, middle, low] { whole.add(part) }
    return whole
  }
}

/// The sum as a double, and what the rounding lost.
@inline(__always)
func exactSum(_ left: Double, _ right: Double) -> (sum: Double, lost: Double) {
  let sum = left + right
  let added = sum - left
  return (sum, (left - (sum - added)) + (right - added))
}

/// The product as a double, and what the rounding lost: nothing where the product is not finite.
@inline(__always)
func exactProduct(_ left: Double, _ right: Double) -> (product: Double, lost: Double) {
  let product = left * right
  return (product, product.isFinite ? (-product).addingProduct(left, right) : 0)
}

/// Doubles whose exact sum is meant: a number of any precision.
struct Expansion {
  private(set) var terms: [Double]

  init(_ value: Double) { terms = [value] }

  init(_ sum: ExpansionSum) { terms = sum.terms }

  private init(terms: [Double]) { self.terms = terms }

  static func * (left: Expansion, right: Double) -> Expansion {
    Expansion(
      terms: left.terms.flatMap { term -> [Double] in
        let (product, lost) = exactProduct(term, right)
        return lost == 0 ? [product] : [product, lost]
      })
  }
}

extension ExpansionSum {
  /// The exact sum of some numbers, rounded once.
  static func total(_ parts: Expansion...) -> Double {
    var sum = ExpansionSum()
    for part in parts {
      for term in part.terms { sum.add(term) }
    }
    return sum.total
  }
}
