import Columns

/// A column to be written, and the leaves it is stored as.
struct WriteNode: Sendable {
  let type: DataType
  /// Definition level of a slot that is not NULL.
  let presentDefinition: Int
  /// Repetition level of the elements of a list or map.
  let elementRepetition: Int
  let isOptional: Bool
  let content: Content

  indirect enum Content: Sendable {
    case leaf(WriteLeaf)
    case array(WriteNode)
    case map(key: WriteNode, value: WriteNode)
    case row([WriteNode])
  }

  var leaves: [WriteLeaf] {
    switch content {
    case .leaf(let leaf): [leaf]
    case .array(let element): element.leaves
    case .map(let key, let value): key.leaves + value.leaves
    case .row(let fields): fields.flatMap(\.leaves)
    }
  }
}

/// A leaf to be written.
struct WriteLeaf: Sendable {
  let path: [String]
  let type: DataType
  let storage: StorageType
  let typeLength: Int
  let maxDefinition: Int
  let maxRepetition: Int
  var stored: StoredType?

  /// Whether the leaf's type has room for a number.
  func takes(_ number: Int32) -> Bool {
    switch stored {
    case .tinyint: Int8(exactly: number) != nil
    case .smallint: Int16(exactly: number) != nil
    case .real, .localTimestamp, nil: true
    }
  }
}

/// What a file keeps a column as where its table tells more than SQL's type here: other readers go by
/// it.
package enum StoredType: String, Sendable {
  /// INTEGER in 8 bits, in 16.
  case tinyint, smallint
  /// DOUBLE in 32 bits, to which values are rounded.
  case real
  /// TIMESTAMP of a local clock, whatever the file's other timestamps are.
  case localTimestamp
}

/// The schema of a file to be written.
///
/// Everything is optional, map keys apart; nested types take the three-level shapes of
/// LogicalTypes.md, which all readers know.
struct WriteSchema: Sendable {
  private(set) var elements: [SchemaElement] = []
  private(set) var nodes: [WriteNode] = []
  private let timestampsAreUTC: Bool
  private let storedTypes: [[String]: StoredType]

  init(_ schema: Schema, timestampsAreUTC: Bool, storedTypes: [[String]: StoredType] = [:]) {
    self.timestampsAreUTC = timestampsAreUTC
    self.storedTypes = storedTypes
    var root = SchemaElement()
    root.name = SchemaElement.rootName
    root.childCount = schema.count
    elements = [root]
    nodes = schema.fields.map {
      add($0.name, $0.type, isOptional: true, path: [], definition: 0, repetition: 0)
    }
  }

  private mutating func add(
    _ name: String, _ type: DataType, isOptional: Bool, path: [String], definition: Int,
    repetition: Int
  ) -> WriteNode {
    var element = SchemaElement()
    element.name = name
    element.repetition = isOptional ? .optional : .required
    let path = path + [name]
    let present = definition + (isOptional ? 1 : 0)
    let content: WriteNode.Content
    switch type {
    case .array(let inner):
      element.converted = .list
      element.logical = .list
      addGroup(element, childCount: 1)
      addRepeated("list", childCount: 1)
      content = .array(
        add(
          "element", inner, isOptional: true, path: path + ["list"], definition: present + 1,
          repetition: repetition + 1))
    case .map(let key, let value):
      element.converted = .map
      element.logical = .map
      addGroup(element, childCount: 1)
      addRepeated("key_value", childCount: 2)
      let inside = path + ["key_value"]
      let keyNode = add(
        "key", key, isOptional: false, path: inside, definition: present + 1,
        repetition: repetition + 1)
      let valueNode = add(
        "value", value, isOptional: true, path: inside, definition: present + 1,
        repetition: repetition + 1)
      content = .map(key: keyNode, value: valueNode)
    case .row(let fields):
      addGroup(element, childCount: fields.count)
      content = .row(
        fields.enumerated().map { position, field in
          add(
            field.name ?? "field\(position)", field.type, isOptional: true, path: path,
            definition: present, repetition: repetition)
        })
    case .null, .boolean, .integer, .bigint, .double, .decimal, .varchar, .varbinary, .json, .date,
      .timestamp, .intervalYearToMonth, .intervalDayToSecond, .tinyint, .smallint, .real, .time,
      .timestampWithZone, .char, .opaque:
      annotate(&element, type)
      let stored = storedTypes.isEmpty ? nil : storedTypes[path]
      if let stored { annotate(&element, type, stored) }
      elements.append(element)
      content = .leaf(
        WriteLeaf(
          path: path, type: type, storage: element.type ?? .int32, typeLength: element.typeLength,
          maxDefinition: present, maxRepetition: repetition, stored: stored))
    }
    return WriteNode(
      type: type, presentDefinition: present, elementRepetition: repetition + 1,
      isOptional: isOptional, content: content)
  }

  private mutating func addGroup(_ element: SchemaElement, childCount: Int) {
    var element = element
    element.childCount = childCount
    elements.append(element)
  }

  private mutating func addRepeated(_ name: String, childCount: Int) {
    var element = SchemaElement()
    element.name = name
    element.repetition = .repeated
    addGroup(element, childCount: childCount)
  }

  private func annotate(_ element: inout SchemaElement, _ type: DataType) {
    switch type {
    case .null:
      element.type = .int32
      element.logical = .unknown
    case .boolean: element.type = .boolean
    case .integer: element.type = .int32
    case .bigint, .intervalYearToMonth, .intervalDayToSecond, .tinyint, .smallint, .time,
      .timestampWithZone:
      element.type = .int64
    case .double, .real: element.type = .double
    case .decimal(let precision, let scale):
      element.converted = .decimal
      element.logical = .decimal(precision: precision, scale: scale)
      element.precision = precision
      element.scale = scale
      if precision <= 9 {
        element.type = .int32
      } else if precision <= 18 {
        element.type = .int64
      } else {
        element.type = .fixedLengthByteArray
        element.typeLength = WriteSchema.byteCount(precision: precision)
      }
    case .varchar, .char:
      element.type = .byteArray
      element.converted = .utf8
      element.logical = .string
    case .json:
      element.type = .byteArray
      element.converted = .json
      element.logical = .json
    case .varbinary, .opaque: element.type = .byteArray
    case .date:
      element.type = .int32
      element.converted = .date
      element.logical = .date
    case .timestamp:
      element.type = .int64
      // The older annotation means UTC, so it must not stand beside local time.
      element.converted = timestampsAreUTC ? .timestampMicros : nil
      element.logical = .timestamp(isUTC: timestampsAreUTC, .micros)
    case .array, .map, .row: break
    }
  }

  private func annotate(_ element: inout SchemaElement, _ type: DataType, _ stored: StoredType) {
    switch (type, stored) {
    case (.integer, .tinyint):
      element.converted = .int8
      element.logical = .integer(bits: 8, isSigned: true)
    case (.integer, .smallint):
      element.converted = .int16
      element.logical = .integer(bits: 16, isSigned: true)
    case (.double, .real): element.type = .float
    case (.timestamp, .localTimestamp):
      element.converted = nil
      element.logical = .timestamp(isUTC: false, .micros)
    default: break
    }
  }

  /// The fewest bytes that hold all decimals of so many digits.
  static func byteCount(precision: Int) -> Int {
    var largest: Int128 = 1
    for _ in 0..<min(precision, 38) { largest *= 10 }
    var count = 1
    while count < 16 && (Int128(1) << Int128(8 * count - 1)) < largest { count += 1 }
    return count
  }
}
