import Columns
import Kernels

/// The numbers of a batch's key values.
enum KeyIds {
  /// All rows have the same.
  case constant(UInt32)
  case rows([UInt32])

  @inline(__always)
  func id(_ row: Int) -> UInt32 {
    switch self {
    case .constant(let id): id
    case .rows(let ids): ids[row]
    }
  }
}

/// What a stream remembers of the last dictionary it has seen at one key: the number of each entry.
struct DictionaryMemo {
  /// An entry that no row has asked for yet.
  static let unknown = UInt32.max - 1

  fileprivate var dictionary: ColumnDictionary?
  fileprivate var ids: [UInt32] = []
}

/// The distinct values of one key, numbered 0, 1, 2, … in order of first appearance.
///
/// Each entry of a dictionary is looked up once, when the first row has it. Once built, a table may be
/// asked with ``find(_:memo:)`` from several threads.
final class KeyTable: @unchecked Sendable {
  let type: DataType
  private var integers = IntegerTable()
  private var texts = TextTable()
  /// Values of types that are neither numbers nor text, and of times with zones, of which the first of
  /// several equal instants is kept; `texts` has their encodings.
  private var others: ColumnBuilder?
  /// Whether NULL and NaN are keys like others (GROUP BY), or equal nothing (joins).
  private let keepsAll: Bool
  /// The number of NULL where it is a key, which the inner tables skip.
  private var nullId: UInt32?

  /// - Parameter keepsAll: Whether NULL and NaN are keys, as in GROUP BY, or left out, as `=` finds them
  ///   equal to nothing.
  init(_ type: DataType, keepsAll: Bool) {
    self.type = type
    self.keepsAll = keepsAll
    switch type.physical {
    case .decimal, .array, .map, .row: others = ColumnBuilder(type)
    case .boolean, .int64, .double, .text:
      if type == .timestampWithZone { others = ColumnBuilder(type) }
    }
  }

  var count: Int { integers.count + texts.count + (nullId == nil ? 0 : 1) }
  var byteCount: Int { integers.byteCount + texts.byteCount }

  /// The number of each row's value, new values getting the next; `IntegerTable.absent` for what is no key.
  func insert(_ column: Column, memo: inout DictionaryMemo) throws -> KeyIds {
    switch column.form {
    case .constant(let value):
      return .constant(try insertFlat(Column(type, values: [value]))[0])
    case .flat: return .rows(try insertFlat(column))
    case .dictionary(let codes, let dictionary):
      if memo.dictionary !== dictionary {
        memo.dictionary = dictionary
        memo.ids = [UInt32](repeating: DictionaryMemo.unknown, count: dictionary.count)
      }
      var table = memo.ids
      memo.ids = []
      defer { memo.ids = table }
      // Taken out of the column once: for each new entry it would cost more than its look-up.
      guard case .flat(let entries, let validity) = dictionary.values.form else { return .rows([]) }
      let isPresent =
        dictionary.values.type == .null
        ? [Bool](repeating: false, count: dictionary.count) : validity.mask
      switch entries {
      case .text(let texts):
        return .rows(
          try translate(codes, &table, isPresent) { try skippingNull(self.texts.insert(texts, $0)) }
        )
      case .boolean, .int64, .double, .decimal, .array, .map, .row:
        return .rows(try translate(codes, &table, isPresent) { try insertValue(entries, $0) })
      }
    }
  }

  /// The numbers of codes by those of the entries, which `number` gives to the new ones.
  @inline(__always)
  private func translate(
    _ codes: [UInt32], _ table: inout [UInt32], _ isPresent: [Bool]?,
    number: (Int) throws -> UInt32
  ) rethrows -> [UInt32] {
    var ids = [UInt32](repeating: 0, count: codes.count)
    var row = 0
    while true {
      row = Self.translateKnown(codes, table, into: &ids, from: row)
      guard row < codes.count else { return ids }
      let code = Int(codes[row])
      table[code] = isPresent?[code] == false ? numberOfNull() : try number(code)
    }
  }

  /// Translates codes until an entry is new; gives its row.
  private static func translateKnown(
    _ codes: [UInt32], _ table: [UInt32], into ids: inout [UInt32], from start: Int
  ) -> Int {
    let known = table.span
    let source = codes.span
    var out = ids.mutableSpan
    for row in start..<source.count {
      let id = known[Int(source[row])]
      if id == DictionaryMemo.unknown { return row }
      out[row] = id
    }
    return source.count
  }

