/// Which rows of a flat column hold a value.
///
/// One byte a row, `true` where present; no mask at all while every row is present, which is the
/// usual case and costs nothing to test.
package struct Validity: Hashable, Sendable {
  /// One entry per row, or nil when no row is NULL.
  package let mask: [Bool]?

  package static let allPresent = Validity(mask: nil)

  /// Takes a mask as it is; pass nil where no row is NULL.
  package init(mask: [Bool]?) {
    self.mask = mask
  }

  /// Takes a mask and drops it when it has no `false`.
  package init(checking mask: [Bool]) {
    self.mask = mask.contains(false) ? mask : nil
  }

  /// Rows are absent where their code is the one of NULL.
  init(absentWhere codes: Span<UInt32>, equal null: UInt32) {
    var absent: UInt32 = 0
    var mask = [Bool](repeating: true, count: codes.count)
    var span = mask.mutableSpan
    // Two sums in one plain loop: the compiler makes vector code of it.
    for row in codes.indices {
      let isAbsent = codes[row] == null
      absent &+= isAbsent ? 1 : 0
      span[row] = !isAbsent
    }
    self.mask = absent > 0 ? mask : nil
  }

  @inlinable
  package func isPresent(_ row: Int) -> Bool { mask.map { $0[row] } ?? true }

  /// Rows that are present in both.
  package func intersection(_ other: Validity) -> Validity {
    guard let a = mask else { return other }
    guard let b = other.mask else { return self }
    var both = a
    for row in both.indices where !b[row] { both[row] = false }
    return Validity(mask: both)
  }
}
