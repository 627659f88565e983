import Columns

/// The smallest and largest of some stored values.
struct ValueBounds: Sendable {
  private(set) var min: Value?
  private(set) var max: Value?

  /// Texts of more bytes than this are stored shortened: the smallest to a prefix, the largest to a
  /// prefix with its last character raised.
  private static let maximumText = 64

  /// Values that are NaN; nil for types that have none.
  private(set) var nanCount: Int?

  /// The bounds of the values at some places.
  ///
  /// - Complexity: O(`rows.count`) and, for texts, what it takes to compare them.
  init(of values: WriteValues, _ rows: some Collection<Int>, type: DataType) {
    if values.layout == .double { nanCount = 0 }
    guard type.isOrderable, let first = rows.first else { return }
    switch values.layout {
    case .boolean:
      min = .boolean(!rows.contains { !values.booleans[$0] })
      max = .boolean(rows.contains { values.booleans[$0] })
    case .int64:
      var (low, high) = (Int64.max, Int64.min)
      let words = values.words.span
      for row in rows {
        let value = Int64(bitPattern: words[row])
        low = Swift.min(low, value)
        high = Swift.max(high, value)
      }
      min = .int64(low)
      max = .int64(high)
    case .double:
      var (low, high) = (Double.infinity, -Double.infinity)
      var count = 0
      let words = values.words.span
      for row in rows {
        let value = Double(bitPattern: words[row])
        if value < low { low = value }
        if value > high { high = value }
        count += value.isNaN ? 0 : 1
      }
      nanCount = rows.count - count
      guard count > 0 else { return }
      // A zero bounds zeros of both signs.
      min = .double(low == 0 ? -0.0 : low)
      max = .double(high == 0 ? 0.0 : high)
    case .decimal:
      var (low, high) = (values.decimals[first], values.decimals[first])
      for row in rows {
        low = Swift.min(low, values.decimals[row])
        high = Swift.max(high, values.decimals[row])
      }
      min = .decimal(low)
      max = .decimal(high)
    case .text:
      var (low, high) = (first, first)
      for row in rows {
        if values.text.compare(row, with: values.text, low) < 0 { low = row }
        if values.text.compare(row, with: values.text, high) > 0 { high = row }
      }
      min = .bytes(values.text.copy(low))
      max = .bytes(values.text.copy(high))
    case .array, .map, .row: break
    }
  }

  /// Counts the NaNs of values, each used some times.
  mutating func countNaNs(of values: WriteValues, _ uses: [UInt32]) {
    guard values.layout == .double else { return }
    var count = 0
    for row in uses.indices where Double(bitPattern: values.words[row]).isNaN {
      count += Int(uses[row])
    }
    nanCount = count
  }

  /// The bounds as a footer has them.
  func stored(_ leaf: WriteLeaf, nullCount: Int) -> StoredStatistics {
    var result = StoredStatistics()
    result.nullCount = nullCount
    result.nanCount = nanCount
    guard let min, let max else { return result }
    if case .bytes(let low) = min, case .bytes(let high) = max {
      result.min = ValueBounds.shortened(low, isText: leaf.type == .varchar)
      result.isMinExact = low.count <= ValueBounds.maximumText
      result.max = ValueBounds.raised(high, isText: leaf.type == .varchar)
      result.isMaxExact = result.max == nil ? nil : high.count <= ValueBounds.maximumText
      return result
    }
    result.min = ValueBounds.bytes(min, leaf)
    result.max = ValueBounds.bytes(max, leaf)
    result.isMinExact = true
    result.isMaxExact = true
    return result
  }

  private static func bytes(_ value: Value, _ leaf: WriteLeaf) -> [UInt8]? {
    var values = WriteValues(leaf.type)
    switch value {
    case .boolean(let bound): return [bound ? 1 : 0]
    case .int64(let bound): values.words = [UInt64(bitPattern: bound)]
    case .double(let bound): values.words = [bound.bitPattern]
    case .decimal(let bound): values.decimals = [bound]
    case .null, .bytes, .array, .map, .row: return nil
    }
    var bytes: [UInt8] = []
    guard (try? values.appendPlain(0..<1, leaf, to: &bytes)) != nil else { return nil }
    return bytes
  }

  /// A prefix that ends between two characters: not above the text.
  private static func shortened(_ text: [UInt8], isText: Bool) -> [UInt8] {
    guard text.count > maximumText else { return text }
    return Array(text[..<prefixEnd(text, isText)])
  }

  private static func prefixEnd(_ text: [UInt8], _ isText: Bool) -> Int {
    var end = maximumText
    while isText && end > 0 && text[end] & 0xC0 == 0x80 { end -= 1 }
    return end
  }

  /// A short text that is not below the text: a prefix with its last character raised by one; nil
  /// where no character can be.
  private static func raised(_ text: [UInt8], isText: Bool) -> [UInt8]? {
    guard text.count > maximumText else { return text }
    let prefix = text[..<prefixEnd(text, isText)]
    guard isText else {
      guard let last = prefix.lastIndex(where: { $0 < 0xFF }) else { return nil }
      return Array(prefix[..<last]) + [prefix[last] + 1]
    }
    var characters = Array(String(decoding: prefix, as: UTF8.self).unicodeScalars)
    while let last = characters.popLast() {
      // UTF-8 sorts by code point; surrogates are none.
      guard let next = Unicode.Scalar(last.value == 0xD7FF ? 0xE000 : last.value + 1) else {
        continue
      }
      var raised = String.UnicodeScalarView(characters)
      raised.append(next)
      return Array(String(raised).utf8)
    }
    return nil
  }
}

extension ColumnStatistics {
  /// What holds for two sets of rows together.
  func union(_ other: ColumnStatistics, areEmpty: (Bool, Bool)) -> ColumnStatistics {
    var result = ColumnStatistics()
    if let nullCount, let theirs = other.nullCount { result.nullCount = nullCount + theirs }
    if areEmpty.0 { (result.min, result.max) = (other.min, other.max) }
    if areEmpty.1 { (result.min, result.max) = (min, max) }
    guard !areEmpty.0, !areEmpty.1, let min, let max, let low = other.min, let high = other.max
    else { return result }
    result.min = ColumnStatistics.precedes(low, min) ? low : min
    result.max = ColumnStatistics.precedes(max, high) ? high : max
    return result
  }

  static func precedes(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.boolean(let a), .boolean(let b)): !a && b
    case (.int64(let a), .int64(let b)): a < b
    case (.double(let a), .double(let b)): a < b
    case (.decimal(let a), .decimal(let b)): a < b
    case (.bytes(let a), .bytes(let b)): a.lexicographicallyPrecedes(b)
    default: false
    }
  }
}
