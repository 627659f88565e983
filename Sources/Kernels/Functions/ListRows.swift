import Columns

/// Arrays or maps taken apart for a loop over all their entries: those of NULL rows are left out, so
/// that nothing is computed for them.
struct ListRows {
  /// Row `i` has the entries `offsets[i]..<offsets[i + 1]`.
  let offsets: [Int32]
  /// The row of each entry.
  let outerRows: [UInt32]
  let validity: Validity
  /// Positions in the original entries; nil when all of them are kept as they lie.
  private let kept: Selection?

  init(offsets original: [Int32], entryCount: Int, validity: Validity) {
    self.validity = validity
    let count = original.count - 1
    var offsets: [Int32] = [0]
    offsets.reserveCapacity(count + 1)
    var outerRows: [UInt32] = []
    var entries: [UInt32] = []
    for row in 0..<count {
      if validity.isPresent(row) {
        for entry in original[row]..<original[row + 1] {
          outerRows.append(UInt32(row))
          entries.append(UInt32(entry))
        }
      }
      offsets.append(Int32(outerRows.count))
    }
    self.offsets = offsets
    self.outerRows = outerRows
    kept = entries.count == entryCount && original.first == 0 ? nil : Selection(entries)
  }

  var count: Int { offsets.count - 1 }

  func range(_ row: Int) -> Range<Int> { Int(offsets[row])..<Int(offsets[row + 1]) }

  /// The entries of these rows of a column that has one value per original entry.
  func entries(_ column: Column) -> Column { kept.map(column.selected) ?? column }

  /// New offsets and the entries kept when a predicate over all entries is applied.
  func filtered(_ keep: Column) -> (offsets: [Int32], entries: Selection) {
    let flags = Selecting.trueRows(keep)
    var newOffsets: [Int32] = [0]
    var next = 0
    for row in 0..<count {
      while next < flags.count && flags.rows[next] < UInt32(offsets[row + 1]) { next += 1 }
      newOffsets.append(Int32(next))
    }
    return (newOffsets, flags)
  }
}

/// An ARRAY column as ``ListRows`` and its elements.
struct ArrayRows {
  let rows: ListRows
  let elements: Column

  init(_ argument: Argument) {
    let column = argument.columnOrEmpty.flattened()
    guard case .flat(.array(let list), let validity) = column.form else {
      rows = ListRows(
        offsets: [Int32](repeating: 0, count: column.count + 1), entryCount: 0,
        validity: Validity(checking: [Bool](repeating: false, count: column.count)))
      elements = Column(.null, constant: .null, count: 0)
      return
    }
    rows = ListRows(
      offsets: list.offsets, entryCount: list.elements.count, validity: validity)
    elements = rows.entries(list.elements)
  }
}

/// A MAP column as ``ListRows``, its keys and its values.
struct MapRows {
  let rows: ListRows
  let keys: Column
  let values: Column

  init(_ argument: Argument) {
    let column = argument.columnOrEmpty.flattened()
    guard case .flat(.map(let map), let validity) = column.form else {
      rows = ListRows(
        offsets: [Int32](repeating: 0, count: column.count + 1), entryCount: 0,
        validity: Validity(checking: [Bool](repeating: false, count: column.count)))
      keys = Column(.null, constant: .null, count: 0)
      values = keys
      return
    }
    rows = ListRows(offsets: map.offsets, entryCount: map.keys.count, validity: validity)
    keys = rows.entries(map.keys)
    values = rows.entries(map.values)
  }
}

extension Column {
  /// The rows at these positions, NULL where a position is negative.
  ///
  /// Dictionary codes stay codes where NULL has one or the dictionary is small enough to extend.
  func selected(orNull positions: [Int32]) -> Column {
    guard positions.contains(where: { $0 < 0 }) else {
      return selected(Selection(positions.map(UInt32.init)))
    }
    guard count > 0, positions.contains(where: { $0 >= 0 }) else {
      return Column(type, constant: .null, count: positions.count)
    }
    if case .dictionary(let codes, let dictionary) = form,
      let (extended, null) = dictionary.withNull(limit: positions.count)
    {
      return Column(codes: positions.map { $0 < 0 ? null : codes[Int($0)] }, extended)
    }
    let gathered = selected(Selection(positions.map { UInt32(max($0, 0)) })).flattened()
    guard case .flat(let values, let validity) = gathered.form else { return gathered }
    return Column(type, values, validity.intersection(Validity(mask: positions.map { $0 >= 0 })))
  }
}

extension ColumnDictionary {
  /// This dictionary, or a copy with one entry more, and the code of NULL.
  fileprivate func withNull(limit: Int) -> (ColumnDictionary, UInt32)? {
    if let entry = (0..<count).first(where: values.isNull) { return (self, UInt32(entry)) }
    guard count <= limit else { return nil }
    let null = Column(values.type, values: [.null])
    let extended = Column.concatenated([values, null], type: values.type)
    return (ColumnDictionary(extended), UInt32(count))
  }
}
