package import Columns

/// What is known of a column's values in some rows without reading them.
///
/// `min` and `max` are inclusive bounds of the values that are not NULL (and not NaN), in the
/// column's logical type; long texts may be bounded by shorter ones. nil where nothing trustworthy
/// is known.
package struct ColumnStatistics: Sendable, Equatable {
  package var min: Value?
  package var max: Value?
  package var nullCount: Int?
  /// Whether `min` and `max` are known to be values that there are; never said of floating-point numbers,
  /// whose bounds leave NaN out.
  package var isMinAttained = false
  package var isMaxAttained = false

  /// What is not given is not known.
  package init(min: Value? = nil, max: Value? = nil, nullCount: Int? = nil) {
    self.min = min
    self.max = max
    self.nullCount = nullCount
  }
}
