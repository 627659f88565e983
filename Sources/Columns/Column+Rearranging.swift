extension Column {
  /// The same values; few rows of a large dictionary become flat, because what works on each entry of a
  /// dictionary would do far more than the rows need.
  package func compacted() -> Column {
    guard case .dictionary(let codes, let dictionary) = form,
      codes.count <= dictionary.count / Column.largeDictionary
    else { return self }
    return flattened()
  }

  /// Entries per row from which on a dictionary is larger than it is worth: a row group is usually read
  /// in up to so many batches, which share it.
  private static let largeDictionary = 32

  /// The rows of a selection, in its order.
  ///
  /// - Complexity: O(`selection.count`) for all but nested types.
  package func selected(_ selection: Selection) -> Column {
    switch form {
    case .constant(let value): Column(type, constant: value, count: selection.count)
    case .dictionary(let codes, let dictionary):
      Column(codes: gather(codes.span, selection.rows.span), dictionary).compacted()
    case .flat: gathered(selection.rows)
    }
  }

  /// A run of rows.
  package func sliced(_ range: Range<Int>) -> Column {
    if range == 0..<count { return self }
    switch form {
    case .constant(let value): return Column(type, constant: value, count: range.count)
    case .dictionary(let codes, let dictionary):
      return Column(codes: Array(codes[range]), dictionary)
    case .flat(let values, let validity):
      return Column(type, values.sliced(range), validity.sliced(range))
    }
  }

  /// Flat columns only: the values at `rows`, in that order, repeats allowed.
  func gathered(_ rows: [UInt32]) -> Column {
    guard case .flat(let values, let validity) = form else { return flattened().gathered(rows) }
    return Column(type, values.gathered(rows), validity.gathered(rows))
  }

  /// Columns of one type, one after the other.
  ///
  /// Stays a dictionary where all parts share one, or become cheaply one; otherwise flat.
  ///
  /// - Precondition: all parts have type `type`.
  package static func concatenated(_ parts: [Column], type: DataType) -> Column {
    if parts.count == 1 { return parts[0] }
    let parts = parts.filter { $0.count > 0 }
    if let shared = sharedConstant(parts) {
      return Column(type, constant: shared, count: parts.reduce(0) { $0 + $1.count })
    }
    if let joined = joinedCodes(parts) { return joined }
    var builder = ColumnBuilder(type)
    for part in parts { builder.append(contentsOf: part) }
    return builder.finish()
  }

  private static func sharedConstant(_ parts: [Column]) -> Value? {
    guard let first = parts.first, case .constant(let value) = first.form else { return nil }
    for part in parts.dropFirst() {
      guard case .constant(let other) = part.form, other == value else { return nil }
    }
    return value
  }

  private static func joinedCodes(_ parts: [Column]) -> Column? {
    guard let first = parts.first, case .dictionary(_, let dictionary) = first.form else {
      return nil
    }
    var all: [UInt32] = []
    for part in parts {
      guard case .dictionary(let codes, let other) = part.form, other === dictionary else {
        return nil
      }
      all += codes
    }
    return Column(codes: all, dictionary)
  }
}

extension Validity {
  func sliced(_ range: Range<Int>) -> Validity {
    mask.map { Validity(checking: Array($0[range])) } ?? .allPresent
  }

  func gathered(_ rows: [UInt32]) -> Validity {
    guard let mask else { return .allPresent }
    // Most often one entry of a dictionary is NULL: then codes are compared and nothing is looked up.
    if mask.count <= rows.count, let null = mask.firstIndex(of: false),
      mask.lastIndex(of: false) == null
    {
      return Validity(absentWhere: rows.span, equal: UInt32(null))
    }
    return Validity(checking: gather(mask.span, rows.span))
  }
}

extension Values {
  func sliced(_ range: Range<Int>) -> Values {
    switch self {
    case .boolean(let values): .boolean(Array(values[range]))
    case .int64(let values): .int64(Array(values[range]))
    case .double(let values): .double(Array(values[range]))
    case .decimal(let values): .decimal(Array(values[range]))
    case .text(let values): .text(values.sliced(range))
    case .array(let list):
      .array(
        ListVector(
          offsets: rebased(list.offsets, range),
          elements: list.elements.sliced(span(list.offsets, range))))
    case .map(let map):
      .map(
        MapVector(
          offsets: rebased(map.offsets, range),
          keys: map.keys.sliced(span(map.offsets, range)),
          values: map.values.sliced(span(map.offsets, range))))
    case .row(let fields, _): .row(fields.map { $0.sliced(range) }, count: range.count)
    }
  }

  func gathered(_ rows: [UInt32]) -> Values {
    switch self {
    case .boolean(let values): return .boolean(gather(values.span, rows.span))
    case .int64(let values): return .int64(gather(values.span, rows.span))
    case .double(let values): return .double(gather(values.span, rows.span))
    case .decimal(let values): return .decimal(gather(values.span, rows.span))
    case .text(let values): return .text(values.gathered(rows))
    case .array(let list):
      let (offsets, inner) = gatheredEntries(list.offsets, rows)
      return .array(
        ListVector(offsets: offsets, elements: list.elements.selected(Selection(inner))))
    case .map(let map):
      let (offsets, inner) = gatheredEntries(map.offsets, rows)
      let selection = Selection(inner)
      return .map(
        MapVector(
          offsets: offsets,
          keys: map.keys.selected(selection),
          values: map.values.selected(selection)))
    case .row(let fields, _):
      let selection = Selection(rows)
      return .row(fields.map { $0.selected(selection) }, count: rows.count)
    }
  }
}

extension TextVector {
  /// A run of rows, its bytes copied.
  package func sliced(_ rows: Range<Int>) -> TextVector {
    TextVector(bytes: Array(bytes[span(offsets, rows)]), offsets: rebased(offsets, rows))
  }
}

private func gather<Element: BitwiseCopyable>(
  _ values: Span<Element>, _ rows: Span<UInt32>
) -> [Element] {
  [Element](capacity: rows.count) { target in
    for position in rows.indices { target.append(values[Int(rows[position])]) }
  }
}

/// The entries that the rows `range` of an offset list cover.
private func span(_ offsets: [Int32], _ range: Range<Int>) -> Range<Int> {
  Int(offsets[range.lowerBound])..<Int(offsets[range.upperBound])
}

private func rebased(_ offsets: [Int32], _ range: Range<Int>) -> [Int32] {
  let start = offsets[range.lowerBound]
  return offsets[range.lowerBound...range.upperBound].map { $0 - start }
}

/// New offsets and the positions of the inner entries when rows of a nested column are gathered.
private func gatheredEntries(_ offsets: [Int32], _ rows: [UInt32]) -> ([Int32], [UInt32]) {
  var newOffsets: [Int32] = [0]
  newOffsets.reserveCapacity(rows.count + 1)
  var inner: [UInt32] = []
  for row in rows {
    for entry in offsets[Int(row)]..<offsets[Int(row) + 1] { inner.append(UInt32(entry)) }
    newOffsets.append(Int32(inner.count))
  }
  return (newOffsets, inner)
}
