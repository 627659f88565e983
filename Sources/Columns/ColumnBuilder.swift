/// Grows a flat column value by value, or column by column.
///
/// For results, literals and nested values; readers of files fill arrays directly.
package struct ColumnBuilder {
  package let type: DataType
  private let layout: Layout
  private var mask: [Bool] = []
  private var hasNull = false
  // One of these grows, by the layout. Not payloads of an enum: what is taken out of one is shared with it
  // for a moment, and within an array of builders each append would copy all that is there.
  private var booleans: [Bool] = []
  private var integers: [Int64] = []
  private var doubles: [Double] = []
  private var decimals: [Int128] = []
  private var texts = TextVector()
  /// Of lists and maps, where each begins and ends in what is inside.
  private var offsets: [Int32] = [0]
  /// The elements of a list, keys and values of a map, fields of a row.
  private var inner: [ColumnBuilder] = []

  private enum Layout { case boolean, int64, double, decimal, text, array, map, row }

  package init(_ type: DataType) {
    self.type = type
    switch type {
    case .array(let element):
      layout = .array
      inner = [ColumnBuilder(element)]
    case .map(let key, let value):
      layout = .map
      inner = [ColumnBuilder(key), ColumnBuilder(value)]
    case .row(let fields):
      layout = .row
      inner = fields.map { ColumnBuilder($0.type) }
    default:
      switch type.physical {
      case .boolean: layout = .boolean
      case .int64: layout = .int64
      case .double: layout = .double
      case .decimal: layout = .decimal
      case .text, .array, .map, .row: layout = .text
      }
    }
  }

  package var count: Int { mask.count }

  package mutating func appendNull() { append(.null) }

  /// Appends one value.
  ///
  /// - Precondition: `value` is NULL or has the layout of the builder's type.
  package mutating func append(_ value: Value) {
    let isNull = value.isNull
    mask.append(!isNull)
    hasNull = hasNull || isNull
    switch layout {
    case .boolean:
      if case .boolean(let new) = value { booleans.append(new) } else { booleans.append(false) }
    case .int64:
      if case .int64(let new) = value { integers.append(new) } else { integers.append(0) }
    case .double:
      if case .double(let new) = value { doubles.append(new) } else { doubles.append(0) }
    case .decimal:
      if case .decimal(let new) = value { decimals.append(new) } else { decimals.append(0) }
    case .text: if case .bytes(let new) = value { texts.append(new) } else { texts.append([]) }
    case .array:
      if case .array(let new) = value { for element in new { inner[0].append(element) } }
      offsets.append(Int32(inner[0].count))
    case .map:
      if case .map(let entries) = value {
        for entry in entries {
          inner[0].append(entry.key)
          inner[1].append(entry.value)
        }
      }
      offsets.append(Int32(inner[0].count))
    case .row:
      if case .row(let new) = value {
        for position in inner.indices { inner[position].append(new[position]) }
      } else {
        for position in inner.indices { inner[position].append(.null) }
      }
    }
  }

  /// Appends all rows of a column of the builder's type.
  package mutating func append(contentsOf column: Column) {
    let column = column.flattened()
    guard case .flat(let values, let validity) = column.form else { return }
    switch (layout, values) {
    case (.boolean, .boolean(let theirs)): booleans += theirs
    case (.int64, .int64(let theirs)): integers += theirs
    case (.double, .double(let theirs)): doubles += theirs
    case (.decimal, .decimal(let theirs)): decimals += theirs
    case (.text, .text(let theirs)):
      texts.bytes += theirs.bytes
      Self.append(theirs.offsets, to: &texts.offsets)
    case (.array, .array(let theirs)):
      Self.append(theirs.offsets, to: &offsets)
      inner[0].append(contentsOf: theirs.elements)
    case (.map, .map(let theirs)):
      Self.append(theirs.offsets, to: &offsets)
      inner[0].append(contentsOf: theirs.keys)
      inner[1].append(contentsOf: theirs.values)
    case (.row, .row(let theirs, _)):
      for position in inner.indices { inner[position].append(contentsOf: theirs[position]) }
    case (.boolean, _), (.int64, _), (.double, _), (.decimal, _), (.text, _), (.array, _),
      (.map, _),
      (.row, _):
      return
    }
    if let added = validity.mask {
      mask += added
      hasNull = true
    } else {
      mask += [Bool](repeating: true, count: column.count)
    }
  }

  /// Appends a list of offsets behind another, moved to begin where that ends.
  private static func append(_ more: [Int32], to offsets: inout [Int32]) {
    let base = (offsets.last ?? 0) - (more.first ?? 0)
    offsets += more.dropFirst().map { $0 + base }
  }

  /// The column built so far.
  package func finish() -> Column {
    Column(type, values, hasNull ? Validity(mask: mask) : .allPresent)
  }

  private var values: Values {
    switch layout {
    case .boolean: .boolean(booleans)
    case .int64: .int64(integers)
    case .double: .double(doubles)
    case .decimal: .decimal(decimals)
    case .text: .text(texts)
    case .array: .array(ListVector(offsets: offsets, elements: inner[0].finish()))
    case .map:
      .map(MapVector(offsets: offsets, keys: inner[0].finish(), values: inner[1].finish()))
    case .row: .row(inner.map { $0.finish() }, count: mask.count)
    }
  }
}

extension Column {
  /// A flat column of these values.
  package init(_ type: DataType, values: some Sequence<Value>) {
    var builder = ColumnBuilder(type)
    for value in values { builder.append(value) }
    self = builder.finish()
  }
}
