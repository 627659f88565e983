import Columns

/// Collects what one row group has of a leaf: levels, and values as codes or as they are.
struct LeafGathering {
  let leaf: WriteLeaf
  /// One entry per level entry.
  private(set) var definitions: [UInt8] = []
  /// The same, for leaves within lists; empty for others.
  private(set) var repetitions: [UInt8] = []
  private var dictionary: WriteDictionary?
  private var codes: [UInt32] = []
  private var plain: WriteValues
  private var valueCount = 0

  // The dictionary of the last column that came with one, and the codes its entries have here.
  private var knownDictionary: ColumnDictionary?
  private var translation: [UInt32] = []
  private static let untranslated = UInt32.max

  /// A dictionary larger than this costs readers more than it saves.
  private static let maximumEntries = 1 << 17
  private static let maximumTextBytes = 1 << 22
  /// After so many values a dictionary must have proven useful.
  private static let trial = 16_384

  init(_ leaf: WriteLeaf) {
    self.leaf = leaf
    plain = WriteValues(leaf.type)
    dictionary = leaf.type.physical == .boolean ? nil : WriteDictionary(leaf.type)
  }

  var entryCount: Int { definitions.count }

  /// Appends the rows of a column that is a leaf itself.
  mutating func append(_ column: Column) {
    let present = UInt8(leaf.maxDefinition)
    guard let rows = column.presentRows else {
      definitions.append(contentsOf: repeatElement(present, count: column.count))
      return appendValues(column, rows: nil)
    }
    let start = definitions.count
    definitions.append(contentsOf: repeatElement(present - 1, count: column.count))
    for row in rows { definitions[start + Int(row)] = present }
    appendValues(column, rows: rows)
  }

  /// Appends entries with their levels, and the values of the rows that are present.
  mutating func append(
    _ column: Column, rows: [Int32], definitions newDefinitions: [UInt8],
    repetitions newRepetitions: [UInt8]
  ) {
    definitions += newDefinitions
    if leaf.maxRepetition > 0 { repetitions += newRepetitions }
    appendValues(column, rows: rows)
  }

  /// The values as they are best stored.
  mutating func finish() -> (codes: [UInt32]?, values: WriteValues) {
    guard let dictionary else { return (nil, plain) }
    let entries = dictionary.entries
    let width = RunLengthEncoder.width(ofLargest: max(0, entries.count - 1))
    let encodedSize = entries.plainSize(leaf) + codes.count * width / 8
    var plainSize = 0
    switch entries.layout {
    case .text:
      plainSize = codes.reduce(0) { $0 + entries.text.length(Int($1)) + 4 }
    case .boolean, .int64, .double, .decimal, .array, .map, .row:
      plainSize = entries.count == 0 ? 0 : entries.plainSize(leaf) / entries.count * codes.count
    }
    if encodedSize < plainSize || entries.count <= 1 { return (codes, entries) }
    return (nil, entries.gathered(codes))
  }

  /// Appends the values of some rows, all of them present; nil for all rows.
  private mutating func appendValues(_ column: Column, rows: [Int32]?) {
    let count = rows?.count ?? column.count
    var done = 0
    // The trial ends after the same values however they are cut into batches.
    if dictionary != nil, valueCount < Self.trial, valueCount + count >= Self.trial {
      done = Self.trial - valueCount
      appendValues(column, rows, 0..<done)
      if let dictionary, dictionary.count * 10 > Self.trial * 9 { giveUpDictionary() }
    }
    appendValues(column, rows, done..<count)
    if let dictionary,
      dictionary.count > Self.maximumEntries
        || dictionary.entries.text.bytes.count > Self.maximumTextBytes
    {
      giveUpDictionary()
    }
  }

  private mutating func giveUpDictionary() {
    guard let dictionary else { return }
    plain = dictionary.entries.gathered(codes)
    codes = []
    self.dictionary = nil
    knownDictionary = nil
  }

