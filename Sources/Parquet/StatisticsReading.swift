import Columns

/// Makes bounds of logical values of the bounds stored in a footer, where they can be trusted.
///
/// Source: parquet.thrift, `Statistics` and `ColumnOrder`: the older fields were filled by signed
/// comparison whatever the type, so they hold for signed numbers only.
enum StatisticsReading {
  /// - Parameters:
  ///   - type: what the row group's pages say they are stored as.
  ///   - orders: whether each leaf declares the order of its bounds.
  static func statistics(
    of leaf: LeafColumn, _ type: StorageType, _ stored: StoredStatistics, rowCount: Int,
    _ orders: [Bool]
  ) -> ColumnStatistics {
    var result = ColumnStatistics()
    if leaf.maxDefinition == 0 {
      result.nullCount = 0
    } else if let nulls = stored.nullCount, (0...rowCount).contains(nulls) {
      result.nullCount = nulls
    }
    guard type == leaf.storage else { return result }
    var bounds: (min: [UInt8]?, max: [UInt8]?) = (nil, nil)
    if isOrderKnown(of: leaf, orders) { bounds = (stored.min, stored.max) }
    if bounds.min == nil && bounds.max == nil && isSignedNumber(leaf.conversion) {
      bounds = (stored.legacyMin, stored.legacyMax)
    }
    (result.min, result.max) = values(of: bounds, leaf)
    // What is said of the newer bounds does not hold for the older ones.
    guard leaf.type != .double, isOrderKnown(of: leaf, orders) else { return result }
    if let min = result.min, stored.min != nil, stored.isMinExact == true {
      result.isMinAttained = isReadable(min, leaf)
    }
    if let max = result.max, stored.max != nil, stored.isMaxExact == true {
      result.isMaxAttained = isReadable(max, leaf)
    }
    return result
  }

  /// Whether a bound is a value that a page may have: any bytes are good enough to compare with.
  private static func isReadable(_ bound: Value, _ leaf: LeafColumn) -> Bool {
    guard case .bytes(let bytes) = bound else { return true }
    return switch leaf.conversion {
    case .text: String(validating: bytes, as: UTF8.self) != nil
    case .fixedBytes: bytes.count == leaf.storedWidth
    default: true
    }
  }

  /// Whether it is known how the values of a leaf were compared to find their bounds, by what the
  /// file declares of its columns.
  static func isOrderKnown(of leaf: LeafColumn, _ orders: [Bool]) -> Bool {
    // Without a declared order, only of signed numbers.
    (leaf.index < orders.count && orders[leaf.index])
      || (orders.isEmpty && isSignedNumber(leaf.conversion))
  }

  /// What bounds stand for; nil for each that says nothing.
  static func values(
    of bounds: (min: [UInt8]?, max: [UInt8]?), _ leaf: LeafColumn
  ) -> (min: Value?, max: Value?) {
    guard leaf.type.isOrderable, leaf.hasOrder else { return (nil, nil) }
    let min = bounds.min.flatMap { value(of: $0, leaf) }
    let max = bounds.max.flatMap { value(of: $0, leaf) }
    // Bounds the wrong way round are no bounds.
    if let min, let max, !isOrdered(min, max) { return (nil, nil) }
    return (
      min.flatMap { widened($0, downward: true) }, max.flatMap { widened($0, downward: false) }
    )
  }

  private static func isSignedNumber(_ conversion: Conversion) -> Bool {
    switch conversion {
    case .boolean, .int32, .int64, .scaledInt32, .multipliedInt64, .dividedInt64, .float, .double,
      .decimalInt32, .decimalInt64:
      true
    case .uint32, .uint64, .int96, .int96Multiplied, .int96Divided, .float16, .decimalFixed,
      .decimalBytes, .text, .bytes,
      .fixedBytes, .uuid:
      false
    }
  }

  /// The value that a bound stands for; nil when it is not one of the type.
  private static func value(of bytes: [UInt8], _ leaf: LeafColumn) -> Value? {
    if leaf.conversion == .boolean { return bytes.count == 1 ? .boolean(bytes[0] != 0) : nil }
    if leaf.conversion == .text || leaf.conversion == .bytes { return .bytes(bytes) }
    // Bounds of fixed-length bytes may be cut short; they are bytes like any.
    if leaf.conversion == .fixedBytes { return .bytes(bytes) }
    var stored = bytes
    if leaf.storage == .byteArray {
      stored = []
      stored.appendLittleEndian(UInt32(truncatingIfNeeded: bytes.count).littleEndian)
      stored += bytes
    } else if bytes.count != leaf.storedWidth {
      return nil
    }
    var values = LeafValues(leaf)
    var position = 0
    guard
      (try? values.appendPlain(stored, position: &position, end: stored.count, count: 1)) != nil
    else { return nil }
    return values.take(.allPresent).value(0)
  }

  private static func isOrdered(_ min: Value, _ max: Value) -> Bool {
    switch (min, max) {
    case (.boolean(let a), .boolean(let b)): !a || b
    case (.int64(let a), .int64(let b)): a <= b
    case (.double(let a), .double(let b)): a <= b
    case (.decimal(let a), .decimal(let b)): a <= b
    case (.bytes(let a), .bytes(let b)): !b.lexicographicallyPrecedes(a)
    default: false
    }
  }

  /// NaN bounds nothing, and a zero bounds zeros of both signs.
  private static func widened(_ value: Value, downward: Bool) -> Value? {
    guard case .double(let bound) = value else { return value }
    if bound.isNaN { return nil }
    return bound == 0 ? .double(downward ? -0.0 : 0.0) : value
  }
}