  /// The number of each row's value, `IntegerTable.absent` where there is none.
  func find(_ column: Column, memo: inout DictionaryMemo) -> KeyIds {
    switch column.form {
    case .constant(let value): return .constant(findFlat(Column(type, values: [value]))[0])
    case .flat: return .rows(findFlat(column))
    case .dictionary(let codes, let dictionary):
      if memo.dictionary !== dictionary {
        memo.dictionary = dictionary
        memo.ids = findFlat(dictionary.values)
      }
      let ids = memo.ids
      return .rows(
        [UInt32](capacity: codes.count) { out in
          let table = ids.span
          let source = codes.span
          for row in source.indices { out.append(table[Int(source[row])]) }
        })
    }
  }

  /// The values by number, flat.
  func values() -> Column {
    let inner: Column
    if let others {
      inner = others.finish()
    } else {
      switch type.physical {
      case .boolean: inner = Column(type, .boolean(integers.keys.map { $0 != 0 }))
      case .int64: inner = Column(type, .int64(integers.keys.map { Int64(bitPattern: $0) }))
      case .double: inner = Column(type, .double(integers.keys.map { Double(bitPattern: $0) }))
      case .text, .decimal, .array, .map, .row: inner = Column(type, .text(texts.texts))
      }
    }
    guard let nullId else { return inner }
    var order = [UInt32](0..<UInt32(inner.count))
    order.insert(UInt32(inner.count), at: Int(nullId))
    return Column.concatenated([inner, Column(type, values: [.null])], type: type)
      .selected(Selection(order)).flattened()
  }

  /// The number of every value of another table of the type, new values getting the next.
  func insert(allOf other: KeyTable) throws -> [UInt32] {
    if type.physical == .text, nullId == nil, other.nullId == nil {
      return try texts.insert(allOf: other.texts)
    }
    return try insertFlat(other.values())
  }

  private func insertFlat(_ column: Column) throws -> [UInt32] {
    guard case .flat(let values, let validity) = column.form else { return [] }
    if type == .null { return [UInt32](repeating: numberOfNull(), count: column.count) }
    var ids: [UInt32] = []
    ids.reserveCapacity(column.count)
    if let mask = validity.mask {
      for row in 0..<column.count {
        ids.append(mask[row] ? try insertValue(values, row) : numberOfNull())
      }
      return ids
    }
    // `after` is the number from which values stand one behind their place, because of NULL.
    let after = nullId ?? IntegerTable.absent
    switch values {
    case .int64(let values) where others == nil:
      for value in values {
        let id = integers.insert(UInt64(bitPattern: value))
        ids.append(id >= after ? id &+ 1 : id)
      }
    case .double(let values):
      let leavesNaN = !keepsAll
      for value in values {
        if leavesNaN, value.isNaN {
          ids.append(IntegerTable.absent)
          continue
        }
        let id = integers.insert(KeyEncoding.bits(value))
        ids.append(id >= after ? id &+ 1 : id)
      }
    case .text(let values):
      for row in 0..<values.count {
        let id = try texts.insert(values, row)
        ids.append(id >= after ? id &+ 1 : id)
      }
    case .boolean, .int64, .decimal, .array, .map, .row:
      for row in 0..<column.count { ids.append(try insertValue(values, row)) }
    }
    return ids
  }

  @inline(__always)
  private func insertValue(_ values: Values, _ row: Int) throws -> UInt32 {
    let id: UInt32
    switch values {
    case .boolean(let values): id = integers.insert(values[row] ? 1 : 0)
    case .int64(let values) where others == nil:
      id = integers.insert(UInt64(bitPattern: values[row]))
    case .double(let values):
      guard keepsAll || !values[row].isNaN else { return IntegerTable.absent }
      id = integers.insert(KeyEncoding.bits(values[row]))
    case .text(let values): id = try texts.insert(values, row)
    case .int64, .decimal, .array, .map, .row:
      let value = values.value(row)
      guard keepsAll || SQLEquality.equal(value, value) == true else {
        return IntegerTable.absent
      }
      var encoded = TextVector()
      encoded.append(encoding(value))
      let known = texts.count
      id = try texts.insert(encoded, 0)
      if texts.count > known { others?.append(value) }
    }
    return skippingNull(id)
  }

  /// The number here of what an inner table has numbered.
  @inline(__always)
  private func skippingNull(_ id: UInt32) -> UInt32 {
    if let nullId, id >= nullId { id + 1 } else { id }
  }