  private mutating func appendValues(_ column: Column, _ rows: [Int32]?, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    valueCount += range.count
    switch column.form {
    case .constant(let value):
      let one = Column(column.type, values: [value])
      guard dictionary != nil else {
        return appendPlain(
          Column.repeating(value, of: column.type, count: range.count), nil, 0..<range.count)
      }
      encode(one, nil, 0..<1)
      if let code = codes.last {
        codes.append(contentsOf: repeatElement(code, count: range.count - 1))
      }
    case .dictionary(let columnCodes, let columnDictionary):
      guard dictionary != nil else {
        let picked =
          if let rows { range.map { columnCodes[Int(rows[$0])] } } else {
            Array(columnCodes[range])
          }
        let flat = Column(codes: picked, columnDictionary).flattened()
        return appendPlain(flat, nil, 0..<flat.count)
      }
      translate(columnCodes, columnDictionary, rows, range)
    case .flat:
      if dictionary != nil { encode(column, rows, range) } else { appendPlain(column, rows, range) }
    }
  }

  /// Codes of another dictionary become codes of this one; an entry is looked up once.
  private mutating func translate(
    _ columnCodes: [UInt32], _ other: ColumnDictionary, _ rows: [Int32]?, _ range: Range<Int>
  ) {
    if knownDictionary !== other {
      knownDictionary = other
      translation = [UInt32](repeating: Self.untranslated, count: other.count)
    }
    codes.reserveCapacity(codes.count + range.count)
    for position in range {
      let row = if let rows { Int(rows[position]) } else { position }
      let theirs = Int(columnCodes[row])
      var code = translation[theirs]
      if code == Self.untranslated {
        encode(other.values, nil, theirs..<theirs + 1)
        code = codes.removeLast()
        translation[theirs] = code
      }
      codes.append(code)
    }
  }

  private mutating func encode(_ column: Column, _ rows: [Int32]?, _ range: Range<Int>) {
    guard case .flat(let values, _) = column.form, var dictionary else { return }
    // Moved out and back, so that it is not copied when it grows.
    self.dictionary = nil
    defer { self.dictionary = dictionary }
    for position in range {
      let row = if let rows { Int(rows[position]) } else { position }
      switch values {
      case .int64(let values):
        codes.append(dictionary.code(ofWord: UInt64(bitPattern: values[row])))
      case .double(let values): codes.append(dictionary.code(ofWord: values[row].bitPattern))
      case .decimal(let values): codes.append(dictionary.code(ofDecimal: values[row]))
      case .text(let values): codes.append(dictionary.code(ofRow: row, of: values))
      case .boolean, .array, .map, .row: break
      }
    }
  }

  private mutating func appendPlain(_ column: Column, _ rows: [Int32]?, _ range: Range<Int>) {
    guard case .flat(let values, _) = column.form else { return }
    let picked = rows.map { rows in range.map { Int(rows[$0]) } } ?? Array(range)
    switch values {
    case .boolean(let values): plain.booleans += picked.map { values[$0] }
    case .int64(let values): plain.words += picked.map { UInt64(bitPattern: values[$0]) }
    case .double(let values): plain.words += picked.map { values[$0].bitPattern }
    case .decimal(let values): plain.decimals += picked.map { values[$0] }
    case .text(let values): for row in picked { plain.text.append(row, of: values) }
    case .array, .map, .row: break
    }
  }
}

extension Column {
  /// The rows that are not NULL; nil when none is.
  fileprivate var presentRows: [Int32]? {
    if type == .null { return [] }
    switch form {
    case .constant(let value): return value.isNull ? [] : nil
    case .flat(_, let validity):
      guard let mask = validity.mask else { return nil }
      return mask.indices.compactMap { mask[$0] ? Int32($0) : nil }
    case .dictionary(let codes, let dictionary):
      guard case .flat(_, let validity) = dictionary.values.form, let mask = validity.mask,
        mask.contains(false)
      else { return nil }
      var rows: [Int32] = []
      rows.reserveCapacity(codes.count)
      for row in codes.indices where mask[Int(codes[row])] { rows.append(Int32(row)) }
      return rows.count == codes.count ? nil : rows
    }
  }
}
