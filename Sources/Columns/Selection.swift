/// Row numbers of a batch, in the order wanted; a filter yields them increasing.
package struct Selection: Sendable, Hashable {
  package var rows: [UInt32]

  package init(_ rows: [UInt32]) {
    self.rows = rows
  }

  /// Rows 0 up to, not including, `count`.
  package init(all count: Int) {
    rows = Array(0..<UInt32(count))
  }

  package var count: Int { rows.count }
}