  private func findFlat(_ column: Column) -> [UInt32] {
    guard case .flat(let values, let validity) = column.form, type != .null else {
      return [UInt32](repeating: nullId ?? IntegerTable.absent, count: column.count)
    }
    let count = column.count
    // Taken out of this object once: its properties would be accessed anew for each row.
    let (integers, texts) = (integers, texts)
    switch values {
    case .boolean(let values):
      return numbers(count, validity.mask) { integers.find(values[$0] ? 1 : 0) }
    case .int64(let values) where others == nil:
      return numbers(count, validity.mask) { integers.find(UInt64(bitPattern: values[$0])) }
    case .double(let values):
      return numbers(count, validity.mask) { integers.find(KeyEncoding.bits(values[$0])) }
    case .text(let values): return numbers(count, validity.mask) { texts.find(values, $0) }
    case .int64, .decimal, .array, .map, .row:
      return numbers(count, validity.mask) {
        var encoded = TextVector()
        encoded.append(encoding(values.value($0)))
        return texts.find(encoded, 0)
      }
    }
  }

  /// The number of each row's value by what `find` says of the inner tables.
  @inline(__always)
  private func numbers(
    _ count: Int, _ isPresent: [Bool]?, find: (Int) -> UInt32
  ) -> [UInt32] {
    let null = nullId ?? IntegerTable.absent
    return [UInt32](capacity: count) { ids in
      for row in 0..<count {
        guard isPresent?[row] ?? true else {
          ids.append(null)
          continue
        }
        let id = find(row)
        ids.append(id == IntegerTable.absent ? id : skippingNull(id))
      }
    }
  }

  private func encoding(_ value: Value) -> [UInt8] {
    var bytes: [UInt8] = []
    if type == .timestampWithZone, let packed = value.int64 {
      KeyEncoding.append(.int64(ZonedTime.microseconds(packed)), to: &bytes)
    } else {
      KeyEncoding.append(value, to: &bytes)
    }
    return bytes
  }

  private func numberOfNull() -> UInt32 {
    guard keepsAll else { return IntegerTable.absent }
    if let nullId { return nullId }
    let id = UInt32(count)
    nullId = id
    return id
  }
}

/// What ``DistinctUnion`` needs to compare the values of several tables of one type.
extension KeyTable {
  /// Whether equal values are known by their hashes; not those of types that go by their encodings.
  var isHashed: Bool { others == nil }
  /// Values other than NULL.
  var hashedCount: Int { integers.count + texts.count }
  var hasNull: Bool { nullId != nil }

  /// Of the values other than NULL, by number. Of numbers none but equal ones have the same.
  var hashes: [UInt64] {
    type.physical == .text ? texts.hashes : integers.keys.map(KeyHash.mix)
  }

  /// Whether two values with the same hash are equal; counted without NULL.
  static func areEqual(_ a: KeyTable, _ i: Int, _ b: KeyTable, _ j: Int) -> Bool {
    a.type.physical != .text || TextTable.areEqual(a.texts, i, b.texts, j)
  }

  /// All texts of a vector.
  func insert(allOf vector: TextVector) throws { try texts.insert(allOf: vector) }

  /// Gives up what only inserting needs.
  func dropSlots() {
    integers.dropSlots()
    texts.dropSlots()
  }

  /// The numbers of values that are counted without NULL, and where wanted that of NULL, ascending.
  func rows(ofHashed rows: [UInt32], withNull: Bool) -> [UInt32] {
    guard let nullId else { return rows }
    var all: [UInt32] = []
    all.reserveCapacity(rows.count + 1)
    var isDue = withNull
    for row in rows {
      if isDue, row >= nullId {
        all.append(nullId)
        isDue = false
      }
      all.append(row >= nullId ? row + 1 : row)
    }
    if isDue { all.append(nullId) }
    return all
  }

  /// A table with some of the values, ascending, into which nothing can be inserted.
  func keeping(_ rows: [UInt32]) -> KeyTable {
    let kept = KeyTable(type, keepsAll: keepsAll)
    let hashed = rows.compactMap { row -> UInt32? in
      guard let nullId else { return row }
      return row == nullId ? nil : row > nullId ? row - 1 : row
    }
    kept.nullId = nullId.flatMap { nullId in
      rows.firstIndex(of: nullId).map { UInt32($0) }
    }
    if type.physical == .text {
      kept.texts = texts.keeping(hashed)
    } else {
      kept.integers = integers.keeping(hashed)
    }
    return kept
  }
}
