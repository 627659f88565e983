/// Grows a flat column value by value, or column by column.
///
/// For results, literals and nested values; readers of files fill arrays directly.
package struct ColumnBuilder {
  package let type: DataType
  private var store: Store
  private var mask: [Bool] = []
  private var hasNull = false

  private enum Store {
    case boolean([Bool])
    case int64([Int64])
    case double([Double])
    case decimal([Int128])
    case text(TextVector)
    indirect case array([Int32], ColumnBuilder)
    indirect case map([Int32], ColumnBuilder, ColumnBuilder)
    case row([ColumnBuilder])
  }

  package init(_ type: DataType) {
    self.type = type
    store =
      switch type {
      case .array(let element): .array([0], ColumnBuilder(element))
      case .map(let key, let value): .map([0], ColumnBuilder(key), ColumnBuilder(value))
      case .row(let fields): .row(fields.map { ColumnBuilder($0.type) })
      default:
        switch type.physical {
        case .boolean: .boolean([])
        case .int64: .int64([])
        case .double: .double([])
        case .decimal: .decimal([])
        case .text, .array, .map, .row: .text(TextVector())
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
    // The store is emptied before its array grows, so that the array is not shared and not copied.
    switch store {
    case .boolean(var values):
      store = .boolean([])
      if case .boolean(let new) = value { values.append(new) } else { values.append(false) }
      store = .boolean(values)
    case .int64(var values):
      store = .boolean([])
      if case .int64(let new) = value { values.append(new) } else { values.append(0) }
      store = .int64(values)
    case .double(var values):
      store = .boolean([])
      if case .double(let new) = value { values.append(new) } else { values.append(0) }
      store = .double(values)
    case .decimal(var values):
      store = .boolean([])
      if case .decimal(let new) = value { values.append(new) } else { values.append(0) }
      store = .decimal(values)
    case .text(var values):
      store = .boolean([])
      if case .bytes(let new) = value { values.append(new) } else { values.append([]) }
      store = .text(values)
    case .array(var offsets, var elements):
      store = .boolean([])
      if case .array(let new) = value { for element in new { elements.append(element) } }
      offsets.append(Int32(elements.count))
      store = .array(offsets, elements)
    case .map(var offsets, var keys, var values):
      store = .boolean([])
      if case .map(let entries) = value {
        for entry in entries {
          keys.append(entry.key)
          values.append(entry.value)
        }
      }
      offsets.append(Int32(keys.count))
      store = .map(offsets, keys, values)
    case .row(var fields):
      store = .boolean([])
      if case .row(let new) = value {
        for position in fields.indices { fields[position].append(new[position]) }
      } else {
        for position in fields.indices { fields[position].append(.null) }
      }
      store = .row(fields)
    }
  }

  /// Appends all rows of a column of the builder's type.
  package mutating func append(contentsOf column: Column) {
    let column = column.flattened()
    guard case .flat(let values, let validity) = column.form else { return }
    switch values {
    case .boolean(let theirs):
      guard case .boolean(var mine) = store else { return }
      store = .boolean([])
      mine += theirs
      store = .boolean(mine)
    case .int64(let theirs):
      guard case .int64(var mine) = store else { return }
      store = .boolean([])
      mine += theirs
      store = .int64(mine)
    case .double(let theirs):
      guard case .double(var mine) = store else { return }
      store = .boolean([])
      mine += theirs
      store = .double(mine)
    case .decimal(let theirs):
      guard case .decimal(var mine) = store else { return }
      store = .boolean([])
      mine += theirs
      store = .decimal(mine)
    case .text(let theirs):
      guard case .text(var mine) = store else { return }
      store = .boolean([])
      mine.bytes += theirs.bytes
      Self.append(theirs.offsets, to: &mine.offsets)
      store = .text(mine)
    case .array(let theirs):
      guard case .array(var offsets, var elements) = store else { return }
      store = .boolean([])
      Self.append(theirs.offsets, to: &offsets)
      elements.append(contentsOf: theirs.elements)
      store = .array(offsets, elements)
    case .map(let theirs):
      guard case .map(var offsets, var keys, var values) = store else { return }
      store = .boolean([])
      Self.append(theirs.offsets, to: &offsets)
      keys.append(contentsOf: theirs.keys)
      values.append(contentsOf: theirs.values)
      store = .map(offsets, keys, values)
    case .row(let theirs, _):
      guard case .row(var fields) = store else { return }
      store = .boolean([])
      for position in fields.indices { fields[position].append(contentsOf: theirs[position]) }
      store = .row(fields)
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
    switch store {
    case .boolean(let values): .boolean(values)
    case .int64(let values): .int64(values)
    case .double(let values): .double(values)
    case .decimal(let values): .decimal(values)
    case .text(let values): .text(values)
    case .array(let offsets, let elements):
      .array(ListVector(offsets: offsets, elements: elements.finish()))
    case .map(let offsets, let keys, let values):
      .map(MapVector(offsets: offsets, keys: keys.finish(), values: values.finish()))
    case .row(let fields): .row(fields.map { $0.finish() }, count: mask.count)
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
