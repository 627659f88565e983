package import Columns

/// Rows of an aggregate that wait until all are known, with how many bytes they take.
///
/// Each column is measured once, when it comes: the operator asks for the size after every batch.
package struct WaitingRows {
  package private(set) var parts: [(groups: [UInt32], columns: [Column])] = []
  package private(set) var byteCount = 0
  /// How many columns have been measured.
  package private(set) var measuredCount = 0

  package init() {}

  package mutating func append(_ groups: [UInt32], _ columns: [Column]) {
    parts.append((groups, columns))
    measuredCount += columns.count
    byteCount = columns.reduce(byteCount + groups.count * 4) { $0 + $1.byteCount }
  }

  /// The rows of another, whose group `g` is this one's `mapping[g]`; nothing is measured again.
  package mutating func append(_ other: WaitingRows, mapping: [UInt32]) {
    parts += other.parts.map { ($0.groups.map { mapping[Int($0)] }, $0.columns) }
    byteCount += other.byteCount
  }
}
