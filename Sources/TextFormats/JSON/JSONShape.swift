import Columns

/// What is known of the values at one place of many documents; grows with each of them.
indirect enum JSONShape {
  /// Only null so far.
  case unknown
  case boolean
  case bigint
  /// Whole numbers, some beyond BIGINT.
  case decimal
  /// Whole numbers, some beyond any DECIMAL; kept as text.
  case digits
  case double
  case date
  case timestamp
  case varchar
  case array(JSONShape)
  case row([(name: String, shape: JSONShape)])
  /// Things of different shape, or an object with names that differ only by case.
  case json

  init(_ value: JSONValue) {
    switch value {
    case .null: self = .unknown
    case .boolean: self = .boolean
    case .number(let text): self = JSONShape.shape(ofNumber: text)
    case .string(let text): self = JSONShape.shape(ofText: Array(text.utf8))
    case .array(let elements):
      self = .array(elements.reduce(.unknown) { $0.widened(by: JSONShape($1)) })
    case .object(let object):
      // Fields of a ROW are told apart whatever their case; JSON keeps both members.
      self =
        object.namesAreDistinct
        ? .row(object.members.map { ($0.key, JSONShape($0.value)) }) : .json
    }
  }

  private static func shape(ofNumber text: String) -> JSONShape {
    if Int64(text) != nil { return .bigint }
    guard let digits = WholeNumber.digitCount(text.utf8) else { return .double }
    return digits <= WholeNumber.decimalDigits ? .decimal : .digits
  }

  private static func shape(ofText text: [UInt8]) -> JSONShape {
    guard text.count >= 10, text[4] == UInt8(ascii: "-") else { return .varchar }
    if text.count == 10 { return CivilTimeText.date(text) != nil ? .date : .varchar }
    return CivilTimeText.timestamp(text) != nil ? .timestamp : .varchar
  }

  /// The narrowest shape that holds both.
  func widened(by other: JSONShape) -> JSONShape {
    switch (self, other) {
    case (.unknown, _): other
    case (_, .unknown): self
    case (.boolean, .boolean), (.bigint, .bigint), (.decimal, .decimal), (.digits, .digits),
      (.double, .double), (.date, .date), (.timestamp, .timestamp), (.varchar, .varchar):
      self
    case (.bigint, .decimal), (.decimal, .bigint): .decimal
    case (.digits, .bigint), (.digits, .decimal), (.bigint, .digits), (.decimal, .digits): .digits
    case (.double, .bigint), (.double, .decimal), (.double, .digits), (.bigint, .double),
      (.decimal, .double), (.digits, .double):
      .double
    case (.date, .timestamp), (.timestamp, .date): .timestamp
    case (.date, .varchar), (.timestamp, .varchar), (.varchar, .date), (.varchar, .timestamp):
      .varchar
    case (.array(let a), .array(let b)): .array(a.widened(by: b))
    case (.row(let a), .row(let b)): .row(JSONShape.union(a, b))
    default: .json
    }
  }

  private static func union(
    _ a: [(name: String, shape: JSONShape)], _ b: [(name: String, shape: JSONShape)]
  ) -> [(name: String, shape: JSONShape)] {
    // Documents of one kind have the same members in the same order nearly always.
    var all = a
    var positions: [String: Int]?
    for (index, member) in b.enumerated() {
      if index < all.count && all[index].name == member.name {
        all[index].shape = all[index].shape.widened(by: member.shape)
        continue
      }
      let known =
        positions
        ?? Dictionary(
          all.enumerated().map { ($0.element.name.lowercased(), $0.offset) },
          uniquingKeysWith: { first, _ in first })
      positions = known
      if let position = known[member.name.lowercased()] {
        all[position].shape = all[position].shape.widened(by: member.shape)
      } else {
        positions?[member.name.lowercased()] = all.count
        all.append(member)
      }
    }
    return all
  }

  /// What is known of each of several files that are one table: the same members, each of the shape that
  /// it has over all files. Files of anything but objects stay as they are.
  static func agreeing(_ files: [JSONShape]) -> [JSONShape] {
    var all = JSONShape.unknown
    for case .row(let members) in files { all = all.widened(by: .row(members)) }
    guard files.count > 1, case .row(let members) = all else { return files }
    let shapes = Dictionary(
      members.map { ($0.name.lowercased(), $0.shape) }, uniquingKeysWith: { first, _ in first })
    return files.map { file in
      guard case .row(let members) = file else { return file }
      return .row(members.map { ($0.name, shapes[$0.name.lowercased()] ?? $0.shape) })
    }
  }

  /// The type that holds the values; what was never seen is text.
  var type: DataType {
    switch self {
    case .unknown, .varchar, .digits: .varchar
    case .boolean: .boolean
    case .bigint: .bigint
    case .decimal: WholeNumber.decimal
    case .double: .double
    case .date: .date
    case .timestamp: .timestamp
    case .array(let element): .array(element.type)
    case .row(let members):
      members.isEmpty
        ? .json : .row(members.map { RowField(name: $0.name, type: $0.shape.type) })
    case .json: .json
    }
  }
}
